import { describe, expect, it } from 'vitest';

import { day, length, parse, relative } from './time';

const now = new Date('2026-11-24T12:00:00Z');
const ago = (seconds: number) => relative(new Date(now.getTime() - seconds * 1000), now);

describe('times in words', () => {
  it('is seen from now', () => {
    expect(ago(10)).toBe('just now');
    expect(ago(60)).toBe('1 min ago');
    expect(ago(3 * 60)).toBe('3 min ago');
    expect(ago(2 * 3600)).toBe('2 h ago');
    expect(ago(3 * 86_400)).toBe('3 days ago');
    expect(ago(-2 * 3600)).toBe('in 2 h');
  });

  it('is a day where it is far away, with its year if that is another one', () => {
    expect(ago(40 * 86_400)).toBe('15 Oct');
    expect(ago(400 * 86_400)).toBe('20 Oct 2025');
    expect(day(new Date('2026-11-24T12:00:00Z'), now)).toBe('24 Nov');
  });

  it('takes a day of the API as it is, in every zone', () => {
    expect(day(parse('2026-11-24'), now)).toBe('24 Nov');
  });

  it('is rough', () => {
    expect(length(40)).toBe('40 s');
    expect(length(80 * 60)).toBe('80 min');
    expect(length(30 * 3600)).toBe('30 h');
  });
});
