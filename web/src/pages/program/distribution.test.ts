import { describe, expect, it } from 'vitest';
import { crossing, membersBetween, sayCrossing, type Bin } from './distribution';

const BINS: Bin[] = [
  { from: 0, to: 2, members: 100 },
  { from: 2, to: 4, members: 40 },
  { from: 4, to: 6, members: 10 },
];

describe('members between two numbers', () => {
  it('are those of the bins in between', () => {
    expect(membersBetween(BINS, 2, 6)).toBe(50);
    expect(membersBetween(BINS, 6, 2)).toBe(50);
  });

  it('are a part of a bin that is cut', () => {
    expect(membersBetween(BINS, 1, 3)).toBe(70);
    expect(membersBetween(BINS, 4, 4)).toBe(0);
    expect(membersBetween(BINS, 90, 100)).toBe(0);
  });
});

describe('a moved threshold', () => {
  it('lets members fall when it goes up, and rise when it goes down', () => {
    expect(crossing(BINS, 2, 4)).toEqual({ members: 40, direction: 'fall' });
    expect(crossing(BINS, 4, 2)).toEqual({ members: 40, direction: 'rise' });
    expect(crossing(BINS, 4, 4)).toEqual({ members: 0, direction: 'none' });
  });

  it('is said in a sentence', () => {
    expect(sayCrossing('Gold', BINS, 2, 4)).toBe(
      'Gold from 4 instead of 2: about 40 members are below it and would fall, after notice.',
    );
    expect(sayCrossing('Gold', BINS, 8, 9)).toBe('Gold from 9 instead of 8: nobody is between the two.');
    expect(sayCrossing('Gold', BINS, 4, 4)).toBe('Gold stays at 4.');
  });
});
