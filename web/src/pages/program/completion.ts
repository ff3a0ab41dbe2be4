/** What may be written at a place of a program, and what a word of it means. */

import { bare, nameOf, namesFor, tailOf, type Name } from './conditions';
import { fieldsAt, hasBelow, schemaAt, valuesOf, type Field, type Schema } from './schema';
import { keysAt, placeAt, valuesAt, type Place, type Step } from './yaml-place';

export interface Option {
  label: string;
  detail?: string;
  /** What it means, in sentences. */
  says?: string;
  /** What is written instead of the label. */
  insert?: string;
  /** The same with places to fill in, as the editor's snippets have them. */
  template?: string;
  /** Whether it comes before the others. */
  first?: boolean;
}

export interface Options {
  from: number;
  role: Place['role'];
  options: Option[];
}

/** Returns what may follow at an offset of a source. */
export function optionsAt(source: string, offset: number, schema: Schema | undefined): Options | null {
  const place = placeAt(source, offset);
  const before = source.slice(0, offset);
  if (/(^|\s)#[^\n]*$/.test(before.slice(before.lastIndexOf('\n') + 1))) return null;
  if (isCondition(place)) return conditionOptions(source, offset, place);
  if (!schema) return null;
  const typed = /[\w-]*$/.exec(place.typed)?.[0] ?? '';
  const from = offset - typed.length;
  if (place.role === 'value') return { from, role: 'value', options: valueOptions(source, place.path, schema) };
  const list = schemaAt(schema, place.path);
  const path = list && hasBelow(schema, list) === 'list' ? [...place.path, 0] : place.path;
  const written = keysAt(source, path);
  const fields = fieldsAt(schema, path).filter((field) => !written.includes(field.key) || field.key === typed);
  const inBraces = isInBraces(before);
  return { from, role: 'key', options: fields.map((field) => fieldOption(field, schema, inBraces)) };
}

function isInBraces(before: string): boolean {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return (line.match(/[{]/g)?.length ?? 0) > (line.match(/[}]/g)?.length ?? 0);
}

function fieldOption(field: Field, schema: Schema, inBraces: boolean): Option {
  const below = inBraces ? null : hasBelow(schema, field.schema);
  const behind = below === 'list' ? ':\n  - ' : below === 'map' ? ':\n  ' : ': ';
  return {
    label: field.key,
    detail: field.required ? 'needed' : undefined,
    says: field.schema.description,
    insert: field.key + (inBraces || below === null ? ': ' : ''),
    template: below === null ? undefined : `${field.key}${behind}\${}`,
    first: field.required,
  };
}

/** The values of a choice, examples, or the names that the program has given elsewhere. */
function valueOptions(source: string, path: Step[], schema: Schema): Option[] {
  const names = namesElsewhere(source, path);
  if (names) return names.map((label) => ({ label }));
  return valuesOf(schema, path).map(({ text, isDefault }) => ({
    label: text,
    detail: isDefault ? 'if absent' : undefined,
  }));
}

function namesElsewhere(source: string, path: Step[]): string[] | null {
  if (path[0] === 'tiers' && path.at(-1) === 'service_level') return valuesAt(source, ['service_levels', '*', 'id']);
  if (path[0] === 'tiers' && path[2] === 'amenities') return keysAt(source, ['amenities']);
  return null;
}

function isCondition(place: Place): boolean {
  return place.role === 'value' && ['when', 'stay'].includes(String(place.path.at(-1)));
}

function conditionOptions(source: string, offset: number, place: Place): Options {
  const tail = tailOf(place.typed);
  const options = tail.quoted
    ? quotedOptions(source, tail.quoted)
    : namesFor(tail).map((name) => nameOption(name, place));
  return { from: offset - tail.typed.length, role: 'value', options };
}

function nameOption(name: Name, place: Place): Option {
  const template = name.name.includes('…') ? name.name.replace('…', '${}') : undefined;
  const isTierOnly = place.path[0] === 'tiers' && ['tier', 'request', 'identity'].includes(name.name);
  return {
    label: name.name,
    says: name.says,
    template,
    detail: isTierOnly ? 'not in tiers' : undefined,
    first: !isTierOnly,
  };
}

/** The names that a program has itself: its tiers, topics and tables. */
function quotedOptions(source: string, before: string): Option[] {
  const labels = before.startsWith('tier')
    ? valuesAt(source, ['tiers', '*', 'id'])
    : before.startsWith('table')
      ? valuesAt(source, ['tables', '*', 'id'])
      : before.startsWith('topic')
        ? [...new Set([...source.matchAll(/topic\("([^"]+)"\)/g)].map((one) => one[1]!))]
        : [];
  return [...new Set(labels)].map((label) => ({ label }));
}

export interface Meaning {
  from: number;
  to: number;
  title: string;
  says: string;
}

/** Returns what the word at an offset means; null if nothing is known of it. */
export function meaningAt(source: string, offset: number, schema: Schema | undefined): Meaning | null {
  const start = offset - (/[\w-]*$/.exec(source.slice(0, offset))?.[0].length ?? 0);
  const end = offset + (/^[\w-]*/.exec(source.slice(offset))?.[0].length ?? 0);
  if (start === end) return null;
  const word = source.slice(start, end);
  const place = placeAt(source, end);
  if (isCondition(place)) {
    const tail = tailOf(place.typed);
    const found = tail.of === null ? nameOf(word) : namesFor(tail).find((one) => bare(one.name) === word);
    return found ? { from: start, to: end, title: found.name, says: found.says } : null;
  }
  if (!schema) return null;
  const isKey = /^\s*:(\s|$)/.test(source.slice(end));
  const path = place.role === 'key' && isKey ? [...place.path, word] : place.path;
  const found = schemaAt(schema, path);
  if (!found?.description || path.length === 0) return null;
  return { from: start, to: end, title: String(path.at(-1)), says: found.description };
}
