// Shapes of answers that pages need by name, beside those of the contract.
import { api, ok, send, type Schemas } from './client';

export interface Step {
  at: string;
  count: number;
}

export interface TierCount {
  tier: string;
  title: string;
  members: number;
}

export interface Attention {
  kind: string;
  title: string;
  detail: string;
  program?: string | null;
  perk?: string | null;
  source?: string | null;
  webhook?: string | null;
  at?: string | null;
}

export interface ChangeLine {
  kind: string;
  program?: string | null;
  count: number;
  text: string;
  at: string;
}

export interface Overview {
  as_of: string | null;
  members: { enrolled: number; scored: number; unknown: number; opted_out: number } | null;
  events: { last_24h: number; by_ten_minutes: Step[] };
  /** Batches of events that are not in the scores yet, and when the oldest of them was received. */
  scorer: { waiting_batches: number; oldest_received_at: string | null };
  claims: { last_24h: number; by_hour: Step[] };
  programs: { program: string; title: string; version: number; tiers: TierCount[] }[];
  attention: Attention[];
  changes: ChangeLine[];
}

export interface TierDays {
  program: string;
  from: string;
  to: string;
  as_of: string | null;
  tiers: { tier: string; title: string }[];
  days: { day: string; members: number[] }[];
}

export interface ProgramLine {
  program: string;
  title: string;
  version?: number;
}

export interface TopicLine {
  topic: string;
  /** Other names of the topic. */
  names?: string[];
  members: number;
}

export interface Threshold {
  field: 'when' | 'stay';
  input: string;
  operator: string;
  value: number;
}

export interface Rung {
  tier: string;
  title: string;
  floor: boolean;
  thresholds: Threshold[];
}

export const overview = (signal: AbortSignal) => send<Overview>('GET', '/v1/overview', { signal });

/** Returns how many members had each tier, for the last 30 days of the program's calendar. */
export const tierDays = (program: string, signal: AbortSignal) =>
  send<TierDays>('GET', `/v1/programs/${encodeURIComponent(program)}/tiers`, { signal });

/** Returns the programs in force, by id. */
export async function programs(signal?: AbortSignal): Promise<ProgramLine[]> {
  const { data } = await send<{ data: (string | ProgramLine)[] }>('GET', '/v1/programs', { signal });
  return data.map((line) => (typeof line === 'string' ? { program: line, title: line } : line));
}

/** Returns topics that begin so, those with most members first. */
export async function topics(q: string, limit: number, signal?: AbortSignal): Promise<TopicLine[]> {
  const query = { q: q || undefined, limit: String(limit) };
  return (await send<{ data: TopicLine[] }>('GET', '/v1/topics', { query, signal })).data;
}

/** Returns the tiers of a program, best first, with the thresholds that its conditions test. */
export async function ladder(program: string, version: number, signal?: AbortSignal): Promise<Rung[]> {
  const path = { program, version };
  const found = await ok(api.GET('/v1/programs/{program}/versions/{version}', { params: { path }, signal }));
  return (found as { ladder?: Rung[] | null }).ladder ?? [];
}

export type Member = Schemas['MemberBody'];

/** Returns members whose name or identity begins so. */
export async function findMembers(
  query: { q?: string; program?: string; tier?: string; topic?: string; limit?: number; cursor?: string },
  signal?: AbortSignal,
): Promise<Schemas['MembersBody']> {
  const { limit, ...rest } = query;
  return send('GET', '/v1/members', { query: { ...rest, limit: limit?.toString() }, signal });
}
