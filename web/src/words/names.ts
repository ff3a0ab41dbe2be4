// Names of things in words.

const WORDS: Record<string, string> = {
  sms: 'SMS',
  vip: 'VIP',
  usa: 'USA',
};

/** The words of a slug: `las-vegas` is "Las Vegas". */
export function topicName(slug: string): string {
  return slug
    .split('-')
    .map((word) => WORDS[word] ?? word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

/** An id in words, for what has no title: `late_checkout` is "Late checkout". */
export function idName(id: string): string {
  const words = id.replaceAll(/[_-]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a member is called: the name, or else the shortest handle. */
export function memberName(member: { name?: string | null; identities?: readonly string[]; id?: string }): string {
  if (member.name) return member.name;
  const identities = member.identities ?? [];
  const handles = identities.filter((identity) => !OPAQUE.has(kindOf(identity)));
  const shortest = (handles.length > 0 ? handles : identities)
    .map(identityName)
    .toSorted((a, b) => a.length - b.length)[0];
  return shortest ?? member.id ?? 'A member';
}

/** Kinds of identity that are numbers of a business, or private, and no handles. */
const OPAQUE = new Set(['email', 'loyalty', 'crm', 'phone', 'shop']);

function kindOf(identity: string): string {
  return identity.slice(0, Math.max(0, identity.indexOf(':')));
}

/** An identity as people write it: `twitter:kevin` is "@kevin", `email:a@b.c` is "a@b.c". */
export function identityName(identity: string): string {
  const at = identity.indexOf(':');
  if (at < 0) return identity;
  const [kind, rest] = [identity.slice(0, at), identity.slice(at + 1)];
  if (kind === 'email') return rest;
  return OPAQUE.has(kind) ? `${kind} ${rest}` : `@${rest}`;
}
