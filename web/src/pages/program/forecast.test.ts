import { describe, expect, it } from 'vitest';
import { claimedOverDays, costsOverDays, valueOfUnit, type Forecast } from './forecast';

const FREE: Forecast = { demand: 100, uptake: 0.1, days: 10, unitsLeft: null, expectedUnits: 65 };

describe('units over days', () => {
  it('follow the share that is claimed every day', () => {
    const points = claimedOverDays(FREE);
    expect(points[0]).toEqual({ day: 0, units: 0 });
    expect(points[1]!.units).toBeCloseTo(10);
    expect(points.at(-1)!.units).toBeCloseTo(65.13, 1);
  });

  it('stop at the stock', () => {
    const points = claimedOverDays({ ...FREE, unitsLeft: 40, expectedUnits: 40 });
    expect(points.at(-1)!.units).toBe(40);
    expect(Math.max(...points.map((point) => point.units))).toBe(40);
  });

  it('grow evenly where a limit a day is at work', () => {
    const points = claimedOverDays({ ...FREE, expectedUnits: 20 });
    expect(points[5]!.units).toBeCloseTo(10);
    expect(points.at(-1)!.units).toBe(20);
  });

  it('have few points, the last day among them', () => {
    const points = claimedOverDays({ ...FREE, days: 365, expectedUnits: 100 });
    expect(points.length).toBeLessThanOrEqual(62);
    expect(points.at(-1)!.day).toBe(365);
    expect(claimedOverDays({ ...FREE, days: 0, expectedUnits: 0 })).toEqual([{ day: 0, units: 0 }]);
  });
});

describe('cost over days', () => {
  it('is added up for each currency', () => {
    const curves = costsOverDays([
      { forecast: FREE, currency: 'USD', value: 10 },
      { forecast: { ...FREE, days: 5, expectedUnits: 41 }, currency: 'USD', value: 1 },
      { forecast: FREE, currency: 'EUR', value: 2 },
    ]);
    expect(curves.map((curve) => curve.currency)).toEqual(['USD', 'EUR']);
    expect(curves[0]!.points.at(-1)!.amount).toBeCloseTo(65.13 * 10 + 40.95, 0);
  });

  it('knows the value of a unit from the cost that is expected', () => {
    expect(valueOfUnit({ expected: '1200' }, 10)).toBe(120);
    expect(valueOfUnit({ expected: null }, 10)).toBeNull();
    expect(valueOfUnit(null, 10)).toBeNull();
    expect(valueOfUnit({ expected: '0' }, 0)).toBeNull();
  });
});
