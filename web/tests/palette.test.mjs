import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertAccessible, assertQuiet, call, closePage, openPage, settled, startBrowser, stopBrowser, townsProgram, visit } from './harness.mjs';

before(startBrowser);
after(stopBrowser);

const searchField = (page) => page.getByRole('combobox', { name: /^Search for/ });

test('the palette finds pages, people, programs, perks and topics', async () => {
  const page = await openPage();
  await visit(page, '/leaderboard');
  const { data } = await call('GET', '/v1/leaderboard?limit=1');
  const handle = data[0].accounts.find((account) => account.startsWith('twitter:')).slice('twitter:'.length);
  const { program } = await townsProgram();

  for (const [text, pattern] of [
    ['over', /^Overview/],
    [handle, new RegExp(`@?${handle}`)],
    [program, /Program$/],
    ['show', /Perk of/],
    ['las', /Topic$/],
  ]) {
    await page.keyboard.press('Control+k');
    await searchField(page).fill(text);
    await page.getByRole('option', { name: pattern }).first().waitFor();
    await page.keyboard.press('Escape');
    await searchField(page).waitFor({ state: 'detached' });
  }
  assertQuiet(page);
  await closePage(page);
});

test('arrow keys and Enter open what is found, and the address is that of the page', async () => {
  const page = await openPage({ theme: 'dark' });
  await visit(page, '/');
  await page.keyboard.press('Control+k');
  await searchField(page).fill('leader');
  await page.getByRole('option', { name: /^Leaderboard/ }).waitFor();
  await assertAccessible(page);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Leaderboard' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/leaderboard');
  await closePage(page);
});

test('what is found nowhere is said', async () => {
  const page = await openPage();
  await visit(page, '/people');
  await page.getByRole('button', { name: 'Search' }).click();
  await searchField(page).fill('zzzzqqq');
  await page.getByText('Nothing begins with “zzzzqqq”').waitFor();
  await page.keyboard.press('Escape');
  await settled(page);
  await closePage(page);
});
