/** Places labels over points of an axis, so that none covers another. */

export interface Label {
  /** The left edge. */
  left: number;
  /** 0 is the row next to the axis. */
  row: number;
}

/**
 * Centres each label over its point, within the width, in the first row where it has
 * room. The order of the labels is kept in what is returned.
 */
export function placeLabels(points: { x: number; width: number }[], width: number, gap = 4): Label[] {
  const order = points.map((_, at) => at).sort((a, b) => points[a]!.x - points[b]!.x);
  const ends: number[] = [];
  const placed: Label[] = points.map(() => ({ left: 0, row: 0 }));
  for (const at of order) {
    const point = points[at]!;
    const left = Math.max(0, Math.min(width - point.width, point.x - point.width / 2));
    const free = ends.findIndex((end) => left >= end + gap);
    const row = free === -1 ? ends.length : free;
    ends[row] = left + point.width;
    placed[at] = { left, row };
  }
  return placed;
}
