/** What the service answers about programs, as these pages read it. */

import { api, Failure, ok, pageHeaders, send, type Schemas } from '../../api/client';
import type { Bin } from './distribution';
import type { Bound, Rung } from './ladder';

export type Version = Schemas['VersionBody'] & { ladder?: Rung[] | null };
export type Difference = Schemas['Difference'];

export interface Standings {
  version: number;
  as_of: string;
  counted: number;
  unknown: number;
  bins: Bin[];
  tiers: { tier: string; title: string; members: number }[];
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

/** Lists the programs in force, with their titles where the service gives them. */
export async function programs(signal?: AbortSignal): Promise<ProgramName[]> {
  const { data } = await send<{ data: (string | { program: string; title?: string | null })[] }>(
    'GET',
    '/v1/programs',
    { signal },
  );
  return data.map((one) =>
    typeof one === 'string' ? { id: one, title: one } : { id: one.program, title: one.title ?? one.program },
  );
}

export function standings(program: string, bound: Bound, signal?: AbortSignal): Promise<Standings> {
  const query = { bins: '50', bound: bound === 'lower' ? 'lower' : undefined };
  return send<Standings>('GET', at(program, '/standings'), { query, signal });
}

export async function perks(program: string, signal?: AbortSignal): Promise<PerkNow[]> {
  const answer = await send<PerkNow[] | { data: PerkNow[] }>('GET', at(program, '/perks'), { signal });
  return Array.isArray(answer) ? answer : answer.data;
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
