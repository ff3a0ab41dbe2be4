// The arithmetic of the charts. Pure: numbers in, numbers out.

/** A part of a sum, as a bar from where the parts before it end. */
export interface Bar {
  from: number;
  to: number;
}

/** Lays parts end to end, so that the last bar ends at their sum. */
export function endToEnd(parts: readonly number[]): Bar[] {
  let end = 0;
  return parts.map((part) => {
    const bar = { from: end, to: end + part };
    end = bar.to;
    return bar;
  });
}

/**
 * Rounds parts so that what is shown adds up to the rounded sum that is shown: the parts that lose
 * most by rounding down get the missing steps (the method of largest remainders).
 */
export function roundedToSum(parts: readonly number[], sum: number, decimals: number): number[] {
  const scale = 10 ** decimals;
  const steps = parts.map((part) => Math.floor(part * scale));
  const missing = Math.round(sum * scale) - steps.reduce((total, step) => total + step, 0);
  const order = parts
    .map((part, index) => ({ index, rest: part * scale - Math.floor(part * scale) }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index);
  for (const { index } of order.slice(0, Math.max(0, Math.min(missing, parts.length)))) {
    steps[index] = (steps[index] ?? 0) + 1;
  }
  return steps.map((step) => step / scale);
}

/** Splits a series where a value is missing: a line must not cross what is not known. */
export function runs<T>(items: readonly T[], known: (item: T) => boolean): T[][] {
  const found: T[][] = [];
  let run: T[] = [];
  for (const item of items) {
    if (known(item)) {
      run.push(item);
    } else if (run.length > 0) {
      found.push(run);
      run = [];
    }
  }
  if (run.length > 0) found.push(run);
  return found;
}

/** Returns the index of the position nearest to `x`; positions ascend. −1 if there is none. */
export function nearest(positions: readonly number[], x: number): number {
  let best = -1;
  let distance = Infinity;
  for (const [index, position] of positions.entries()) {
    const away = Math.abs(position - x);
    if (away < distance) [best, distance] = [index, away];
  }
  return best;
}

/**
 * Moves labels apart that stand too close to each other, as little as possible, within `[low, high]`.
 * Returns their places in the order in which they were given.
 */
export function apart(places: readonly number[], gap: number, low: number, high: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  let floor = low;
  for (const label of order) {
    label.place = Math.max(label.place, floor);
    floor = label.place + gap;
  }
  let ceiling = high;
  for (const label of order.toReversed()) {
    label.place = Math.min(label.place, ceiling);
    ceiling = label.place - gap;
  }
  const result: number[] = [];
  for (const { place, index } of order) result[index] = place;
  return result;
}

/** Returns the value of a line between two known points at `x`; the end's value outside of them. */
export function between(line: readonly { x: number; y: number }[], x: number): number | undefined {
  const after = line.findIndex((point) => point.x >= x);
  if (after === -1) return line.at(-1)?.y;
  const [a, b] = [line[after - 1], line[after]];
  if (!b) return undefined;
  if (!a || b.x === a.x) return b.y;
  return a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
}

/** Returns round numbers from 0 to at least `max`, at most five of them. */
export function amounts(max: number): number[] {
  if (!(max > 0)) return [0, 1];
  const rough = max / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power);
  const whole = Number.isInteger(step) ? step : Math.ceil(step);
  const ticks = [];
  for (let tick = 0; ticks.length === 0 || (ticks.at(-1) ?? 0) < max; tick += whole) ticks.push(tick);
  return ticks;
}
