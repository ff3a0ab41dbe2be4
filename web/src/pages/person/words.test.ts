import { describe, expect, it } from 'vitest';

import type { Schemas } from '../../api/client';
import { quantity, summary, whatIf } from './words';

const year = new Date().getFullYear();

function tier(change: Partial<Schemas['TierBody']>): Schemas['TierBody'] {
  return {
    title: 'Insider',
    since: `${year}-11-24T12:00:00Z`,
    reason: 'Insider: standing at least 74, where 25 is asked, and confidence in Las Vegas 83%, where 60% is asked',
    standing: { score: 80.2, lower: 74.4, upper: 90, unknown: false },
    ...change,
  } as Schemas['TierBody'];
}

function topic(name: string, confidence: number): Schemas['TopicBody'] {
  return { topic: name, confidence, influence: 50, lower: 40, evidence: 9, interest: 0 };
}

describe('the sentence about a person', () => {
  it('names tier, standing and the topic that the tier asks for', () => {
    expect(summary(tier({}), [topic('food', 0.99), topic('las-vegas', 0.8)])).toBe(
      'Insider since 24 Nov: standing 80 (at least 74) and likely an expert on Las Vegas.',
    );
  });

  it('names no topic that nobody is shown to know', () => {
    expect(summary(tier({}), [topic('las-vegas', 0.1)])).toBe('Insider since 24 Nov: standing 80 (at least 74).');
  });

  it('says that nothing is known, and never a low score', () => {
    const floor = tier({ title: 'Guest', since: null, standing: { lower: 0, upper: 100, score: null, unknown: true } });
    expect(summary(floor, [])).toBe('Guest: nothing is known yet, and everybody gets at least this.');
  });

  it('says that a person gave the tier', () => {
    expect(summary(tier({ grant: 'the-grant' }), [])).toContain('given by a person');
  });
});

describe('what would change it', () => {
  it('reads quantities of conditions', () => {
    expect(quantity('topic("las-vegas").confidence')).toBe('confidence in Las Vegas');
    expect(quantity('standing.lower')).toBe('standing, at least');
    expect(quantity('member.attributes.visits')).toBe('member.attributes.visits');
  });

  it('is a sentence with the number now and the number needed', () => {
    expect(
      whatIf({ result: 'possible', sentence: '', changes: [{ name: 'standing.lower', from: 21.6, to: 25 }] }),
    ).toBe('Standing, at least 25 (21.6 now).');
    expect(
      whatIf({ result: 'possible', sentence: '', changes: [{ name: 'standing.lower', from: 0.28, to: 25 }] }),
    ).toBe('Standing, at least 25 (0.2 now).');
    const name = 'topic("las-vegas").confidence';
    expect(whatIf({ result: 'possible', sentence: '', changes: [{ name, from: 0.454, to: 0.6 }] })).toBe(
      'Confidence in Las Vegas 60% (45% now).',
    );
    expect(whatIf({ result: 'possible', sentence: '', changes: [{ name: 'value.lower', from: null, to: 60 }] })).toBe(
      'Value, at least 60 (unknown now).',
    );
  });

  it('says first what people can do, of the member to somebody else', () => {
    const changes = [{ name: 'standing.lower', from: 2, to: 15 }];
    const effort = {
      kind: 'reactions' as const,
      people: 14,
      who: 'trusted' as const,
      topics: ['las-vegas', 'food'],
      days: 30,
      text: 'about 14 more people reacting to what you write',
    };
    expect(whatIf({ result: 'possible', sentence: '', changes, effort })).toBe(
      'About 14 more people reacting to what this person writes about Las Vegas and Food, who react to others here, too. ' +
        'It takes about 30 days until their reactions count in full.',
    );
    const wait = { kind: 'wait' as const, days: 1, text: '' };
    expect(whatIf({ result: 'possible', sentence: '', changes, effort: wait })).toContain('in about 1 day.');
  });

  it('says how long it takes', () => {
    const change = { name: 'value.lower', from: 2, to: 60 };
    const slow = { ...change, delay: { reason: 'new_people' as const, wait_days: 30 } };
    expect(whatIf({ result: 'possible', sentence: '', changes: [slow] })).toBe(
      'Value, at least 60 (2 now). Reactions by new people take up to 30 days to count in full.',
    );
    const later = { ...change, delay: { reason: 'waiting' as const, not_before: `${year}-12-02T00:00:00Z` } };
    expect(whatIf({ result: 'possible', sentence: '', changes: [later] })).toContain('Not before 2 Dec');
  });

  it('says why nothing would', () => {
    expect(whatIf({ result: 'impossible', reason: 'out_of_stock' })).toBe('Only new stock.');
    expect(whatIf(null)).toBe('');
  });
});
