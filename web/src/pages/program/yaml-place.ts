/**
 * Where a place in a YAML text is: in which field of which item. A text that is being
 * written is rarely correct YAML, so this reads lines and indentation, and forgives.
 */

export type Step = string | number;

export interface Place {
  /** The steps from the root to the mapping of a key, or to the value. */
  path: Step[];
  role: 'key' | 'value';
  /** What is written before the place. */
  typed: string;
}

interface Open {
  kind: 'map' | 'list';
  /** The column of a block collection; -1 within braces and brackets. */
  column: number;
  step: Step;
  flow: boolean;
}

const KEY = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#,:{}[\]"'&*!|>%@`-][^:#]*?|-[^\s:][^:#]*?)\s*:(?=\s|$)/;

/** Reads lines one after the other and knows which collections are open. */
class Reader {
  private open: Open[] = [];
  private textBelow = -1;
  place: Place = { path: [], role: 'key', typed: '' };

  private readonly found: (path: Step[], key: string) => void;

  constructor(found: (path: Step[], key: string) => void = () => {}) {
    this.found = found;
  }

  private path(): Step[] {
    return this.open.map((one) => one.step);
  }

  private inFlow(): boolean {
    return this.open.at(-1)?.flow ?? false;
  }

  line(text: string): void {
    if (this.inFlow()) return this.flow(text);
    const column = text.length - text.trimStart().length;
    if (this.textBelow >= 0) {
      if (text.trim() === '' || column > this.textBelow) {
        this.place = { path: this.path(), role: 'value', typed: text.trimStart() };
        return;
      }
      this.textBelow = -1;
    }
    const rest = text.slice(column);
    if (rest.startsWith('#')) return;
    // A line that is blank closes nothing; where one writes on is decided by its column.
    if (rest === '') return this.blank(column);
    this.close(column, rest.startsWith('- ') || rest === '-');
    this.block(rest, column);
  }

  private blank(column: number): void {
    const before = [...this.open];
    this.close(column, false);
    const map = this.open.at(-1);
    if (map?.kind === 'map' && map.column < column) this.place = { path: this.path(), role: 'key', typed: '' };
    else this.place = { path: this.path().slice(0, -1), role: 'key', typed: '' };
    if (column === 0 || map === undefined) this.place = { path: [], role: 'key', typed: '' };
    this.open = before;
  }

  /** Closes the collections that are indented further than a line. */
  private close(column: number, dash: boolean): void {
    for (let last = this.open.at(-1); last; last = this.open.at(-1)) {
      const same = last.column === column && (last.kind === 'map' ? !dash : dash);
      const listOfKey = dash && last.column === column && last.kind === 'map';
      if (last.column < column || same || listOfKey) return;
      this.open.pop();
    }
  }

  private block(rest: string, column: number): void {
    if (rest === '-' || rest.startsWith('- ')) {
      const last = this.open.at(-1);
      if (last?.kind === 'list' && last.column === column) last.step = (last.step as number) + 1;
      else this.open.push({ kind: 'list', column, step: 0, flow: false });
      const item = rest.slice(1).trimStart();
      const at = column + rest.length - item.length;
      if (item === '') this.place = { path: this.path(), role: 'key', typed: '' };
      else this.block(item, at);
      return;
    }
    const key = KEY.exec(rest);
    if (!key) {
      const last = this.open.at(-1);
      const inMap = last?.kind === 'map' && last.column === column;
      this.place = { path: inMap ? this.path().slice(0, -1) : this.path(), role: 'key', typed: rest };
      if (rest.startsWith('{') || rest.startsWith('[')) this.flow(rest);
      return;
    }
    this.enter(unquoted(key[1]!), column);
    const after = rest.slice(key[0].length);
    const value = after.trimStart();
    this.place = { path: this.path(), role: 'value', typed: value };
    if (value.startsWith('{') || value.startsWith('[')) this.flow(value);
    else if (/^[|>][-+0-9]*\s*(#.*)?$/.test(value)) this.textBelow = column;
    // A value in the same line has no collection below it.
  }

  private enter(key: string, column: number): void {
    const last = this.open.at(-1);
    if (last?.kind === 'map' && last.column === column) last.step = key;
    else this.open.push({ kind: 'map', column, step: key, flow: false });
    this.found(this.path().slice(0, -1), key);
  }

  /** Reads text in which braces or brackets are open, or are opened. */
  private flow(text: string): void {
    let token = '';
    let quote = '';
    for (let at = 0; at < text.length; at++) {
      const c = text[at]!;
      if (quote) {
        token += c;
        if (c === quote) quote = '';
        continue;
      }
      if ((c === '"' || c === "'") && token.trim() === '') {
        quote = c;
        token += c;
      } else if (c === '#' && /\s$/.test(token || ' ')) return;
      else if (c === '{' || c === '[') {
        this.open.push({ kind: c === '{' ? 'map' : 'list', column: -1, step: c === '{' ? '' : 0, flow: true });
        token = '';
      } else if (c === '}' || c === ']') {
        this.open.pop();
        token = '';
        if (!this.inFlow()) {
          this.place = { path: this.path(), role: 'value', typed: text.slice(0, at + 1) };
          return;
        }
      } else if (c === ',') {
        const last = this.open.at(-1)!;
        last.step = last.kind === 'list' ? (last.step as number) + 1 : '';
        token = '';
      } else if (
        c === ':' &&
        this.open.at(-1)?.kind === 'map' &&
        this.open.at(-1)?.step === '' &&
        /^\s|^$/.test(text.slice(at + 1))
      ) {
        const key = unquoted(token.trim());
        this.open.at(-1)!.step = key;
        this.found(this.path().slice(0, -1), key);
        token = '';
      } else token += c;
    }
    const last = this.open.at(-1)!;
    const isKey = last.kind === 'map' && last.step === '';
    this.place = {
      path: isKey ? this.path().slice(0, -1) : this.path(),
      role: isKey ? 'key' : 'value',
      typed: token.trimStart(),
    };
  }
}

function unquoted(text: string): string {
  return /^(".*"|'.*')$/.test(text) ? text.slice(1, -1) : text;
}

/** Returns where an offset of the text is. */
export function placeAt(text: string, offset: number): Place {
  const reader = new Reader();
  for (const line of text.slice(0, offset).split('\n')) reader.line(line);
  return reader.place;
}

/** Returns the keys that a mapping has already. */
export function keysAt(text: string, path: Step[]): string[] {
  const keys: string[] = [];
  const sought = path.join('\n');
  const reader = new Reader((at, key) => {
    if (at.join('\n') === sought) keys.push(key);
  });
  for (const line of text.split('\n')) reader.line(line);
  return keys;
}

/** Returns the texts that stand under a path, with `*` for any item: `['tiers', '*', 'id']`. */
export function valuesAt(text: string, pattern: Step[]): string[] {
  const values: string[] = [];
  let latest: Step[] = [];
  const reader = new Reader((path, key) => {
    latest = [...path, key];
  });
  // Character by character is not needed: a value ends where the next key or the line does.
  for (const line of text.split('\n')) {
    latest = [];
    reader.line(line);
    if (latest.length === 0) continue;
    for (const value of valuesInLine(line, pattern.at(-1) as string)) {
      if (matches(latest, pattern)) values.push(value);
    }
  }
  return values;
}

function matches(path: Step[], pattern: Step[]): boolean {
  return path.length === pattern.length && pattern.slice(0, -1).every((step, at) => step === '*' || step === path[at]);
}

function valuesInLine(line: string, key: string): string[] {
  const found = new RegExp(`(?:^|[\\s{,-])${key}:\\s+("[^"]*"|'[^']*'|[^\\s,#{}\\[\\]][^,#}]*)`).exec(line);
  return found ? [unquoted(found[1]!.trim())] : [];
}
