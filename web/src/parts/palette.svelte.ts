/** Whether the palette is open: the shell, the keyboard and pages open it. */
class PaletteState {
  open = $state(false);
}

export const palette = new PaletteState();
