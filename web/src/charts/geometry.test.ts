import { describe, expect, it } from 'vitest';

import { amounts, apart, between, endToEnd, nearest, roundedToSum, runs } from './geometry';

describe('the waterfall', () => {
  it('lays parts end to end, so that the last one ends at the sum', () => {
    expect(endToEnd([40, 30, 5])).toEqual([
      { from: 0, to: 40 },
      { from: 40, to: 70 },
      { from: 70, to: 75 },
    ]);
    expect(endToEnd([])).toEqual([]);
  });

  it('rounds parts so that what is shown adds up to the sum that is shown', () => {
    const parts = [33.34, 33.33, 33.33];
    const shown = roundedToSum(parts, 100, 0);
    expect(shown.reduce((sum, part) => sum + part, 0)).toBe(100);
    expect(shown).toEqual([34, 33, 33]);
  });

  it('adds up to one decimal for any parts', () => {
    let seed = 7;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 200; round += 1) {
      const parts = Array.from({ length: 1 + Math.floor(random() * 7) }, () => random() * 40);
      const sum = parts.reduce((total, part) => total + part, 0);
      const shown = roundedToSum(parts, sum, 1);
      expect(Math.round(shown.reduce((total, part) => total + part, 0) * 10)).toBe(Math.round(sum * 10));
      for (const [index, part] of parts.entries()) expect(Math.abs((shown[index] ?? 0) - part)).toBeLessThan(0.1001);
    }
  });
});

describe('lines', () => {
  it('end where a value is missing, and begin anew after it', () => {
    expect(runs([1, 2, null, 3, null, null, 4], (value) => value !== null)).toEqual([[1, 2], [3], [4]]);
    expect(runs([null], (value) => value !== null)).toEqual([]);
  });

  it('have a value between two points, and that of their ends outside', () => {
    const line = [
      { x: 0, y: 0 },
      { x: 10, y: 20 },
    ];
    expect(between(line, 5)).toBe(10);
    expect(between(line, -5)).toBe(0);
    expect(between(line, 50)).toBe(20);
    expect(between([], 5)).toBeUndefined();
  });

  it('find the nearest day to a pointer', () => {
    expect(nearest([0, 10, 20], 14)).toBe(1);
    expect(nearest([0, 10, 20], 900)).toBe(2);
    expect(nearest([], 3)).toBe(-1);
  });
});

describe('labels', () => {
  it('stay where they are if they have room', () => {
    expect(apart([10, 50, 90], 14, 0, 100)).toEqual([10, 50, 90]);
  });

  it('move apart, keep their order and stay within the chart', () => {
    const places = apart([96, 95, 20, 97], 14, 0, 100);
    const sorted = [...places].sort((a, b) => a - b);
    for (const [index, place] of sorted.entries()) {
      if (index > 0) expect(place - (sorted[index - 1] ?? 0)).toBeGreaterThanOrEqual(14);
    }
    expect(Math.max(...places)).toBeLessThanOrEqual(100);
    expect(places[1]).toBeLessThan(places[0] ?? 0);
    expect(places[2]).toBe(20);
  });
});

describe('an axis of amounts', () => {
  it('begins at 0, covers the greatest amount, and has five ticks at most', () => {
    for (const max of [1, 3, 7, 10, 42, 99, 100, 101, 379, 1_000, 12_408, 999_999]) {
      const ticks = amounts(max);
      expect(ticks[0]).toBe(0);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
      expect(ticks.length).toBeLessThanOrEqual(5);
      expect(ticks.every(Number.isInteger)).toBe(true);
    }
  });

  it('has two ticks where there is nothing', () => {
    expect(amounts(0)).toEqual([0, 1]);
  });
});
