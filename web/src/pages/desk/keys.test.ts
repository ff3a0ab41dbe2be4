import { describe, expect, it } from 'vitest';
import { DeskKeys } from './keys';

const press = (key: string, timeStamp = 0, held: Partial<{ ctrlKey: boolean }> = {}) => ({
  key,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  timeStamp,
  ...held,
});

describe('a key beside the field', () => {
  it('chooses what has its digit, and begins a question otherwise', () => {
    const keys = new DeskKeys();
    expect(keys.press(press('2'), 3)).toEqual({ kind: 'choose', digit: 2 });
    expect(keys.press(press('4', 1000), 3)).toEqual({ kind: 'begin', text: '4' });
    expect(keys.press(press('k', 2000), 3)).toEqual({ kind: 'begin', text: 'k' });
    expect(keys.press(press('0', 3000), 3)).toEqual({ kind: 'begin', text: '0' });
  });

  it('is the beginning of a scan if the next one follows at once', () => {
    const keys = new DeskKeys();
    expect(keys.press(press('1', 100), 3)).toEqual({ kind: 'choose', digit: 1 });
    expect(keys.press(press('A', 108), 3)).toEqual({ kind: 'begin', text: '1A' });
  });

  it('chooses again if somebody types slowly', () => {
    const keys = new DeskKeys();
    keys.press(press('1', 100), 3);
    expect(keys.press(press('2', 400), 3)).toEqual({ kind: 'choose', digit: 2 });
  });

  it('clears, and leaves the shortcuts of the browser alone', () => {
    const keys = new DeskKeys();
    expect(keys.press(press('Escape'), 3)).toEqual({ kind: 'clear' });
    expect(keys.press(press('k', 0, { ctrlKey: true }), 3)).toEqual({ kind: 'none' });
    expect(keys.press(press('Tab'), 3)).toEqual({ kind: 'none' });
    expect(keys.press(press('Enter'), 3)).toEqual({ kind: 'none' });
  });
});
