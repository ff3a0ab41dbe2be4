// Times in words.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const dayOf = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const hourOf = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const exactly = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** Reads a time or a day of the API. A day is taken as it is, in no zone. */
export function parse(text: string): Date {
  return new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text);
}

/** A day: "24 Nov", with the year if it is not this one. */
export function day(at: Date, now = new Date()): string {
  return (at.getFullYear() === now.getFullYear() ? dayOf : dayOfYear).format(at);
}

/** A time of day: "14:02". */
export function timeOfDay(at: Date): string {
  return hourOf.format(at);
}

/** The exact time, for the hover and for copies. */
export function exact(at: Date): string {
  return exactly.format(at);
}

/** A length of time, roughly: "40 s", "3 min", "2 h", "5 days". */
export function length(seconds: number): string {
  const value = Math.abs(seconds);
  if (value < 55) return `${Math.round(value)} s`;
  if (value < 90 * MINUTE) return `${Math.round(value / MINUTE)} min`;
  if (value < 36 * HOUR) return `${Math.round(value / HOUR)} h`;
  return `${Math.round(value / DAY)} days`;
}

/** A time seen from now: "just now", "3 min ago", "in 2 h", and a day where it is further away. */
export function relative(at: Date, now: Date): string {
  const seconds = (now.getTime() - at.getTime()) / 1000;
  if (Math.abs(seconds) < 45) return 'just now';
  if (Math.abs(seconds) > 20 * DAY) return day(at, now);
  return seconds > 0 ? `${length(seconds)} ago` : `in ${length(seconds)}`;
}
