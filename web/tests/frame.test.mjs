// The front desk in a frame of another site, as a booking system shows it: by a token for a short time.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test } from 'node:test';

import {
  assertAccessible,
  base,
  call,
  closePage,
  openPage,
  startBrowser,
  stopBrowser,
} from './harness.mjs';

const port = process.env.HOST_PORT;
const skip = port ? false : 'HOST_PORT names no port: run this by scripts/with-demo';
const servers = [];
const stamp = Date.now().toString(36);
const program = `frame-test-${stamp}`;
const guest = `loyalty:f${stamp}`;
const SOURCE = `program: ${program}
title: A house with bookings
standing: { influence: 1 }
service_levels: [{ id: standard, queue: general }]
tiers:
  - { id: friend, title: Friend, when: member.attributes.stays >= 5, keep: 90d, service_level: standard }
  - { id: guest, title: Guest, service_level: standard }
perks:
  - { id: spa, title: An hour in the spa, when: tier == "friend", stock: 5, disclosure: Because you stay often. }
`;

/** Serves a page with one frame, of which the address is in the page's own. Returns the origin. */
async function serveHost(at) {
  const server = createServer((request, response) => {
    const frame = new URL(request.url, 'http://host').searchParams.get('frame') ?? '';
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="en"><title>Bookings</title><main><h1>Bookings</h1>
<iframe title="Front desk" src="${frame.replaceAll('"', '&quot;')}" width="900" height="700"></iframe></main>
<script>onmessage = ({ data, origin }) => (document.title = JSON.stringify([origin, data]));</script></html>`);
  });
  servers.push(server);
  await once(server.listen(at, 'localhost'), 'listening');
  return `http://localhost:${server.address().port}`;
}

let allowed;
let other;
before(async () => {
  if (skip) return;
  await startBrowser();
  allowed = await serveHost(Number(port));
  other = await serveHost(0);
  await call('POST', `/v1/programs/${program}/publish`, { source: SOURCE });
  await call('PUT', `/v1/members/${guest}`, { name: `Zoë ${stamp}`, attributes: { stays: 12 } });
});
after(async () => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  await stopBrowser();
});

const newToken = () => call('POST', '/v1/desk-tokens', { program, desk: 'front', minutes: 5 });
const desk = (token, path = `/desk/front?program=${program}`) => `${base}${path}#token=${token}`;

/** Opens the host's page, in a browser where nobody has signed in to Renown. */
async function openHost(host, frame) {
  const page = await openPage({ signedIn: false });
  await page.goto(`${host}/?frame=${encodeURIComponent(frame)}`);
  return [page, page.frameLocator('iframe')];
}

test('a page of another site shows the desk, which looks guests up and hands out', { skip }, async () => {
  const { token } = await newToken();
  const [page, frame] = await openHost(allowed, desk(token));
  await frame.getByRole('heading', { name: 'Front desk' }).waitFor();
  assert.equal(await frame.getByRole('navigation').count(), 0, 'no menu of other pages');
  await frame.getByRole('search').getByRole('textbox').fill(guest);
  await page.keyboard.press('Enter');
  await frame.getByRole('region', { name: 'The guest' }).getByText('Friend').first().waitFor();
  await page.keyboard.press('1');
  await frame.getByRole('button', { name: 'Hand over now' }).waitFor();
  await page.keyboard.press('Enter');
  await frame.getByText('handed over at').waitFor();
  assert.ok(!page.frames()[1].url().includes('token'), 'the token does not stay in the address');
  assert.deepEqual(await page.context().cookies(base), [], 'no session is kept');
  await closePage(page);
});

test('the token reaches no other page, no other program and no profile', { skip }, async () => {
  const { token } = await newToken();
  const status = async (path, init = {}) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    return (await fetch(new URL(path, base), { ...init, headers })).status;
  };
  assert.equal(await status(`/v1/programs/${program}/members/${guest}/tier`), 200);
  for (const path of ['/v1/members', `/v1/members/${guest}/score`, '/v1/leaderboard', '/v1/keys', '/v1/overview']) {
    assert.equal(await status(path), 403, path);
  }
  assert.equal(await status(`/v1/programs/of-others/members/${guest}/tier`), 403);
  assert.equal(await status('/v1/desk-tokens', { method: 'POST', body: JSON.stringify({ program, desk: 'front' }) }), 403);
  const [page] = await openHost(allowed, desk(token, '/people'));
  await assertNotShown(page);
  await closePage(page);
});

test('a site that is not configured cannot show the desk', { skip }, async () => {
  const { token } = await newToken();
  const [page] = await openHost(other, desk(token));
  await assertNotShown(page);
  await closePage(page);
});

/** Fails unless the browser refuses to show the frame, because of the policy of the page in it. */
async function assertNotShown(page) {
  await page.waitForFunction(() => document.querySelector('iframe').contentDocument === null);
  const shown = page.frames()[1];
  assert.equal(new URL(shown.url()).protocol, 'chrome-error:', shown.url());
  assert.ok(page.complaints.some((line) => /frame-ancestors/.test(line)), page.complaints.join('\n'));
}

test('when the token has ended, the desk says what to do, and goes on with a new one', { skip }, async () => {
  const { id, token } = await newToken();
  const [page, frame] = await openHost(allowed, desk(token));
  await frame.getByRole('heading', { name: 'Front desk' }).waitFor();
  await call('DELETE', `/v1/sessions/${id}`);
  await page.waitForTimeout(1_200); // Every replica knows within a second.
  await frame.getByRole('search').getByRole('textbox').fill(guest);
  await page.keyboard.press('Enter');
  await frame.getByRole('heading', { name: 'This desk has to be opened again' }).waitFor();
  await frame.getByText('Load the page that shows it again').waitFor();
  await page.waitForFunction(() => document.title.includes('token-ended'));
  assert.deepEqual(JSON.parse(await page.title()), [base, { renown: 'token-ended' }]);
  await assertAccessible(page);
  const next = await newToken();
  await page.evaluate((src) => (document.querySelector('iframe').src = src), desk(next.token));
  await frame.getByRole('heading', { name: 'Front desk' }).waitFor();
  await frame.getByRole('search').getByRole('textbox').fill(guest);
  await page.keyboard.press('Enter');
  await frame.getByRole('region', { name: 'The guest' }).getByText('Friend').first().waitFor();
  await closePage(page);
});

test('without a token, the frame offers no sign-in', { skip }, async () => {
  const [page, frame] = await openHost(allowed, `${base}/desk/front?program=${program}`);
  await frame.getByRole('heading', { name: 'This desk has to be opened again' }).waitFor();
  assert.equal(await frame.getByLabel('Key').count(), 0);
  await closePage(page);
});
