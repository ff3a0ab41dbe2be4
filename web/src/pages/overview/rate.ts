// How many events come in a minute.
import type { Step } from '../../api/ask';
import { parse } from '../../words/time';

const HOUR = 3_600_000;

/** Returns the events a minute over the last hour, with the step that has only begun. */
export function perMinute(steps: readonly Step[], now: Date): number {
  const recent = steps.filter((step) => now.getTime() - parse(step.at).getTime() <= HOUR);
  const first = recent[0];
  if (!first) return 0;
  const minutes = Math.max(1, (now.getTime() - parse(first.at).getTime()) / 60_000);
  return recent.reduce((sum, step) => sum + step.count, 0) / minutes;
}

/** The steps of ten minutes in an hour. */
const STEPS = 6;

/** Returns the events of each hour; the last one ends with the present step. */
export function byHour(steps: readonly Step[]): number[] {
  const hours: number[] = [];
  for (let end = steps.length; end > 0; end -= STEPS) {
    const hour = steps.slice(Math.max(0, end - STEPS), end);
    hours.unshift(hour.reduce((sum, step) => sum + step.count, 0));
  }
  return hours;
}
