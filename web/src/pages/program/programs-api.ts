/** What the service answers about programs, as these pages read it. */

import { api, Failure, ok, send, type Schemas } from '../../api/client';
import type { Bin } from './distribution';
import type { Bound } from './ladder';

export type Version = Schemas['VersionBody'];
export type Difference = Schemas['Difference'];
export type Standings = Schemas['StandingsBody'];
export type PerkNow = Schemas['PerkStockBody'];

/** Returns the distribution of one of the two numbers, for all members even if a sample was counted. */
export function distribution(counted: Standings, bound: Bound): Bin[] {
  const times = counted.sample_of && counted.counted > 0 ? counted.sample_of / counted.counted : 1;
  return counted.bins.map((bin) => ({ from: bin.from, to: bin.to, members: Math.round(bin[bound] * times) }));
}

function at(program: string, rest = ''): string {
  return `/v1/programs/${encodeURIComponent(program)}${rest}`;
}

export function standings(program: string, signal?: AbortSignal): Promise<Standings> {
  const params = { path: { program }, query: { bins: 50 } };
  return ok(api.GET('/v1/programs/{program}/standings', { params, signal }));
}

export async function perks(program: string, signal?: AbortSignal): Promise<PerkNow[]> {
  return (await ok(api.GET('/v1/programs/{program}/perks', { params: { path: { program } }, signal }))).data;
}

export async function versions(program: string, signal?: AbortSignal): Promise<Version[]> {
  try {
    return (await ok(api.GET('/v1/programs/{program}/versions', { params: { path: { program } }, signal }))).data;
  } catch (error) {
    // A program that was never published has a draft alone.
    if (error instanceof Failure && error.status === 404) return [];
    throw error;
  }
}

export function version(
  program: string,
  number: number,
  signal?: AbortSignal,
): Promise<Schemas['VersionWithLadderBody']> {
  const params = { path: { program, version: number } };
  return ok(api.GET('/v1/programs/{program}/versions/{version}', { params, signal }));
}

/** Returns the stored draft; null if there is none, or if it may not be seen. */
export async function draft(program: string, signal?: AbortSignal): Promise<string | null> {
  try {
    return (await ok(api.GET('/v1/programs/{program}/draft', { params: { path: { program } }, signal }))).source;
  } catch (error) {
    if (error instanceof Failure && (error.status === 404 || error.status === 403)) return null;
    throw error;
  }
}

/** Says in words what a source would change in what is published. */
export async function changesOf(program: string, source: string, signal?: AbortSignal): Promise<Difference[]> {
  const params = { path: { program } };
  return (await ok(api.POST('/v1/programs/{program}/changes', { params, body: { source }, signal }))).data;
}

export async function changesBetween(
  program: string,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<Difference[]> {
  const params = { path: { program, version: to }, query: { from } };
  return (await ok(api.GET('/v1/programs/{program}/versions/{version}/changes', { params, signal }))).data;
}

export function publish(
  program: string,
  what: { source: string; note?: string; starts_at?: string },
  idempotencyKey: string,
): Promise<Version> {
  return send<Version>('POST', at(program, '/publish'), { body: what, once: idempotencyKey });
}

export function rollBack(
  program: string,
  what: { version: number; note?: string },
  idempotencyKey: string,
): Promise<Version> {
  return send<Version>('POST', at(program, '/rollback'), { body: what, once: idempotencyKey });
}

export async function withdraw(program: string, number: number): Promise<void> {
  const params = { path: { program, version: number } };
  await ok(api.DELETE('/v1/programs/{program}/versions/{version}', { params }));
}
