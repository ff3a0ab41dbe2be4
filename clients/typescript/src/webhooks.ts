// Messages that the service sends to a webhook, signed after Standard Webhooks.
import { WebhookError } from './errors.js';

/** A message about a change. New types, and new members of `data`, may be added: ignore what you do not know. */
export interface Message {
  /** The same however often and in whatever way the message is sent: remember those that you have handled. */
  readonly id: string;
  /** Such as `tier.changed`. */
  readonly type: string;
  /** When it happened. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Headers as frameworks have them. */
export type MessageHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  /** How far the time of the message may be from now. */
  readonly toleranceMs?: number;
  /** The time now, for tests. */
  readonly now?: Date;
}

/**
 * Verifies that the service has sent a message, and reads it. Give the body as it came, before
 * anything parses it, and all secrets that may have signed it: more than one while the secret changes.
 *
 * @throws {WebhookError} If it is not signed with one of the secrets, or is too old.
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: MessageHeaders,
  secrets: string | readonly string[],
  { toleranceMs = 5 * 60_000, now = new Date() }: VerifyOptions = {},
): Promise<Message> {
  const id = header(headers, 'webhook-id');
  const timestamp = header(headers, 'webhook-timestamp');
  const signatures = header(headers, 'webhook-signature');
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookError('webhook-timestamp is not a number of seconds');
  if (!(Math.abs(Number(timestamp) * 1000 - now.getTime()) <= toleranceMs)) {
    throw new WebhookError('the message is too old, or one of the clocks is wrong');
  }
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const signed = concatenated(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  for (const secret of typeof secrets === 'string' ? [secrets] : secrets) {
    const key = await importSecret(secret);
    for (const signature of signatures.split(' ')) {
      if (!signature.startsWith('v1,')) continue;
      const given = decoded(signature.slice(3));
      // It compares in constant time.
      if (given && (await crypto.subtle.verify('HMAC', key, given, signed))) return readMessage(id, bytes);
    }
  }
  throw new WebhookError('the message is not signed with a known secret');
}

function header(headers: MessageHeaders, name: string): string {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  const found = entries.find(([key]) => key.toLowerCase() === name)?.[1];
  const value = typeof found === 'string' ? found : found?.[0];
  if (!value) throw new WebhookError(`the header ${name} is missing`);
  return value;
}

async function importSecret(secret: string): Promise<CryptoKey> {
  const bytes = decoded(secret.replace(/^whsec_/, ''));
  if (!bytes || bytes.byteLength === 0) throw new WebhookError('a secret is not in base64, such as whsec_…');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function decoded(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.byteLength + second.byteLength);
  all.set(first);
  all.set(second, first.byteLength);
  return all;
}

/** Reads a message, also one that is written as a CloudEvent. */
function readMessage(id: string, bytes: Uint8Array): Message {
  let read: Record<string, unknown>;
  try {
    read = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    throw new WebhookError('the message is not JSON');
  }
  const isCloudEvent = 'specversion' in read;
  const type = String(read.type ?? '');
  return {
    id,
    type: isCloudEvent ? type.replace(/^renown\./, '') : type,
    timestamp: String((isCloudEvent ? read.time : read.timestamp) ?? ''),
    data: (read.data ?? {}) as Message['data'],
  };
}
