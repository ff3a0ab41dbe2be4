import type { Reading } from './question';

/** What a text without a prefix can mean; names can be searched by administrators alone. */
const READINGS: { id: Reading; title: string }[] = [
  { id: 'name', title: 'a name' },
  { id: 'loyalty', title: 'a loyalty number' },
  { id: 'email', title: 'an e-mail address' },
  { id: 'phone', title: 'a phone number' },
  { id: 'crm', title: 'a customer number' },
  { id: 'twitter', title: 'a Twitter handle' },
  { id: 'bluesky', title: 'a Bluesky handle' },
  { id: 'mastodon', title: 'a Mastodon handle' },
  { id: 'github', title: 'a GitHub handle' },
  { id: 'code', title: 'a code' },
];

/** Lists the readings of a desk; one that the address names and that is not listed is a network of its own. */
export function readingsOf(
  may: { names: boolean; codes: boolean },
  chosen: string | undefined,
): { id: Reading; title: string }[] {
  const usual = READINGS.filter((one) => (one.id === 'name' ? may.names : one.id === 'code' ? may.codes : true));
  const isOther =
    chosen !== undefined && /^[a-z0-9][a-z0-9_-]*$/.test(chosen) && !READINGS.some((one) => one.id === chosen);
  return isOther ? [...usual, { id: chosen, title: `of the network “${chosen}”` }] : usual;
}
