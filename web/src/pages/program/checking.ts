/** The checker's answer, as this page reads it. */

import { send, type Schemas } from '../../api/client';

export type Finding = Schemas['Diagnostic'];
export type Checked = Schemas['CheckBody'];

/** Checks a source as it is written: lines and columns of findings are those of this text. */
export function check(source: string, signal?: AbortSignal): Promise<Checked> {
  return send<Checked>('POST', '/v1/programs/check', { source, signal });
}

/** Stores a draft, even with mistakes. */
export function storeDraft(program: string, source: string): Promise<Checked> {
  return send<Checked>('PUT', `/v1/programs/${encodeURIComponent(program)}/draft`, { source });
}
