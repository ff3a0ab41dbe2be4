/**
 * The ladder of a program as the checker reports it, and the change of one number
 * of it in the source. Lines and columns count from 1, and columns count characters
 * (code points), as the checker does.
 */

import type { Schemas } from '../../api/client';

/** Where a number is written. */
export type NumberPlace = Schemas['NumberPlace'];
export type Threshold = Schemas['Threshold'];
export type Rung = Schemas['LadderTier'];

/** A threshold together with its tier: what a handle of the picture stands for. */
export interface Handle {
  rung: Rung;
  threshold: Threshold;
}

/** The range in the source, in the units of a JavaScript string. */
export interface Range {
  from: number;
  to: number;
}

/** Returns where a number is in the source; null if the source has no such place. */
export function rangeOf(source: string, place: NumberPlace): Range | null {
  const lines = source.split('\n');
  const line = lines[place.line - 1];
  if (line === undefined) return null;
  const before = lines.slice(0, place.line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const characters = [...line];
  if (place.end_column - 1 > characters.length || place.column < 1) return null;
  const length = (count: number): number => characters.slice(0, count).join('').length;
  return { from: before + length(place.column - 1), to: before + length(place.end_column - 1) };
}

/**
 * Returns the range of a number, if it is still what is written there. While an
 * author types, the ladder is older than the source until the checker has answered.
 */
export function placeOf(source: string, threshold: Threshold): Range | null {
  const range = threshold.place ? rangeOf(source, threshold.place) : null;
  if (!range) return null;
  const written = source.slice(range.from, range.to);
  return written.trim() !== '' && Number(written) === threshold.value ? range : null;
}

/** Writes a number as an author would: without digits that say nothing. */
export function written(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Returns the source with another number in the place of a threshold. */
export function withValue(source: string, threshold: Threshold, value: number): string | null {
  const range = placeOf(source, threshold);
  return range && source.slice(0, range.from) + written(value) + source.slice(range.to);
}

/**
 * Returns the ladder after the change of a threshold in the source: the number
 * itself, and the columns of what follows in the same line.
 */
export function withThreshold(ladder: Rung[], changed: Threshold, value: number): Rung[] {
  const place = changed.place;
  if (!place) return ladder;
  const text = written(value);
  const longer = text.length - (place.end_column - place.column);
  const moved = (one: Threshold): Threshold => {
    const at = one.place;
    if (!at || at.line !== place.line || at.column < place.column) return one;
    if (same(one, changed))
      return { ...one, value: Number(text), place: { ...at, end_column: at.end_column + longer } };
    return { ...one, place: { ...at, column: at.column + longer, end_column: at.end_column + longer } };
  };
  return ladder.map((rung) => ({ ...rung, thresholds: rung.thresholds.map(moved) }));
}

/** Whether two thresholds are the same place of the source. */
export function same(one: Threshold, other: Threshold): boolean {
  if (!one.place || !other.place) return one === other;
  return one.place.line === other.place.line && one.place.column === other.place.column;
}

/** What the distribution has to count so that a handle stands in it rightly. */
export type Bound = 'lower' | 'score';

const BOUNDS: Record<string, Bound> = { 'standing.lower': 'lower', 'standing.score': 'score', standing: 'score' };

/** Returns the distribution in which a threshold stands; null for any other input. */
export function boundOf(threshold: Threshold): Bound | null {
  return BOUNDS[threshold.input] ?? null;
}

/** Returns the distribution that most of the handles stand in. */
export function mainBound(ladder: Rung[]): Bound {
  const all = ladder.flatMap((rung) => rung.thresholds).map(boundOf);
  const count = (bound: Bound): number => all.filter((one) => one === bound).length;
  return count('score') > count('lower') ? 'score' : 'lower';
}

/** Returns the handles that stand in a distribution, from the best tier down. */
export function handlesOf(ladder: Rung[], bound: Bound): Handle[] {
  return ladder.flatMap((rung) =>
    rung.thresholds.filter((one) => boundOf(one) === bound && isLowest(one)).map((threshold) => ({ rung, threshold })),
  );
}

/** Returns what tiers ask for besides, in words. */
export function askedBesides(ladder: Rung[], bound: Bound): { title: string; field: 'when' | 'stay'; test: string }[] {
  return ladder.flatMap((rung) =>
    rung.thresholds
      .filter((one) => boundOf(one) !== bound || !isLowest(one))
      .map((one) => ({
        title: rung.title,
        field: one.field,
        test: `${one.input} ${one.operator} ${written(one.value)}`,
      })),
  );
}

/** Whether a threshold asks for at least a number, so that its tier begins there. */
function isLowest(threshold: Threshold): boolean {
  return threshold.operator === '>=' || threshold.operator === '>';
}

/** Returns the number from which a tier is reached; null if no number of this distribution says so. */
export function floorOf(rung: Rung, bound: Bound): number | null {
  const entry = rung.thresholds.filter((one) => one.field === 'when' && boundOf(one) === bound && isLowest(one));
  return entry.length > 0 ? Math.min(...entry.map((one) => one.value)) : null;
}

/** Returns the step of the best tier that a number can reach: 0 for the floor, 1 for the best. */
export function stepAt(ladder: Rung[], bound: Bound, value: number): number {
  const place = ladder.findIndex((rung) => {
    const from = floorOf(rung, bound);
    return from !== null && value >= from;
  });
  return place === -1 || ladder.length < 2 ? 0 : 1 - place / (ladder.length - 1);
}
