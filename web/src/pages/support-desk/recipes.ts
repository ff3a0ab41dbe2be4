/**
 * The fields of a ticket in the desk software, from the answer of the service: the same as the
 * programs in `docs/recipes` print for the ticket. A test compares them.
 */

export interface Level {
  id: string;
  title?: string | null;
  queue: string;
  priority?: number | null;
  first_reply_time_in_seconds?: number | null;
  next_reply_time_in_seconds?: number | null;
  resolution_time_in_seconds?: number | null;
  time_to_close_in_seconds?: number | null;
}

export interface Clock {
  first_reply_due_at?: string | null;
  next_reply_due_at?: string | null;
  resolution_due_at?: string | null;
  close_due_at?: string | null;
}

export interface Answer {
  service_level: Level;
  service_clock?: Clock | null;
}

export interface Recipe {
  desk: string;
  /** What the desk software does with it. */
  note: string;
  fields: { name: string; value: string | number | null }[];
  /** The body of the request about the ticket. */
  body: unknown;
}

const ZENDESK = ['urgent', 'high', 'normal', 'low'];
const FRESHDESK = [4, 3, 2, 1];
const LOWEST = 3;
const UNSET = 2;

export function recipes(answer: Answer): Recipe[] {
  return [zendesk(answer), freshdesk(answer), intercom(answer)];
}

function place(level: Level): number {
  return Math.min(level.priority ?? UNSET, LOWEST);
}

export function zendesk({ service_level: level }: Answer): Recipe {
  const tag = `renown_${level.id.replaceAll('-', '_')}`;
  const priority = ZENDESK[place(level)]!;
  return {
    desk: 'Zendesk',
    note: 'The tag chooses the SLA policy of this level.',
    fields: [
      { name: 'Tag', value: tag },
      { name: 'Priority', value: priority },
    ],
    body: { ticket: { ticket: { priority } }, tags: { tags: [tag] } },
  };
}

export function freshdesk({ service_level: level, service_clock: clock }: Answer): Recipe {
  const priority = FRESHDESK[place(level)]!;
  const due = [
    { name: 'fr_due_by', value: clock?.first_reply_due_at ?? null },
    { name: 'due_by', value: clock?.resolution_due_at ?? null },
  ].filter((one) => one.value !== null);
  return {
    desk: 'Freshdesk',
    note: 'The times are worked out, so that its own calendar cannot differ. Add the group of the queue.',
    fields: [{ name: 'priority', value: priority }, ...due],
    body: { priority, ...Object.fromEntries(due.map((one) => [one.name, one.value])) },
  };
}

export function intercom({ service_level: level, service_clock: clock }: Answer): Recipe {
  const seconds = (time: string | null | undefined): number | null =>
    time ? Math.floor(Date.parse(time) / 1000) : null;
  const fields = [
    { name: 'Service level', value: level.title ?? level.id },
    { name: 'Queue', value: level.queue },
    { name: 'First reply due', value: seconds(clock?.first_reply_due_at) },
    { name: 'Next reply due', value: seconds(clock?.next_reply_due_at) },
    { name: 'Resolution due', value: seconds(clock?.resolution_due_at) },
    { name: 'Close due', value: seconds(clock?.close_due_at) },
  ];
  return {
    desk: 'Intercom',
    note: 'Attributes of the conversation; a workflow applies the SLA of “Service level”.',
    fields: fields.filter((one) => one.value !== null),
    body: { custom_attributes: Object.fromEntries(fields.map((one) => [one.name, one.value])) },
  };
}
