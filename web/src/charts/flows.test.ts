import { describe, expect, it } from 'vitest';
import { layOut, NONE, outline, type Way } from './flows';

const MEASURE = { height: 100, gap: 10, least: 3 };
const WAYS: Way[] = [
  { from: 'gold', to: 'gold', members: 20 },
  { from: 'gold', to: 'guest', members: 5 },
  { from: 'guest', to: 'gold', members: 1 },
  { from: 'guest', to: 'guest', members: 74 },
];

describe('flows between tiers', () => {
  const flows = layOut(WAYS, ['gold', 'guest'], ['gold', 'guest'], MEASURE);

  it('have columns with the members before and after', () => {
    expect(flows.before.map((node) => node.members)).toEqual([25, 75]);
    expect(flows.after.map((node) => node.members)).toEqual([21, 79]);
  });

  it('have ribbons in proportion, and none too thin to be seen', () => {
    expect(flows.ribbons.map((one) => one.thickness)).toEqual([20, 5, 3, 74]);
    expect(flows.ribbons.map((one) => one.direction)).toEqual(['same', 'down', 'up', 'same']);
  });

  it('fill their columns without a gap or an overlap', () => {
    for (const side of ['left', 'right'] as const) {
      const nodes = side === 'left' ? flows.before : flows.after;
      for (const node of nodes) {
        const mine = flows.ribbons
          .filter((one) => (side === 'left' ? one.from : one.to) === node.id)
          .sort((a, b) => a[side] - b[side]);
        let y = node.y;
        for (const one of mine) {
          expect(one[side]).toBeCloseTo(y);
          y += one.thickness;
        }
        expect(y).toBeCloseTo(node.y + node.height);
      }
    }
  });

  it('begin at nothing if nothing was published before', () => {
    const first = layOut([{ from: null, to: 'guest', members: 9 }], [], ['guest'], MEASURE);
    expect(first.before.map((node) => [node.id, node.members])).toEqual([[NONE, 9]]);
    expect(first.ribbons[0]!.direction).toBe('same');
  });

  it('show a tier that only one of the ladders has', () => {
    const dropped = layOut(
      [{ from: 'silver', to: 'guest', members: 4 }],
      ['silver', 'guest'],
      ['gold', 'guest'],
      MEASURE,
    );
    expect(dropped.after.map((node) => node.members)).toEqual([0, 4]);
    expect(dropped.ribbons[0]!.direction).toBe('down');
  });

  it('are drawn as closed outlines', () => {
    expect(outline(flows.ribbons[0]!, 0, 100)).toMatch(/^M0,0C50,0 50,0 100,0L100,20C.*Z$/);
  });
});
