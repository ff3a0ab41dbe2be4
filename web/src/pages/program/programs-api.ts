/** What the service answers about programs, as these pages read it. */

import { api, Failure, ok, pageHeaders, send, type Schemas } from '../../api/client';
import type { Bin } from './distribution';
import type { Bound, Rung } from './ladder';

export type Version = Schemas['VersionBody'] & { ladder?: Rung[] | null };
export type Difference = Schemas['Difference'];

export interface Standings {
  /** The version by which the standings were computed; null before the first measurement. */
  version?: number | null;
  as_of?: string | null;
  counted: number;
  /** The number of all members, if a sample was counted. */
  sample_of?: number | null;
  unknown: number;
  bins: { from: number; to: number; score: number; lower: number }[];
  tiers: { tier: string; title: string; members: number }[];
}

/** Returns the distribution of one of the two numbers, for all members even if a sample was counted. */
export function distribution(counted: Standings, bound: Bound): Bin[] {
  const times = counted.sample_of && counted.counted > 0 ? counted.sample_of / counted.counted : 1;
  return counted.bins.map((bin) => ({ from: bin.from, to: bin.to, members: Math.round(bin[bound] * times) }));
}

export interface PerkNow {
  perk: string;
  title: string;
  stock?: number | null;
  held: number;
  confirmed: number;
  redeemed: number;
  left?: number | null;
  value?: { amount: string; currency: string } | null;
  from?: string | null;
  until?: string | null;
  runs_out_at?: string | null;
}

export interface ProgramName {
  id: string;
  title: string;
}

function at(program: string, rest = ''): string {
  return `/v1/programs/${encodeURIComponent(program)}${rest}`;
}

/** Lists the programs in force. */
export async function programs(signal?: AbortSignal): Promise<ProgramName[]> {
  const { data } = await send<{ data: { program: string; title: string }[] }>('GET', '/v1/programs', { signal });
  return data.map((one) => ({ id: one.program, title: one.title }));
}

export function standings(program: string, signal?: AbortSignal): Promise<Standings> {
  return send<Standings>('GET', at(program, '/standings'), { query: { bins: '50' }, signal });
}

export async function perks(program: string, signal?: AbortSignal): Promise<PerkNow[]> {
  return (await send<{ data: PerkNow[] }>('GET', at(program, '/perks'), { signal })).data;
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

export function version(program: string, number: number, signal?: AbortSignal): Promise<Version> {
  return send<Version>('GET', at(program, `/versions/${number}`), { signal });
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
  return (await send<{ data: Difference[] }>('POST', at(program, '/changes'), { body: { source }, signal })).data;
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

/** Sends a request that is carried out once, however often it is sent under its key. */
export async function once<T>(path: string, body: unknown, idempotencyKey: string): Promise<T> {
  const headers = { ...pageHeaders('POST'), 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey };
  const asked = fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }).then(async (response) => {
    const said: unknown = await response.json().catch(() => undefined);
    return { data: said as T, error: said, response };
  });
  return ok<T>(asked);
}

export function publish(
  program: string,
  what: { source: string; note?: string; starts_at?: string },
  idempotencyKey: string,
): Promise<Version> {
  return once<Version>(at(program, '/publish'), what, idempotencyKey);
}

export function rollBack(
  program: string,
  what: { version: number; note?: string },
  idempotencyKey: string,
): Promise<Version> {
  return once<Version>(at(program, '/rollback'), what, idempotencyKey);
}

export async function withdraw(program: string, number: number): Promise<void> {
  await send<void>('DELETE', at(program, `/versions/${number}`));
}
