/** Targets and opening hours of a support desk in words. */

export interface Target {
  name: string;
  seconds: number;
  /** When it is due; null if the service cannot say. */
  due: Date | null;
}

interface Level {
  first_reply_time_in_seconds?: number | null;
  next_reply_time_in_seconds?: number | null;
  resolution_time_in_seconds?: number | null;
  time_to_close_in_seconds?: number | null;
}

interface Clock {
  open_now: boolean;
  opens_at?: string | null;
  closes_at?: string | null;
  first_reply_due_at?: string | null;
  next_reply_due_at?: string | null;
  resolution_due_at?: string | null;
  close_due_at?: string | null;
}

/** Lists the targets that a level has, in the order in which they come. */
export function targetsOf(level: Level, clock: Clock | null | undefined): Target[] {
  const target = (name: string, seconds: number | null | undefined, due: string | null | undefined): Target[] =>
    seconds === null || seconds === undefined ? [] : [{ name, seconds, due: due ? new Date(due) : null }];
  return [
    ...target('First reply', level.first_reply_time_in_seconds, clock?.first_reply_due_at),
    ...target('Next reply', level.next_reply_time_in_seconds, clock?.next_reply_due_at),
    ...target('Resolution', level.resolution_time_in_seconds, clock?.resolution_due_at),
    ...target('Close', level.time_to_close_in_seconds, clock?.close_due_at),
  ];
}

/** A length of time as programs write it: `900` is "15 min", `129600` is "1 d 12 h". */
export function lengthOf(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [Math.round(seconds % 60), 's'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return said.slice(0, 2).join(' ') || '0 min';
}

/** How long until something is due, or since when it is late. */
export function left(due: Date, now: Date): { text: string; late: boolean } {
  const seconds = (due.getTime() - now.getTime()) / 1000;
  const minutes = Math.max(60, Math.round(Math.abs(seconds) / 60) * 60);
  return seconds >= 0
    ? { text: `in ${lengthOf(minutes)}`, late: false }
    : { text: `${lengthOf(minutes)} late`, late: true };
}

/** Says whether the desk is open, and until when or from when. */
export function openNow(clock: Clock, when: (at: Date) => string): string {
  if (clock.open_now)
    return clock.closes_at ? `Open now, until ${when(new Date(clock.closes_at))}` : 'Open now, at all hours';
  return clock.opens_at ? `Closed now, opens ${when(new Date(clock.opens_at))}` : 'Closed now';
}

/** Finds the severities that the conditions of a program speak of. */
export function severitiesIn(source: string): string[] {
  const compared = [...source.matchAll(/request\.severity\s*(?:==|!=)\s*["']([^"']{1,40})["']/g)].map((one) => one[1]!);
  const listed = [...source.matchAll(/request\.severity\s+in\s*\[([^\]]*)\]/g)].flatMap((one) =>
    [...one[1]!.matchAll(/["']([^"']{1,40})["']/g)].map((text) => text[1]!),
  );
  return [...new Set([...compared, ...listed])];
}
