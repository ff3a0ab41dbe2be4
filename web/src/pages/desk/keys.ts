/**
 * What a key does on a desk's page while no field has the cursor: a digit chooses, anything
 * else that can be written begins a new question. A scanner types like a keyboard, only faster: a
 * digit that more follows at once was the beginning of a code.
 */

export type KeyAction =
  | { kind: 'choose'; digit: number }
  | { kind: 'begin'; text: string }
  | { kind: 'clear' }
  | { kind: 'none' };

interface Key {
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  timeStamp: number;
}

/** Faster than people type, slower than scanners do, in milliseconds. */
const SCANNED = 60;

export class DeskKeys {
  private last: { digit: string; at: number } | null = null;

  /** Says what a key does. `choices` is how many things have a digit. */
  press(event: Key, choices: number): KeyAction {
    const before = this.last;
    this.last = null;
    if (event.altKey || event.ctrlKey || event.metaKey) return { kind: 'none' };
    if (event.key === 'Escape') return { kind: 'clear' };
    if ([...event.key].length !== 1 || event.key === ' ') return { kind: 'none' };
    const scanned = before !== null && event.timeStamp - before.at < SCANNED;
    if (scanned) return { kind: 'begin', text: before.digit + event.key };
    const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
    if (digit === 0 || digit > choices) return { kind: 'begin', text: event.key };
    this.last = { digit: event.key, at: event.timeStamp };
    return { kind: 'choose', digit };
  }
}
