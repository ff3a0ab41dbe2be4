// Questions that several pages ask, and the names of what they are answered with.
import { api, ok, type Schemas } from './client';
import type { Message } from './live';

export type Step = Schemas['TimeCountBody'];
export type Attention = Schemas['AttentionBody'];
export type ChangeLine = Schemas['ChangeCountBody'];
export type TierDays = Schemas['TierDaysBody'];
export type ProgramLine = Schemas['ProgramLineBody'];
export type Rung = Schemas['LadderTier'];
export type Member = Schemas['MemberBody'];

export const overview = (signal: AbortSignal) => ok(api.GET('/v1/overview', { signal }));

/** Returns how many members had each tier, for the last 30 days of the program's calendar. */
export const tierDays = (program: string, signal: AbortSignal) =>
  ok(api.GET('/v1/programs/{program}/tiers', { params: { path: { program } }, signal }));

/** Returns the programs in force, by id. */
export async function programs(signal?: AbortSignal): Promise<ProgramLine[]> {
  return (await ok(api.GET('/v1/programs', { signal }))).data;
}

/** Returns topics that begin so, those with most members first. */
export async function topics(q: string, limit: number, signal?: AbortSignal) {
  const query = { q: q || undefined, limit };
  return (await ok(api.GET('/v1/topics', { params: { query }, signal }))).data;
}

/** Returns the tiers of a program, best first, with the thresholds that its conditions test. */
export async function ladder(program: string, version: number, signal?: AbortSignal): Promise<Rung[]> {
  const path = { program, version };
  const found = await ok(api.GET('/v1/programs/{program}/versions/{version}', { params: { path }, signal }));
  return found.ladder ?? [];
}

/** What a list of members is narrowed to. */
interface MemberFilter {
  q?: string;
  program?: string;
  tier?: string;
  topic?: string;
  limit?: number;
  cursor?: string;
}

/** Returns members whose name or identity begins so. */
export const findMembers = (query: MemberFilter, signal?: AbortSignal) =>
  ok(api.GET('/v1/members', { params: { query }, signal }));

/** Returns the latest messages. */
export async function latestMessages(limit: number, signal: AbortSignal): Promise<Message[]> {
  // The contract leaves open what a message has, because each type has its own.
  return (await ok(api.GET('/v1/messages', { params: { query: { limit } }, signal }))).data as unknown as Message[];
}
