// Light, dark, or as the system says. `public/theme.js` sets it before the first paint.
export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'renown.theme';

function stored(): ThemeChoice {
  const theme = document.documentElement.dataset.theme;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

class Theme {
  choice = $state<ThemeChoice>(stored());

  set(choice: ThemeChoice): void {
    this.choice = choice;
    if (choice === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    try {
      if (choice === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // Storage may be refused: the choice holds for this page alone.
    }
  }
}

export const theme = new Theme();
