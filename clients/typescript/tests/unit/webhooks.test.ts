import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';

import { verifyWebhook, WebhookError } from 'renown-client';

const SECRET = `whsec_${btoa('a secret of thirty-two characters')}`;
const OTHER = `whsec_${btoa('another secret of the webhook')}`;
const NOW = new Date('2026-11-24T09:00:00Z');
const BODY = JSON.stringify({
  id: 'm1',
  type: 'tier.changed',
  timestamp: '2026-11-24T08:59:59Z',
  data: { program: 'palms-klub', to: 'insider', note: 'Zoë' },
});

/** Signs as the library of Standard Webhooks does, which is not ours. */
function signed(body = BODY, secret = SECRET, at = NOW) {
  return {
    'webhook-id': 'm1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('m1', at, body),
  };
}

test('a message that the published library has signed is read', async () => {
  const message = await verifyWebhook(BODY, signed(), SECRET, { now: NOW });
  expect(message).toMatchObject({ id: 'm1', type: 'tier.changed', timestamp: '2026-11-24T08:59:59Z' });
  expect(message.data.note).toBe('Zoë');
});

test('bytes, headers of the platform and names in any case are taken', async () => {
  const bytes = new TextEncoder().encode(BODY);
  await verifyWebhook(bytes, new Headers(signed()), SECRET, { now: NOW });
  const loud = Object.fromEntries(Object.entries(signed()).map(([name, value]) => [name.toUpperCase(), [value]]));
  await verifyWebhook(bytes, loud, SECRET, { now: NOW });
});

test('while the secret changes, a message may be signed with either, or with both', async () => {
  await verifyWebhook(BODY, signed(BODY, OTHER), [SECRET, OTHER], { now: NOW });
  const both = {
    ...signed(),
    'webhook-signature': `${signed(BODY, OTHER)['webhook-signature']} ${signed()['webhook-signature']}`,
  };
  await verifyWebhook(BODY, both, SECRET, { now: NOW });
});

test('a CloudEvent is the same message', async () => {
  const event = JSON.stringify({
    ...{ specversion: '1.0', id: 'm1', source: 'urn:renown', type: 'renown.tier.changed' },
    ...{ time: '2026-11-24T08:59:59Z', data: { to: 'insider' } },
  });
  const message = await verifyWebhook(event, signed(event), SECRET, { now: NOW });
  expect(message).toEqual({
    id: 'm1',
    type: 'tier.changed',
    timestamp: '2026-11-24T08:59:59Z',
    data: { to: 'insider' },
  });
});

const early = new Date(NOW.getTime() - 301_000);
const late = new Date(NOW.getTime() + 301_000);
test.each([
  ['another body', `${BODY} `, signed(), SECRET],
  ['another secret', BODY, signed(), OTHER],
  ['no secret', BODY, signed(), []],
  ['another id', BODY, { ...signed(), 'webhook-id': 'm2' }, SECRET],
  [
    'a signature of another version',
    BODY,
    { ...signed(), 'webhook-signature': signed()['webhook-signature'].replace('v1,', 'v2,') },
    SECRET,
  ],
  ['a signature that is not base64', BODY, { ...signed(), 'webhook-signature': 'v1,*' }, SECRET],
  ['half a signature', BODY, { ...signed(), 'webhook-signature': signed()['webhook-signature'].slice(0, 20) }, SECRET],
  ['an old message', BODY, signed(BODY, SECRET, early), SECRET],
  ['a message from the future', BODY, signed(BODY, SECRET, late), SECRET],
  ['a time that is none', BODY, { ...signed(), 'webhook-timestamp': 'NaN' }, SECRET],
  ['a missing header', BODY, { 'webhook-id': 'm1' }, SECRET],
  ['a secret that is not base64', BODY, signed(), 'whsec_*'],
  ['an empty secret', BODY, signed(), ''],
  ['a body that is not JSON', 'x', signed('x'), SECRET],
])('%s is refused', async (_, body, headers, secrets) => {
  await expect(verifyWebhook(body, headers, secrets, { now: NOW })).rejects.toThrow(WebhookError);
});

test('the tolerance can be set', async () => {
  await verifyWebhook(BODY, signed(BODY, SECRET, early), SECRET, { now: NOW, toleranceMs: 302_000 });
});
