import { describe, expect, it } from 'vitest';
import {
  askedBesides,
  floorOf,
  stepAt,
  handlesOf,
  mainBound,
  placeOf,
  withThreshold,
  withValue,
  type Rung,
  type Threshold,
} from './ladder';

const SOURCE = [
  'program: klub',
  'title: "Zoë’s 🎲 klub"',
  'tiers:',
  '  - { id: gold, title: 🏅 Gold, when: standing.lower >= 45, stay: standing.lower >= 42 }',
  '  - { id: guest }',
].join('\n');

function find(text: string, line: number, nth = 0): Threshold {
  const characters = [...SOURCE.split('\n')[line - 1]!].join('');
  const at = characters.indexOf(text, nth);
  const column = [...characters.slice(0, at)].length + 1;
  return {
    field: 'when',
    input: 'standing.lower',
    operator: '>=',
    value: Number(text),
    place: { line, column, end_column: column + text.length },
  };
}

describe('a number in the source', () => {
  it('is found behind characters of two units', () => {
    const range = placeOf(SOURCE, find('45', 4));
    expect(range && SOURCE.slice(range.from, range.to)).toBe('45');
  });

  it('is replaced and nothing else is', () => {
    const edited = withValue(SOURCE, find('45', 4), 50);
    expect(edited).toBe(SOURCE.replace('45', '50'));
  });

  it('is not replaced if the source has something else there', () => {
    expect(withValue(SOURCE.replace('45', '46'), find('45', 4), 50)).toBeNull();
    expect(withValue('program: klub', find('45', 4), 50)).toBeNull();
    expect(withValue(SOURCE.replace('45', '  '), { ...find('45', 4), value: 0 }, 50)).toBeNull();
  });

  it('is written without digits that say nothing', () => {
    expect(withValue(SOURCE, find('45', 4), 50.2000001)).toContain('standing.lower >= 50.2,');
  });
});

describe('a ladder', () => {
  const gold: Rung = { tier: 'gold', title: 'Gold', floor: false, thresholds: [find('45', 4), find('42', 4)] };
  const ladder: Rung[] = [gold, { tier: 'guest', title: 'Guest', floor: true, thresholds: [] }];

  it('follows a change, so that the next one finds its place', () => {
    const [first, second] = gold.thresholds as [Threshold, Threshold];
    const source = withValue(SOURCE, first, 9)!;
    const moved = withThreshold(ladder, first, 9);
    expect(moved[0]!.thresholds.map((one) => one.value)).toEqual([9, 42]);
    expect(placeOf(source, moved[0]!.thresholds[1]!)).not.toBeNull();
    expect(withValue(source, moved[0]!.thresholds[1]!, 8)).toContain('>= 9, stay: standing.lower >= 8 }');
    expect(second.place!.column - 1).toBe(moved[0]!.thresholds[1]!.place!.column);
  });

  it('has a handle for each lowest standing, and words for the rest', () => {
    const other = { ...find('45', 4), input: 'topic("las-vegas").confidence', value: 0.6 };
    const both: Rung[] = [{ ...gold, thresholds: [...gold.thresholds, other] }];
    expect(handlesOf(both, 'lower')).toHaveLength(2);
    expect(askedBesides(both, 'lower')).toEqual([
      { title: 'Gold', field: 'when', test: 'topic("las-vegas").confidence >= 0.6' },
    ]);
  });

  it('is drawn over the numbers that most of it tests', () => {
    const score = (one: Threshold): Threshold => ({ ...one, input: 'standing.score' });
    expect(mainBound(ladder)).toBe('lower');
    expect(mainBound([{ ...gold, thresholds: gold.thresholds.map(score) }])).toBe('score');
    expect(mainBound([])).toBe('lower');
  });

  it('leaves a number that is not written in one piece as it is', () => {
    const nowhere = { ...find('45', 4), place: null };
    expect(withValue(SOURCE, nowhere, 50)).toBeNull();
    expect(withThreshold(ladder, nowhere, 50)).toEqual(ladder);
  });

  it('says from where a tier is reached, and which tier a number can reach', () => {
    const silver: Rung = { ...gold, tier: 'silver', thresholds: [{ ...find('45', 4), value: 20 }] };
    const three = [gold, silver, ladder[1]!];
    expect(three.map((rung) => floorOf(rung, 'lower'))).toEqual([42, 20, null]);
    expect([50, 30, 5].map((value) => stepAt(three, 'lower', value))).toEqual([1, 0.5, 0]);
  });
});
