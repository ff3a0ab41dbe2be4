import { describe, expect, it } from 'vitest';

import { byHour, perMinute } from './rate';

const now = new Date('2026-11-24T12:05:00Z');
const step = (time: string, count: number) => ({ at: `2026-11-24T${time}:00Z`, count });

describe('events a minute', () => {
  it('counts the last hour, with the step that has only begun', () => {
    expect(perMinute([step('11:50', 100), step('12:00', 50)], now)).toBe(10);
    expect(perMinute([step('10:00', 9_000), step('11:50', 100), step('12:00', 50)], now)).toBe(10);
  });

  it('is nothing where nothing is known', () => {
    expect(perMinute([], now)).toBe(0);
    expect(perMinute([step('12:05', 0)], now)).toBe(0);
  });
});

describe('events by the hour', () => {
  it('sums six steps, from the present back', () => {
    const steps = [1, 2, 3, 4, 5, 6, 7, 8].map((events) => step('12:00', events));
    expect(byHour(steps)).toEqual([1 + 2, 3 + 4 + 5 + 6 + 7 + 8]);
    expect(byHour([])).toEqual([]);
  });
});
