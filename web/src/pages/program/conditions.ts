/** The names of the language of conditions, for completion and for hovering. */

export interface Name {
  name: string;
  says: string;
  /** What stands behind a dot of it. */
  members?: Name[];
}

const INDEX: Name[] = [
  { name: 'lower', says: 'The cautious number: it is at least this, as far as is known. 0 to 100.' },
  { name: 'score', says: 'The number itself, 0 to 100.' },
  { name: 'upper', says: 'It is at most this, as far as is known. 0 to 100.' },
  { name: 'percentile', says: 'The share of members that have less, 0 to 100, as of the latest rank snapshot.' },
  { name: 'unknown', says: 'Whether nothing is known of it.' },
];

export const NAMES: Name[] = [
  { name: 'standing', says: 'How the indices blend in this program.', members: INDEX },
  { name: 'influence', says: 'What others make of the posts of a member.', members: INDEX },
  { name: 'value', says: 'What a member has bought.', members: INDEX },
  { name: 'index("…")', says: 'An index imported from another system.', members: INDEX },
  {
    name: 'topic("…")',
    says: 'What is known of a member on a topic.',
    members: [
      { name: 'influence', says: 'Influence on the topic, 0 to 100.' },
      { name: 'confidence', says: 'How likely the member is an expert, 0 to 1.' },
      { name: 'interest', says: 'Interest that the member has shown, 0 to 1.' },
      { name: 'rank', says: 'The place on the topic, from 1.' },
      { name: 'unknown', says: 'Whether nothing is known of it.' },
    ],
  },
  {
    name: 'member',
    says: 'What you know of the member.',
    members: [
      { name: 'days_enrolled', says: 'The days since the member enrolled.' },
      { name: 'networks', says: 'The networks of the linked accounts, a list.' },
      { name: 'country', says: 'An ISO 3166 code, such as US.' },
      { name: 'attributes', says: 'An attribute of the member: member.attributes.name.' },
    ],
  },
  { name: 'tier', says: 'The tier in effect. In perks and service levels.' },
  { name: 'request', says: 'What the caller passed in: request.party_size. In perks and service levels.' },
  {
    name: 'identity',
    says: 'The identity that the caller named.',
    members: [{ name: 'verified', says: 'Whether it is verified.' }],
  },
  { name: 'table("…")', says: 'The result of a decision table.' },
  { name: 'audience("…")', says: 'Whether the member is in a saved audience.' },
  { name: 'now', says: 'The time.' },
  { name: 'has(…)', says: 'Whether an attribute or a part of the request is there.' },
  { name: 'size(…)', says: 'The length of a list or a text.' },
  { name: 'timestamp("…")', says: 'A time, such as timestamp("2026-12-01T00:00:00Z").' },
  { name: 'duration("…")', says: 'A length of time, such as duration("48h").' },
];

/** What is being written at the end of a condition: a name, or a member behind a dot. */
export interface Tail {
  /** The text of the name that stands before the dot; null for a first name. */
  of: string | null;
  typed: string;
  /** The text in quotes that has just been opened, with what is before it: `topic(`. */
  quoted: string | null;
}

/** Reads the end of a condition. */
export function tailOf(condition: string): Tail {
  const quoted = /([\w.]+\s*(?:\(|==|!=|in\s*\[(?:[^\]]*,)?)\s*)["']([^"']*)$/.exec(condition);
  if (quoted && isOpen(condition)) return { of: null, typed: quoted[2]!, quoted: quoted[1]!.replace(/\s/g, '') };
  const dotted = /((?:\w+(?:\((?:"[^"]*"|'[^']*')\))?))\.(\w*)$/.exec(condition);
  if (dotted) return { of: dotted[1]!.replace(/\(.*/, ''), typed: dotted[2]!, quoted: null };
  const word = /(\w*)$/.exec(condition);
  return { of: null, typed: word?.[1] ?? '', quoted: null };
}

function isOpen(condition: string): boolean {
  return (condition.match(/"/g)?.length ?? 0) % 2 === 1 || (condition.match(/'/g)?.length ?? 0) % 2 === 1;
}

/** Returns the names that may follow. */
export function namesFor(tail: Tail): Name[] {
  if (tail.of === null) return NAMES;
  return nameOf(tail.of)?.members ?? [];
}

/** Returns a name without its brackets: `topic` for `topic("…")`. */
export function bare(name: string): string {
  return name.replace(/\(.*/, '');
}

/** Returns what a word of a condition means. */
export function nameOf(word: string): Name | undefined {
  return NAMES.find((one) => bare(one.name) === word);
}
