import { describe, expect, it } from 'vitest';

import { about, change, confidence, likelihood, listed, money, plural, points, score } from './number';

describe('numbers in words', () => {
  it('says a score as a whole number, and what is not known as the word', () => {
    expect(score(72.4)).toBe('72');
    expect(score(0)).toBe('0');
    expect(score(null)).toBe('unknown');
    expect(score(undefined)).toBe('unknown');
  });

  it('says counts above ten thousand as "about"', () => {
    expect(about(10_000)).not.toContain('about');
    expect(about(12_345)).toMatch(/^about 12.300$/);
    expect(about(1_234_567)).toMatch(/^about 1.230.000$/);
  });

  it('gives a noun in the singular to one alone', () => {
    expect(plural(1, 'member')).toBe('1 member');
    expect(plural(0, 'member')).toBe('0 members');
    expect(plural(2, 'reply', 'replies')).toBe('2 replies');
  });

  it('rounds a confidence to steps of five percent and says it in tenths', () => {
    expect(likelihood(0.79)).toBe('80%');
    expect(likelihood(0.02)).toBe('<5%');
    expect(likelihood(0.99)).toBe('>95%');
    expect(confidence(0.8)).toBe('likely an expert, 8 in 10');
    expect(confidence(0.99)).toBe('almost certainly an expert, more than 9 in 10');
    expect(confidence(0.1)).toBe('not shown to be an expert, 1 in 10');
    expect(confidence(0)).toBe('not shown to be an expert, less than 1 in 10');
  });

  it('keeps the cents of money that has some, and the code of a currency that is none', () => {
    expect(money({ amount: '12.5', currency: 'USD' })).toMatch(/12.50/);
    expect(money({ amount: '1200', currency: 'USD' })).toMatch(/1.200(?!\.)/);
    expect(money({ amount: '3', currency: 'nothing' })).toBe('3 nothing');
  });

  it('shows a decimal of small points alone', () => {
    expect(points(1.26)).toMatch(/^1.3$/);
    expect(points(39.7)).toBe('40');
    expect(change(-2)).toBe('−2');
    expect(change(2)).toBe('+2');
    expect(change(0)).toBe('0');
  });

  it('puts things in a row', () => {
    expect(listed([])).toBe('');
    expect(listed(['a'])).toBe('a');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
    expect(listed(['a', 'b'], 'or')).toBe('a or b');
  });
});
