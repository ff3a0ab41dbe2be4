import { describe, expect, it } from 'vitest';
import { keysAt, placeAt, valuesAt } from './yaml-place';

/** The place of the mark `|`, which is taken out. */
function at(text: string) {
  const offset = text.indexOf('‸');
  return placeAt(text.replace('‸', ''), offset);
}

describe('a place in a program', () => {
  it('is a key of the root', () => {
    expect(at('pro‸')).toEqual({ path: [], role: 'key', typed: 'pro' });
    expect(at('program: klub\nti‸')).toEqual({ path: [], role: 'key', typed: 'ti' });
    expect(at('program: klub\n‸')).toEqual({ path: [], role: 'key', typed: '' });
  });

  it('is the value of a field', () => {
    expect(at('timezone: Euro‸')).toEqual({ path: ['timezone'], role: 'value', typed: 'Euro' });
  });

  it('is a key of an item', () => {
    expect(at('tiers:\n  - id: gold\n    wh‸')).toEqual({ path: ['tiers', 0], role: 'key', typed: 'wh' });
    expect(at('tiers:\n  - id: gold\n  - id: guest\n    wh‸')).toEqual({
      path: ['tiers', 1],
      role: 'key',
      typed: 'wh',
    });
    expect(at('tiers:\n- id: gold\n- wh‸')).toEqual({ path: ['tiers', 1], role: 'key', typed: 'wh' });
    expect(at('tiers:\n  - ‸')).toEqual({ path: ['tiers', 0], role: 'key', typed: '' });
    expect(at('tiers:\n  - id: gold\n    ‸')).toEqual({ path: ['tiers', 0], role: 'key', typed: '' });
  });

  it('is back at the root after an item', () => {
    expect(at('tiers:\n  - id: gold\nper‸')).toEqual({ path: [], role: 'key', typed: 'per' });
    expect(at('tiers:\n- id: gold\nper‸')).toEqual({ path: [], role: 'key', typed: 'per' });
  });

  it('is inside braces and brackets', () => {
    expect(at('standing: { infl‸ }')).toEqual({ path: ['standing'], role: 'key', typed: 'infl' });
    expect(at('standing: { influence: 1, val‸')).toEqual({ path: ['standing'], role: 'key', typed: 'val' });
    expect(at('standing: { influence: 0.‸')).toEqual({ path: ['standing', 'influence'], role: 'value', typed: '0.' });
    expect(at('tiers:\n  - { id: gold, ke‸')).toEqual({ path: ['tiers', 0], role: 'key', typed: 'ke' });
    expect(at('perks:\n  - { id: a, exclusive: { group: g, pi‸')).toEqual({
      path: ['perks', 0, 'exclusive'],
      role: 'key',
      typed: 'pi',
    });
    expect(at('tiers:\n  - id: g\n    amenities: [wifi, la‸')).toEqual({
      path: ['tiers', 0, 'amenities', 1],
      role: 'value',
      typed: 'la',
    });
  });

  it('is inside braces over several lines', () => {
    expect(at('standing: {\n  influence: 1,\n  va‸')).toEqual({ path: ['standing'], role: 'key', typed: 'va' });
    expect(at('standing: {\n  influence: 1 }\nti‸')).toEqual({ path: [], role: 'key', typed: 'ti' });
  });

  it('is a condition with quotes, brackets and colons in it', () => {
    expect(at('tiers:\n  - id: g\n    when: topic("las-vegas").conf‸')).toEqual({
      path: ['tiers', 0, 'when'],
      role: 'value',
      typed: 'topic("las-vegas").conf',
    });
    expect(at('perks:\n  - id: p\n    when: tier in ["a"] && st‸')).toEqual({
      path: ['perks', 0, 'when'],
      role: 'value',
      typed: 'tier in ["a"] && st',
    });
    expect(at('perks:\n  - id: p\n    when: >\n      tier == "a" &&\n      st‸')).toMatchObject({
      path: ['perks', 0, 'when'],
      role: 'value',
      typed: 'st',
    });
  });

  it('is not confused by comments and blank lines', () => {
    expect(at('# tiers: are below\n\ntiers:\n  # best first\n\n  - id: gold # - x\n    wh‸')).toEqual({
      path: ['tiers', 0],
      role: 'key',
      typed: 'wh',
    });
  });
});

describe('what a program has already', () => {
  const text =
    'service_levels:\n  - { id: fast, queue: q }\n  - id: slow\n    queue: q\ntiers:\n  - id: gold\n    keep: 90d\n    service_level: fast\n';

  it('are the keys of a mapping, before and after the place', () => {
    expect(keysAt(text, [])).toEqual(['service_levels', 'tiers']);
    expect(keysAt(text, ['tiers', 0])).toEqual(['id', 'keep', 'service_level']);
    expect(keysAt(text, ['service_levels', 0])).toEqual(['id', 'queue']);
  });

  it('are the ids of its items', () => {
    expect(valuesAt(text, ['service_levels', '*', 'id'])).toEqual(['fast', 'slow']);
    expect(valuesAt(text, ['tiers', '*', 'id'])).toEqual(['gold']);
  });
});
