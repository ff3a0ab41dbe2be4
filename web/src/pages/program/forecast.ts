/** Stock and cost over the days to come, from what a simulation expects. */

export interface Forecast {
  demand: number;
  /** The chance that a unit that may be claimed is claimed on a day. */
  uptake: number;
  /** The days on which the perk can be claimed, at most 365. */
  days: number;
  /** Null if there is no limit. */
  unitsLeft: number | null;
  expectedUnits: number;
}

export interface Point {
  day: number;
  units: number;
}

const MOST_POINTS = 60;

/**
 * Returns the units expected to be claimed after each day. Of those still wanted, the
 * same share is claimed every day. If the simulation expects something else at
 * the end, a limit a day is at work, and the claims grow evenly.
 */
export function claimedOverDays(forecast: Forecast): Point[] {
  const { days, unitsLeft, expectedUnits } = forecast;
  const most = unitsLeft ?? Infinity;
  const free = (day: number): number => Math.min(most, forecast.demand * (1 - (1 - forecast.uptake) ** day));
  const follows = Math.abs(free(days) - expectedUnits) <= Math.max(1, expectedUnits * 0.01);
  const even = (day: number): number => (days === 0 ? 0 : (expectedUnits * day) / days);
  const step = Math.max(1, Math.ceil(days / MOST_POINTS));
  const at: number[] = [];
  for (let day = 0; day < days; day += step) at.push(day);
  at.push(days);
  return at.map((day) => ({ day, units: follows ? free(day) : even(day) }));
}

/** Returns the value of one unit, from the cost of the units that are expected. */
export function valueOfUnit(
  cost: { expected?: string | null } | null | undefined,
  expectedUnits: number,
): number | null {
  const expected = cost?.expected == null ? NaN : Number(cost.expected);
  return Number.isFinite(expected) && expectedUnits > 0 ? expected / expectedUnits : null;
}

export interface CostCurve {
  currency: string;
  points: { day: number; amount: number }[];
}

/** Adds the costs of perks, a curve for each currency. */
export function costsOverDays(perks: { forecast: Forecast; currency: string; value: number }[]): CostCurve[] {
  const currencies = [...new Set(perks.map((perk) => perk.currency))];
  return currencies.map((currency) => {
    const mine = perks
      .filter((perk) => perk.currency === currency)
      .map((perk) => ({ ...perk, points: claimedOverDays(perk.forecast) }));
    const days = [...new Set(mine.flatMap((perk) => perk.points.map((point) => point.day)))].sort((a, b) => a - b);
    const amount = (day: number): number => mine.reduce((sum, perk) => sum + perk.value * unitsAt(perk.points, day), 0);
    return { currency, points: days.map((day) => ({ day, amount: amount(day) })) };
  });
}

/** Returns the units on a day between two points; after the last one they stay. */
function unitsAt(points: Point[], day: number): number {
  const after = points.findIndex((point) => point.day >= day);
  if (after === -1) return points.at(-1)?.units ?? 0;
  const [high, low] = [points[after]!, points[Math.max(0, after - 1)]!];
  const width = high.day - low.day;
  return width === 0 ? high.units : low.units + ((high.units - low.units) * (day - low.day)) / width;
}
