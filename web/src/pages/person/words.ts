// What the page of a person says, in words.
import type { Schemas } from '../../api/client';
import { idName, topicName } from '../../words/names';
import { confidence, count, listed, lowerEnd, plural, score, share, tenths } from '../../words/number';
import { day, parse } from '../../words/time';

type TierBody = Schemas['TierBody'];
type WhatIf = Schemas['WhatIf'];

/** Since when a tier is held, in a word before it: "since 24 Nov". */
function since(tier: TierBody): string {
  return tier.since ? ` since ${day(parse(tier.since))}` : '';
}

/** Joins what a standing says with the topic of the program that the member is best at. */
function because(tier: TierBody, topic: Schemas['TopicBody'] | undefined): string {
  const { standing } = tier;
  if (standing.unknown) return 'nothing is known yet, and everybody gets at least this';
  const known = `standing ${score(standing.score)} (at least ${lowerEnd(standing.lower)})`;
  if (!topic || topic.confidence < 0.4) return known;
  return `${known} and ${confidence(topic.confidence).split(',')[0]} on ${topicName(topic.topic)}`;
}

/**
 * The sentence at the top: "Insider since 24 Nov: standing 80 (at least 74) and likely an expert on
 * Las Vegas."
 */
export function summary(tier: TierBody, topics: readonly Schemas['TopicBody'][]): string {
  const reason = tier.reason.toLowerCase();
  const wanted = topics.filter(({ topic }) => reason.includes(` in ${topic.replaceAll('-', ' ')} `));
  const best = (wanted.length > 0 ? wanted : topics).reduce<Schemas['TopicBody'] | undefined>(
    (found, topic) => (!found || topic.confidence > found.confidence ? topic : found),
    undefined,
  );
  if (tier.grant) return `${tier.title}${since(tier)}, given by a person and not by the rules.`;
  return `${tier.title}${since(tier)}: ${because(tier, best)}.`;
}

const REFUSALS: Record<Schemas['Refusal'], string> = {
  not_enrolled: 'not enrolled',
  expired: 'its last day is over',
  not_started: 'it has not begun',
  member_limit: 'has as many as one member may have',
  exclusive_of: 'has another one of the same group, or may claim a better one',
  out_of_stock: 'all are gone',
  day_limit: 'no more are given today',
  budget_spent: 'the budget is spent',
  by_grant_only: 'a person gives it, not the rules',
  condition: 'the condition does not hold',
  not_relevant: 'nothing shows an interest in its topics',
  held_back: 'held back for a comparison',
};

/** Why an offer is refused, in a few words. */
export function refusal(reason: Schemas['Refusal'] | null | undefined): string {
  return reason ? (REFUSALS[reason] ?? idName(reason)) : '';
}

const NO_CHANGES: Record<Schemas['NoChange'], string> = {
  not_enrolled: 'Enrolling would be the first step.',
  expired: 'Nothing would: the last day is over.',
  not_started: 'Only time: it has not begun.',
  member_limit: 'Nothing would: this member has as many as one may have.',
  exclusive_of: 'Only giving up the other perk of the same group.',
  out_of_stock: 'Only new stock.',
  day_limit: 'Only time: no more are given today.',
  budget_spent: 'Only a larger budget.',
  by_grant_only: 'Only a grant: a person gives this.',
  held_back: 'Nothing would while the comparison runs.',
  depends_on_others: 'This depends on what is known about the member, not on numbers.',
  depends_on_request: 'This depends on the request, such as the size of the party.',
  depends_on_identity: 'A verified identity might: the condition asks how it was proven.',
  depends_on_time: 'Only time.',
  depends_on_table: 'This depends on a table of the program.',
  not_by_numbers: 'No change of a number alone would.',
};

/** A number of a condition in words: `topic("las-vegas").confidence` is "confidence in Las Vegas". */
export function quantity(name: string): string {
  const topic = /^topic\("(.+)"\)\.(\w+)$/.exec(name);
  if (topic?.[1] && topic[2]) return `${topic[2] === 'lower' ? 'at least' : topic[2]} in ${topicName(topic[1])}`;
  const end = /^([\w.-]+)\.(lower|upper|score|percentile)$/.exec(name);
  if (end?.[1] === undefined) return name;
  const words: Record<string, string> = {
    lower: ', at least',
    upper: ', at most',
    score: '',
    percentile: ' (percentile)',
  };
  return `${end[1].replaceAll('_', ' ')}${words[end[2] ?? ''] ?? ''}`;
}

/**
 * A number that a condition asks for or that a member has, by what it is called: a confidence is a
 * share. What a member has is never rounded up to what is asked.
 */
function amount(name: string, value: number, round: (value: number) => number): string {
  return name.endsWith('.confidence') ? share(round(value * 100) / 100) : tenths(round(value * 10) / 10);
}

/**
 * What would change an outcome, as one sentence: what people can do, or else the numbers that must
 * change.
 */
export function wanted(change: WhatIf | null | undefined): string {
  if (!change) return '';
  if (change.result === 'impossible') {
    return NO_CHANGES[change.reason] ?? `Nothing was found (${idName(change.reason)}).`;
  }
  return change.effort ? effort(change.effort) : numbers(change.changes);
}

/** What would change an outcome, and how long that takes. */
export function whatIf(change: WhatIf | null | undefined): string {
  const sentence = wanted(change);
  if (change?.result !== 'possible') return sentence;
  const days = change.effort?.kind === 'reactions' ? change.effort.days : 0;
  if (days > 0) return `${sentence} It takes about ${plural(days, 'day')} until their reactions count in full.`;
  return change.effort ? sentence : `${sentence}${delay(change.changes)}`;
}

/** What people can do, said of the member to somebody else. */
function effort(effort: Schemas['Effort']): string {
  const topics = listed(effort.kind === 'wait' ? [] : effort.topics.map(topicName));
  switch (effort.kind) {
    case 'reactions': {
      const people = `${effort.people > 1 ? 'About ' : ''}${count(effort.people)} more ${effort.people === 1 ? 'person' : 'people'}`;
      const about = topics ? ` about ${topics}` : '';
      const trusted = effort.who === 'trusted' ? ', who react to others here, too' : '';
      const gives = effort.gives ? `, which gives ${idName(effort.gives)}` : '';
      return `${people} reacting to what this person writes${about}${trusted}${gives}.`;
    }
    case 'interest':
      return `An interest in ${topics}: declared, or shown by what this person writes or buys.`;
    case 'wait':
      return `Nothing but time: the reactions that are there count in full in about ${plural(effort.days, 'day')}.`;
  }
}

/** The numbers that must change, with those now, as a sentence. */
export function numbers(changes: readonly Schemas['NumberChange'][]): string {
  return `${capital(needed(changes))}.`;
}

/** The numbers that must change, with those now. */
export function needed(changes: readonly Schemas['NumberChange'][]): string {
  return listed(changes.map(({ name, from, to }) => neededNumber(name, from, to)));
}

/** A number that is asked for, with the one now: "standing, at least 25 (21.6 now)". */
export function neededNumber(name: string, now: number | null | undefined, needed: number): string {
  const said = now === null || now === undefined ? 'unknown now' : `${amount(name, now, Math.floor)} now`;
  return `${quantity(name)} ${amount(name, needed, Math.ceil)} (${said})`;
}

/** Why a change does not count at once, as a sentence after the one about the change. */
function delay(changes: readonly Schemas['NumberChange'][]): string {
  const days = changes.map((change) => (change.delay?.reason === 'new_people' ? change.delay.wait_days : 0));
  const longest = Math.max(0, ...days);
  if (longest > 0) return ` Reactions by new people take up to ${tenths(longest)} days to count in full.`;
  const times = changes.flatMap((change) => (change.delay?.reason === 'waiting' ? [change.delay.not_before] : []));
  const last = times.toSorted().at(-1);
  return last ? ` Not before ${day(parse(last))}: what is there counts in full only then.` : '';
}

/** A text that begins with a capital letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const TIER_REASONS: Record<string, string> = {
  granted: 'a person gave it',
  grant_ended: 'the grant has ended',
  reached: 'the tests of the tier pass',
  lowered: 'the tests no longer pass, and the time for which it was kept is over',
  program_changed: 'the program no longer has the tier before',
  opted_out: 'the person opted out of scoring',
  merged: 'two members were merged',
};

/** Why a tier changed. */
export function tierReason(reason: string): string {
  return TIER_REASONS[reason] ?? idName(reason);
}

const PARTS: Record<string, string> = {
  reach: 'People reached',
  amplification: 'Shares, mentions',
  engagement: 'Likes, replies',
  curation: 'Lists, vouching',
  audience: 'Followers',
  breadth: 'Breadth',
};

/** The name of a part of influence. */
export function partName(part: string): string {
  return PARTS[part] ?? idName(part);
}

const TYPES: Record<string, string> = {
  like: 'Likes',
  save: 'Saves',
  reply: 'Replies',
  mention: 'Mentions',
  share: 'Shares',
  follow: 'Follows',
  list: 'Curated lists',
  endorse: 'Vouching',
  profile: 'Follower counts',
  post: 'Posts',
};

/** The name of a type of event that points come from. */
export function typeName(type: string, counted: boolean): string {
  const name = TYPES[type] ?? idName(type);
  return counted ? `${name}, as mere counts` : name;
}

/** The name of a moment: the content, or what is left. */
export function momentName(moment: Schemas['Moment']): string {
  if (moment.kind === 'content') return moment.object ?? 'A post';
  return moment.kind === 'unattributed' ? 'Without a post, such as follows' : 'All other posts';
}

const STATES: Record<string, string> = {
  held: 'Held',
  confirmed: 'Confirmed',
  redeemed: 'Handed over',
  released: 'Released',
  expired: 'Expired',
  cancelled: 'Cancelled',
  reversed: 'Reversed',
};

/** The state of a claim. */
export function stateName(state: string): string {
  return STATES[state] ?? idName(state);
}
