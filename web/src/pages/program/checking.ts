/** The checker's answer, as this page reads it. */

import { pageHeaders, ok, type Schemas } from '../../api/client';
import type { Rung } from './ladder';

export type Finding = Schemas['Diagnostic'];

export interface Checked {
  valid: boolean;
  diagnostics: Finding[];
  /** Null if the program cannot be read; absent if the service does not say. */
  ladder?: Rung[] | null;
}

/** Sends a source as it is written: lines and columns of findings are those of this text. */
async function sendSource<T>(method: string, path: string, source: string, signal?: AbortSignal): Promise<T> {
  const headers = { ...pageHeaders(method), 'Content-Type': 'application/yaml' };
  const asked = fetch(path, { method, headers, body: source, signal }).then(async (response) => {
    const said: unknown = await response.json().catch(() => undefined);
    return { data: said as T, error: said, response };
  });
  return ok<T>(asked);
}

export function check(source: string, signal?: AbortSignal): Promise<Checked> {
  return sendSource<Checked>('POST', '/v1/programs/check', source, signal);
}

/** Stores a draft, even with mistakes. */
export function storeDraft(program: string, source: string): Promise<Checked> {
  return sendSource<Checked>('PUT', `/v1/programs/${encodeURIComponent(program)}/draft`, source);
}
