import { describe, expect, it } from 'vitest';
import { placeLabels } from './labels';

describe('labels over an axis', () => {
  it('stand over their points in one row if there is room', () => {
    const labels = placeLabels(
      [
        { x: 50, width: 40 },
        { x: 150, width: 40 },
      ],
      300,
    );
    expect(labels).toEqual([
      { left: 30, row: 0 },
      { left: 130, row: 0 },
    ]);
  });

  it('go to another row rather than cover each other, and keep their order', () => {
    const labels = placeLabels(
      [
        { x: 110, width: 80 },
        { x: 100, width: 80 },
        { x: 90, width: 80 },
      ],
      300,
    );
    expect(labels.map((label) => label.row)).toEqual([2, 1, 0]);
  });

  it('stay within the width', () => {
    expect(
      placeLabels(
        [
          { x: 0, width: 60 },
          { x: 300, width: 60 },
        ],
        300,
      ).map((label) => label.left),
    ).toEqual([0, 240]);
  });
});
