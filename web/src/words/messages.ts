// Messages of the stream in one line of words.
import type { Message } from '../api/live';
import { idName } from './names';
import { score } from './number';

const CLAIMS: Record<string, string> = {
  held: 'is held',
  confirmed: 'is confirmed',
  redeemed: 'was handed over',
  released: 'was released',
  expired: 'has expired',
  cancelled: 'was cancelled',
  reversed: 'was taken back, because handing it over was a mistake',
};

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function scoreChange(data: Message['data']): string {
  const now = data.influence as { score?: number | null } | undefined;
  const before = data.before as { influence?: number | null } | undefined;
  if (data.reason === 'opted_out') return 'Opted out: there is no score any more';
  const [from, to] = [score(before?.influence), score(now?.score)];
  if (from !== to) return `Influence went from ${from} to ${to}`;
  const value = data.value as { score?: number | null } | undefined;
  return `Value went from ${score((data.before as { value?: number | null } | undefined)?.value)} to ${score(value?.score)}`;
}

/** What a message says, without the member, who stands beside it. */
export function messageText({ type, data }: Pick<Message, 'type' | 'data'>): string {
  switch (type) {
    case 'tier.changed':
      return data.from
        ? `${idName(text(data.from))} became ${idName(text(data.to))}`
        : `Became ${idName(text(data.to))}`;
    case 'tier.will_change':
      return `${idName(text(data.from))} will become ${idName(text(data.to))}`;
    case 'tier.retained':
      return `Keeps ${idName(text(data.tier))}`;
    case 'score.changed':
      return scoreChange(data);
    case 'perk.exhausted':
      return `All of ${idName(text(data.perk))} are taken`;
    case 'perk.drawn':
      return `The draw of ${idName(text(data.perk))} was held`;
    case 'program.published':
      return `Version ${String(data.program_version)} was published`;
    case 'program.withdrawn':
      return `Version ${String(data.program_version)} was withdrawn`;
    default:
      return type.startsWith('claim.')
        ? `${idName(text(data.perk))} ${CLAIMS[text(data.state)] ?? text(data.state)}`
        : idName(type.replaceAll('.', ' '));
  }
}
