import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertQuiet, call, closePage, openPage, startBrowser, stopBrowser, townsProgram, visit } from './harness.mjs';

const GUESTS = ['crm:seen-in-the-feed', 'crm:seen-later-in-the-feed'];
const NAME = 'Feed <b>Guest</b>';

before(startBrowser);
after(async () => {
  for (const guest of GUESTS) await call('DELETE', `/v1/members/${guest}`).catch(() => {});
  await stopBrowser();
});

/** Returns the program whose best tier is given to the guests, and that tier. */
async function bestTier() {
  const { program: id } = await townsProgram();
  const [best] = (await call('GET', '/v1/leaderboard?limit=1')).data;
  return { program: id, tier: (await call('GET', `/v1/programs/${id}/members/${best.member}/tier`)).tier };
}

test('what happens appears by itself, and the list stands still under the pointer', async () => {
  for (const guest of GUESTS) await call('PUT', `/v1/members/${guest}`, { name: NAME });
  const { program, tier } = await bestTier();
  const page = await openPage();
  await visit(page, '/');
  const feed = page.locator('section', { has: page.getByRole('heading', { name: 'Now' }) });
  await feed.getByText('Live', { exact: true }).waitFor();

  const give = (member) => {
    const grant = { member, tier, author: 'a test', reason: 'to see it in the feed' };
    return call('POST', `/v1/programs/${program}/grants`, grant);
  };
  await give(GUESTS[0]);
  const line = feed.locator('li').first();
  await line.getByRole('link', { name: NAME }).waitFor();

  await line.hover();
  await feed.getByText('Paused', { exact: true }).waitFor();
  const shown = await feed.locator('li').count();
  await give(GUESTS[1]);
  await feed.getByText(/Paused, \d+ new/).waitFor();
  assert.equal(await feed.locator('li').count(), shown);
  await page.getByRole('heading', { level: 1 }).hover();
  await feed.getByText('Live', { exact: true }).waitFor();
  assertQuiet(page);
  await closePage(page);
});

test('every chart is also a table', async () => {
  const page = await openPage();
  await visit(page, '/');
  const section = page.locator('section', { has: page.getByRole('heading', { name: 'Tiers over time' }) });
  const sentence = await section.getByRole('img').first().getAttribute('aria-label');
  assert.match(sentence, /^Members by tier in .+: now \d/);
  await section.getByRole('button', { name: 'Show as table' }).click();
  assert.ok((await section.locator('tbody tr').count()) > 0);
  await closePage(page);
});
