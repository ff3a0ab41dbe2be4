/**
 * What a moved threshold does, as far as the distribution of the standings says. The
 * simulation says it exactly; this is what is shown while a handle is being moved.
 */

export interface Bin {
  from: number;
  to: number;
  members: number;
}

/** Returns the members from one number up to another, spread evenly within a bin. */
export function membersBetween(bins: Bin[], from: number, to: number): number {
  const [low, high] = from < to ? [from, to] : [to, from];
  return bins.reduce((sum, bin) => {
    const width = bin.to - bin.from;
    const covered = Math.min(high, bin.to) - Math.max(low, bin.from);
    return covered > 0 && width > 0 ? sum + bin.members * (covered / width) : sum;
  }, 0);
}

export interface Crossing {
  /** Members that are between the number before and the number after. */
  members: number;
  /** What they do if nothing else is asked for: fall out of the tier, or reach it. */
  direction: 'fall' | 'rise' | 'none';
}

/** Returns who is between the place of a threshold before and after. */
export function crossing(bins: Bin[], before: number, after: number): Crossing {
  const members = Math.round(membersBetween(bins, before, after));
  const direction = after > before ? 'fall' : after < before ? 'rise' : 'none';
  return { members, direction: members === 0 ? 'none' : direction };
}

/** Says what a moved threshold does, before the exact run. */
export function sayCrossing(title: string, bins: Bin[], before: number, after: number): string {
  const { members, direction } = crossing(bins, before, after);
  const people = members === 1 ? '1 member is' : `${members.toLocaleString()} members are`;
  if (after === before) return `${title} stays at ${before}.`;
  if (direction === 'none') return `${title} from ${after} instead of ${before}: nobody is between the two.`;
  if (direction === 'fall')
    return `${title} from ${after} instead of ${before}: about ${people} below it and would fall, after notice.`;
  return `${title} from ${after} instead of ${before}: about ${people} above it and would rise, if they meet what else is asked.`;
}
