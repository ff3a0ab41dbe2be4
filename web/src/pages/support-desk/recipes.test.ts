import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freshdesk, intercom, zendesk, type Answer } from './recipes';

const GOLD: Answer = {
  service_level: {
    id: 'gold-plus',
    title: 'Gold support',
    queue: 'first',
    priority: 1,
    first_reply_time_in_seconds: 3600,
    resolution_time_in_seconds: 28_800,
  },
  service_clock: {
    first_reply_due_at: '2026-12-24T15:00:00Z',
    next_reply_due_at: null,
    resolution_due_at: '2026-12-24T22:00:00Z',
    close_due_at: null,
  },
};
const PLAIN: Answer = {
  service_level: { id: 'standard', queue: 'general' },
  service_clock: { first_reply_due_at: null, next_reply_due_at: null, resolution_due_at: null, close_due_at: null },
};
const LATE: Answer = { ...GOLD, service_level: { ...GOLD.service_level, priority: 900 } };

/** What the program of the documentation prints for an answer. */
function program(name: string, answer: Answer, ...options: string[]): Record<string, unknown> {
  const file = fileURLToPath(new URL(`../../../../docs/recipes/${name}.py`, import.meta.url));
  const whole = {
    program: 'support',
    ...answer,
    service_clock: { counted_from: '2026-12-24T14:00:00Z', ...answer.service_clock },
  };
  return JSON.parse(
    execFileSync('python3', [file, ...options], { input: JSON.stringify(whole), encoding: 'utf8' }),
  ) as Record<string, unknown>;
}

describe.each([
  ['a level with everything', GOLD],
  ['a level with little', PLAIN],
  ['a level of the last priority', LATE],
])('the fields for %s', (_, answer) => {
  it('are those of zendesk.py', () => {
    const { ticket, tags } = program('zendesk', answer);
    expect(zendesk(answer).body).toEqual({ ticket, tags });
  });

  it('are those of freshdesk.py, but for the group', () => {
    const { group_id: _group, ...ticket } = program('freshdesk', answer, '7').ticket as Record<string, unknown>;
    expect(freshdesk(answer).body).toEqual(ticket);
  });

  it('are those of intercom.py', () => {
    expect(intercom(answer).body).toEqual(program('intercom', answer).conversation);
  });
});
