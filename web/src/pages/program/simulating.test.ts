import { describe, expect, it } from 'vitest';
import { summary, takeLines, tierChanges, type Simulation } from './simulating';

describe('a stream of lines', () => {
  it('keeps what is unfinished', () => {
    expect(takeLines('{"a":1}\n\n{"b":2}\n{"c"')).toEqual({ lines: ['{"a":1}', '{"b":2}'], rest: '{"c"' });
    expect(takeLines('')).toEqual({ lines: [], rest: '' });
  });
});

describe('what a simulation found', () => {
  const result = {
    moves: { at_once: { up: 0, down: 0, same: 9, ways: [] }, settled: { up: 3, down: 16, same: 9, ways: [] } },
    tiers: [
      { tier: 'regular', place: {}, at_once: { before: 182, after: 182 }, settled: { before: 182, after: 166 } },
      { tier: 'guest', place: {}, at_once: { before: 5, after: 5 }, settled: { before: 5, after: 5 } },
    ],
  } as unknown as Simulation;

  it('is said for both horizons', () => {
    expect(summary(result, 'at_once')).toBe('Nobody would move between tiers at once.');
    expect(summary(result, 'settled')).toBe('3 would rise and 16 would fall, after notice and kept time.');
  });

  it('names the tiers that change', () => {
    expect(tierChanges(result, 'settled', (tier) => tier)).toEqual(['182 regular → 166']);
  });
});
