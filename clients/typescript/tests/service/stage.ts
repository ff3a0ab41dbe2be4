// The real service of the tests, and the proxy in front of it that breaks what passes: ../../../stage.
import { Renown, type RenownOptions } from 'renown-client';

function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error('run these tests beside a service: scripts/clients');
  return value;
}

export const KEY = given('RENOWN_KEY');
/** The proxy. */
export const PROXY = given('RENOWN_URL');
/** The service itself. */
export const DIRECT = given('RENOWN_DIRECT');
export const PROGRAM = 'palms-klub';
/** Stays often: an insider. */
export const KEVIN = 'twitter:kevin';

export const client = (options: Partial<RenownOptions> = {}) => new Renown({ url: PROXY, key: KEY, ...options });

/** A name that no other test has. */
export const unique = (prefix: string) => `${prefix}-${crypto.randomUUID().slice(0, 8)}`;

async function act(path: string, body?: unknown): Promise<{ requests: Seen[] }> {
  const post = { method: 'POST', body: JSON.stringify(body ?? {}) };
  const response = await fetch(`${given('RENOWN_STAGE')}${path}`, post);
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as { requests: Seen[] };
}

/** A request that the proxy has seen. */
export interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** The status of the answer. */
  status?: number;
}

export const service = {
  start: () => act('/service/start'),
  stop: () => act('/service/stop'),
  kill: () => act('/service/kill'),
  freeze: () => act('/service/freeze'),
  thaw: () => act('/service/thaw'),
};

export const proxy = {
  /** Breaks what passes; ../../../stage/proxy.mjs lists the faults. */
  set: (fault: { fault: string; [more: string]: unknown }) => act('/proxy', fault),
  mend: () => act('/proxy', { fault: 'none' }),
  /** Returns the requests since the fault was set. */
  seen: async () => ((await (await fetch(`${given('RENOWN_STAGE')}/proxy`)).json()) as { requests: Seen[] }).requests,
};
