import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { namesFor, tailOf } from './conditions';
import { fieldsAt, hasBelow, schemaAt, valuesOf, type Schema } from './schema';

const ROOT = JSON.parse(
  readFileSync(new URL('../../../../config/program.schema.json', import.meta.url), 'utf8'),
) as Schema;

describe('the schema of programs', () => {
  it('has the fields of the root, those that must be there first', () => {
    const keys = fieldsAt(ROOT, []).map((field) => field.key);
    expect(keys.slice(0, 3).sort()).toEqual(['program', 'service_levels', 'tiers']);
    expect(keys).toContain('perks');
  });

  it('has the fields of an item', () => {
    const keys = fieldsAt(ROOT, ['tiers', 0]).map((field) => field.key);
    expect(keys.slice(0, 2)).toEqual(['id', 'service_level']);
    expect(keys).toEqual(expect.arrayContaining(['when', 'stay', 'keep', 'notice']));
  });

  it('has the values of a choice, and examples elsewhere', () => {
    expect(valuesOf(ROOT, ['perks', 0, 'kind']).map((one) => one.text)).toEqual(['guaranteed', 'draw', 'invitation']);
    expect(valuesOf(ROOT, ['perks', 0, 'kind'])[0]!.isDefault).toBe(true);
    expect(valuesOf(ROOT, ['tiers', 0, 'keep']).map((one) => one.text)).toContain('90d');
    expect(valuesOf(ROOT, ['nothing', 'here'])).toEqual([]);
  });

  it('says what a field means, through references and alternatives', () => {
    expect(schemaAt(ROOT, ['tiers', 0, 'when'])?.description).toMatch(/Common Expression Language/);
    expect(schemaAt(ROOT, ['standing', 'klout'])?.description).toMatch(/somebody else/);
    expect(fieldsAt(ROOT, ['perks', 0, 'exclusive']).map((field) => field.key)).toEqual(
      expect.arrayContaining(['group', 'pick']),
    );
  });

  it('knows where something stands below a key', () => {
    expect(hasBelow(ROOT, schemaAt(ROOT, ['tiers'])!)).toBe('list');
    expect(hasBelow(ROOT, schemaAt(ROOT, ['standing'])!)).toBe('map');
    expect(hasBelow(ROOT, schemaAt(ROOT, ['title'])!)).toBeNull();
  });
});

describe('a condition that is being written', () => {
  it('goes on with a name', () => {
    expect(tailOf('st')).toEqual({ of: null, typed: 'st', quoted: null });
    expect(tailOf('tier == "gold" && ')).toEqual({ of: null, typed: '', quoted: null });
  });

  it('goes on behind a dot', () => {
    expect(namesFor(tailOf('standing.')).map((one) => one.name)).toContain('lower');
    expect(namesFor(tailOf('standing.lower >= 4 && topic("las-vegas").conf')).map((one) => one.name)).toContain(
      'confidence',
    );
    expect(namesFor(tailOf('nothing.'))).toEqual([]);
  });

  it('goes on in quotes', () => {
    expect(tailOf('tier == "go')).toEqual({ of: null, typed: 'go', quoted: 'tier==' });
    expect(tailOf('tier in ["gold", "si')).toMatchObject({ typed: 'si' });
    expect(tailOf('audience("vip')).toEqual({ of: null, typed: 'vip', quoted: 'audience(' });
  });
});
