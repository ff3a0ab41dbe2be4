import { describe, expect, it } from 'vitest';
import { keyOf, KnownAnswers } from './known-answers';

const AT = new Date('2026-11-27T14:02:00Z');
const later = (minutes: number): Date => new Date(AT.getTime() + minutes * 60_000);

describe('what a desk remembers', () => {
  it('is the last answer about a person', () => {
    const known = new KnownAnswers<string>();
    known.remember('k', 'regular', AT);
    known.remember('k', 'insider', later(5));
    expect(known.recall('k', later(6))).toEqual({ answer: 'insider', at: later(5) });
    expect(known.recall('other', AT)).toBeNull();
  });

  it('is not older than a working day', () => {
    const known = new KnownAnswers<string>();
    known.remember('k', 'insider', AT);
    expect(known.recall('k', later(12 * 60))).not.toBeNull();
    expect(known.recall('k', later(12 * 60 + 1))).toBeNull();
    expect(known.recall('k', later(1))).toBeNull();
  });

  it('is limited, and the one not asked for longest goes first', () => {
    const known = new KnownAnswers<string>(2);
    known.remember('a', '1', AT);
    known.remember('b', '2', AT);
    known.remember('a', '1', AT);
    known.remember('c', '3', AT);
    expect(known.recall('b', AT)).toBeNull();
    expect(known.recall('a', AT)?.answer).toBe('1');
  });

  it('does not depend on the case of a handle, but on the program', () => {
    expect(keyOf('klub', ' Twitter:Kevin')).toBe(keyOf('klub', 'twitter:kevin'));
    expect(keyOf('klub', 'twitter:kevin')).not.toBe(keyOf('shop', 'twitter:kevin'));
  });
});
