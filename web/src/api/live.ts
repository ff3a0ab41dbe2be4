// The stream of messages, as it is written by the service (server-sent events).
import type { Schemas } from './client';

/** A message, as webhooks get it. */
export interface Message {
  id: string;
  type: Schemas['MessageKind'];
  timestamp: string;
  data: Record<string, unknown> & { program?: string | null; member?: string | null };
}

const KINDS: Schemas['MessageKind'][] = [
  'tier.changed',
  'tier.will_change',
  'tier.retained',
  'score.changed',
  'claim.held',
  'claim.confirmed',
  'claim.redeemed',
  'claim.released',
  'claim.expired',
  'claim.cancelled',
  'perk.exhausted',
  'perk.drawn',
  'program.published',
  'program.withdrawn',
];

export type Connection = 'connecting' | 'open' | 'lost';

/**
 * Listens to the stream until the returned function is called. The browser connects again by itself
 * and says where it was, so that nothing is left out; if the service refuses (too many streams, a
 * position that is gone), a new stream is tried after a while.
 */
export function listen(
  on: (message: Message) => void,
  state: (connection: Connection) => void,
  program?: string,
): () => void {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const receive = (event: MessageEvent<string>) => on(JSON.parse(event.data) as Message);

  const open = () => {
    state('connecting');
    source = new EventSource(program ? `/v1/stream?program=${encodeURIComponent(program)}` : '/v1/stream');
    source.onopen = () => state('open');
    source.onerror = () => {
      state('lost');
      if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, 5_000);
    };
    for (const kind of KINDS) source.addEventListener(kind, receive);
  };
  open();
  return () => {
    clearTimeout(again);
    source?.close();
  };
}
