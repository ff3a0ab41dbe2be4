/** What was typed or scanned into the field of a desk. */

import { looksLikeCode } from './code';

export type Question =
  | { kind: 'nothing' }
  | { kind: 'identity'; identity: string }
  | { kind: 'code'; code: string }
  | { kind: 'name'; name: string };

/** How a text without a prefix is read: as a name, as a code, or as a number of one network. */
export type Reading = 'name' | 'code' | (string & {});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const IDENTITY = /^[a-z0-9][a-z0-9_-]*:\S.*$/i;
const EMAIL = /^[^\s:@]+@[^\s@]+\.[^\s@]+$/;

/** Reads a text. What says by itself what it is, is that; the rest is read as the desk has chosen. */
export function read(typed: string, reading: Reading): Question {
  const text = typed.trim();
  if (text === '') return { kind: 'nothing' };
  if (/^code:/i.test(text)) return { kind: 'code', code: text.slice(5).trim() };
  if (UUID.test(text)) return { kind: 'identity', identity: text };
  if (IDENTITY.test(text)) return { kind: 'identity', identity: text };
  if (EMAIL.test(text)) return { kind: 'identity', identity: `email:${text}` };
  if (looksLikeCode(text) || reading === 'code') return { kind: 'code', code: text };
  if (reading === 'name') return { kind: 'name', name: text.replace(/^@/, '') };
  return { kind: 'identity', identity: `${reading}:${text}` };
}
