import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { meaningAt, optionsAt } from './completion';
import type { Schema } from './schema';

const root = (path: string): string => readFileSync(new URL(`../../../../config/${path}`, import.meta.url), 'utf8');
const SCHEMA = JSON.parse(root('program.schema.json')) as Schema;
const PALMS = root('programs/palms-klub.yaml');

/** The labels at the mark, which is taken out. */
function labels(text: string): string[] {
  const offset = text.indexOf('‸');
  return optionsAt(text.replace('‸', ''), offset, SCHEMA)?.options.map((option) => option.label) ?? [];
}

describe('completion', () => {
  it('offers the fields that a tier does not have yet', () => {
    const found = labels(PALMS.replace('    keep: 90d ', '    keep: 90d\n    ‸'));
    expect(found).toEqual(expect.arrayContaining(['stay', 'notice']));
    expect(found).not.toContain('when');
    expect(found).not.toContain('stock');
  });

  it('offers the first field of a new item', () => {
    expect(labels('tiers:\n  - ‸')).toEqual(expect.arrayContaining(['id', 'when']));
    expect(labels('tiers:\n  ‸')).toEqual(expect.arrayContaining(['id', 'when']));
  });

  it('offers the values of a choice', () => {
    expect(labels('perks:\n  - id: a\n    kind: ‸')).toEqual(['guaranteed', 'draw', 'invitation']);
  });

  it('offers the names that the program gives elsewhere', () => {
    expect(labels(PALMS.replace('service_level: concierge', 'service_level: ‸'))).toEqual([
      'concierge',
      'preferred',
      'standard',
    ]);
    expect(labels(PALMS.replace('amenities: [late-checkout, room-upgrade', 'amenities: [‸'))).toEqual([
      'late-checkout',
      'room-upgrade',
      'welcome-drink',
    ]);
    expect(labels(PALMS.replace('tier in ["insider"]', 'tier == "‸'))).toEqual(
      expect.arrayContaining(['insider', 'regular', 'guest']),
    );
  });

  it('offers names in conditions, and what is behind a dot', () => {
    expect(labels(PALMS.replace('when: standing.lower >= 15', 'when: ‸'))).toEqual(
      expect.arrayContaining(['standing', 'topic("…")']),
    );
    expect(labels(PALMS.replace('when: standing.lower >= 15', 'when: standing.‸'))).toEqual([
      'lower',
      'score',
      'upper',
      'percentile',
      'unknown',
    ]);
  });

  it('is silent in comments', () => {
    expect(labels('tiers:\n  # the be‸')).toEqual([]);
  });
});

describe('the meaning of a word', () => {
  const meaning = (word: string) => meaningAt(PALMS, PALMS.indexOf(word) + 2, SCHEMA);

  it('is that of a field', () => {
    expect(meaning('service_levels:')?.title).toBe('service_levels');
    expect(meaning('keep: 90d')?.says).toMatch(/How long it is kept/);
  });

  it('is that of a name in a condition', () => {
    expect(meaning('lower >= 25')).toMatchObject({ title: 'lower', says: expect.stringMatching(/cautious/) as string });
    expect(meaning('standing.lower')?.title).toBe('standing');
  });

  it('is unknown for a word of a text', () => {
    expect(meaningAt('# Klub at the Palms', 5, SCHEMA)).toBeNull();
  });
});
