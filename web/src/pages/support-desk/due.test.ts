import { describe, expect, it } from 'vitest';
import { left, lengthOf, openNow, severitiesIn, targetsOf } from './due';

const NOW = new Date('2026-12-24T14:00:00Z');
const when = (at: Date): string => at.toISOString().slice(11, 16);

describe('targets', () => {
  it('are those that the level has, with when they are due', () => {
    const level = {
      first_reply_time_in_seconds: 900,
      next_reply_time_in_seconds: null,
      time_to_close_in_seconds: 86_400,
    };
    const targets = targetsOf(level, { open_now: true, first_reply_due_at: '2026-12-24T14:15:00Z' });
    expect(targets).toEqual([
      { name: 'First reply', seconds: 900, due: new Date('2026-12-24T14:15:00Z') },
      { name: 'Close', seconds: 86_400, due: null },
    ]);
  });

  it('are said as programs write them', () => {
    expect([900, 5400, 86_400, 129_600, 0].map(lengthOf)).toEqual(['15 min', '1 h 30 min', '1 d', '1 d 12 h', '0 min']);
  });

  it('say how long is left, or how late it is', () => {
    expect(left(new Date('2026-12-24T17:20:00Z'), NOW)).toEqual({ text: 'in 3 h 20 min', late: false });
    expect(left(new Date('2026-12-24T13:58:00Z'), NOW)).toEqual({ text: '2 min late', late: true });
    expect(left(NOW, NOW)).toEqual({ text: 'in 1 min', late: false });
  });
});

describe('opening hours', () => {
  it('say until when, or from when', () => {
    expect(openNow({ open_now: true, closes_at: '2026-12-24T19:00:00Z' }, when)).toBe('Open now, until 19:00');
    expect(openNow({ open_now: true }, when)).toBe('Open now, at all hours');
    expect(openNow({ open_now: false, opens_at: '2026-12-25T08:00:00Z' }, when)).toBe('Closed now, opens 08:00');
    expect(openNow({ open_now: false }, when)).toBe('Closed now');
  });
});

describe('severities', () => {
  it('are those that conditions name', () => {
    const source =
      'when: request.severity == "critical" || request.severity in ["high", \'urgent\'] && request.severity == "high"';
    expect(severitiesIn(source)).toEqual(['critical', 'high', 'urgent']);
    expect(severitiesIn('when: standing.lower >= 4')).toEqual([]);
  });
});
