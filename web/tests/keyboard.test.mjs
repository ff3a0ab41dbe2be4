import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { call, closePage, openPage, settled, startBrowser, stopBrowser, visit } from './harness.mjs';

before(startBrowser);
after(stopBrowser);

const focusName = (page) =>
  page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? '',
  );

/** Presses Tab until the focus is on something of this name, at most as often as given. */
async function tabTo(page, name, most = 60) {
  for (let presses = 0; presses < most; presses += 1) {
    await page.keyboard.press('Tab');
    if (name.test(await focusName(page))) return;
  }
  assert.fail(`nothing called ${name} is reached with Tab; the focus is on "${await focusName(page)}"`);
}

test('with the keyboard alone: find a person, open a tab, read a chart', async () => {
  const { data } = await call('GET', '/v1/leaderboard?limit=1');
  const page = await openPage();
  await visit(page, '/');
  await page.keyboard.press('Tab');
  assert.equal(await focusName(page), 'Skip to the content');
  await tabTo(page, /^Leaderboard$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Leaderboard' }).waitFor();
  await settled(page);
  const name = await page.locator('tbody a').first().textContent();
  await tabTo(page, new RegExp(`^${name}$`));
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === `/people/${data[0].member}`);
  await settled(page);
  await tabTo(page, /^Day of the chart$/);
  const day = page.getByRole('slider', { name: 'Day of the chart' });
  const text = await day.getAttribute('aria-valuetext');
  assert.match(text, /\d+ \w+: (\d+, between \d+ and \d+|unknown)/);
  await page.locator('.tooltip').waitFor();
  await tabTo(page, /^History$/, 80);
  await page.keyboard.press('Enter');
  await page.waitForURL(/tab=history/);
  await closePage(page);
});

test('a new page takes the focus to its heading', async () => {
  const page = await openPage();
  await visit(page, '/people');
  await page.locator('tbody a').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/people\/./);
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  await closePage(page);
});

test('what has the focus is seen', async () => {
  const page = await openPage();
  await visit(page, '/people');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, 'solid');
  await closePage(page);
});
