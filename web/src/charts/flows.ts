/** Where the ribbons between two columns of tiers lie: before at the left, after at the right. */

export interface Way {
  /** Null for members that had no tier before. */
  from: string | null;
  to: string;
  members: number;
}

export interface Node {
  id: string;
  members: number;
  y: number;
  height: number;
}

export interface Ribbon {
  from: string;
  to: string;
  members: number;
  direction: 'up' | 'down' | 'same';
  /** Top and height at the left and at the right. */
  left: number;
  right: number;
  thickness: number;
}

export interface Flows {
  before: Node[];
  after: Node[];
  ribbons: Ribbon[];
  height: number;
}

/** The name of the column's part for members without a tier before. */
export const NONE = '';

interface Measure {
  /** The height of all members together, without the gaps. */
  height: number;
  gap: number;
  /** The least height of a ribbon that has members, so that it can be seen. */
  least: number;
}

/**
 * Lays out ribbons between the tiers before and after, best first. A ribbon's height
 * is in proportion to its members, but never below the least height; the columns
 * are as high as their ribbons, so that nothing overlaps.
 */
export function layOut(ways: Way[], before: string[], after: string[], measure: Measure): Flows {
  const total = ways.reduce((sum, way) => sum + way.members, 0);
  const thickness = (way: Way): number =>
    way.members === 0 || total === 0 ? 0 : Math.max(measure.least, (measure.height * way.members) / total);
  const lefts = ways.some((way) => way.from === null) ? [...before, NONE] : before;
  const ribbons: Ribbon[] = [];
  const left = column(lefts, ways, (way) => way.from ?? NONE, thickness, measure.gap);
  const right = column(after, ways, (way) => way.to, thickness, measure.gap);
  const used = { left: new Map<string, number>(), right: new Map<string, number>() };
  for (const from of lefts) {
    for (const to of after) {
      const way = ways.find((one) => (one.from ?? NONE) === from && one.to === to);
      if (!way || way.members === 0) continue;
      const high = thickness(way);
      ribbons.push({
        from,
        to,
        members: way.members,
        direction: direction(from, to, before, after),
        left: start(left, used.left, from, high),
        right: start(right, used.right, to, high),
        thickness: high,
      });
    }
  }
  const bottom = (nodes: Node[]): number => Math.max(0, ...nodes.map((node) => node.y + node.height));
  return { before: left, after: right, ribbons, height: Math.max(bottom(left), bottom(right)) };
}

function column(
  ids: string[],
  ways: Way[],
  end: (way: Way) => string,
  thickness: (way: Way) => number,
  gap: number,
): Node[] {
  let y = 0;
  return ids.map((id) => {
    const mine = ways.filter((way) => end(way) === id);
    const height = mine.reduce((sum, way) => sum + thickness(way), 0);
    const node = { id, members: mine.reduce((sum, way) => sum + way.members, 0), y, height };
    y += Math.max(height, 2) + gap;
    return node;
  });
}

function start(nodes: Node[], used: Map<string, number>, id: string, high: number): number {
  const node = nodes.find((one) => one.id === id);
  const offset = used.get(id) ?? 0;
  used.set(id, offset + high);
  return (node?.y ?? 0) + offset;
}

/** The direction by the places of the two tiers; a tier that only one ladder has is compared by its place there. */
function direction(from: string, to: string, before: string[], after: string[]): Ribbon['direction'] {
  if (from === NONE || from === to) return 'same';
  const place = (id: string): number => (after.includes(id) ? after.indexOf(id) : before.indexOf(id));
  const change = place(from) - place(to);
  return change > 0 ? 'up' : change < 0 ? 'down' : 'same';
}

/** Returns the outline of a ribbon between two columns. */
export function outline(ribbon: Ribbon, x0: number, x1: number): string {
  const middle = (x0 + x1) / 2;
  const { left, right, thickness } = ribbon;
  return (
    `M${x0},${left}C${middle},${left} ${middle},${right} ${x1},${right}` +
    `L${x1},${right + thickness}C${middle},${right + thickness} ${middle},${left + thickness} ${x0},${left + thickness}Z`
  );
}
