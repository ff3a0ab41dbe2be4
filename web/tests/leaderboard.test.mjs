import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertQuiet, call, closePage, openPage, settled, startBrowser, stopBrowser, visit } from './harness.mjs';

before(startBrowser);
after(stopBrowser);

test('filters are in the address, and an address shows its filters', async () => {
  const [topic] = (await call('GET', '/v1/leaderboard?limit=1')).data[0].topics ?? [{ topic: 'las-vegas' }];
  const page = await openPage();
  await visit(page, '/leaderboard');
  const field = page.getByRole('combobox', { name: 'Topic' });
  await field.fill(topic.topic.slice(0, 3));
  await page.getByRole('option').first().waitFor();
  await field.fill(topic.topic);
  await field.press('Enter');
  await page.waitForURL(new RegExp(`topic=${topic.topic}`));
  await page.getByRole('combobox', { name: 'Tier in' }).selectOption({ index: 1 });
  await page.waitForURL(/program=/);
  await page.getByRole('link', { name: 'By score' }).click();
  await page.waitForURL(/by=score/);
  await settled(page);

  const address = page.url();
  const rows = await page.locator('tbody tr').allTextContents();
  assert.ok(rows.length > 0);
  const other = await openPage();
  await visit(other, new URL(address).pathname + new URL(address).search);
  assert.deepEqual(await other.locator('tbody tr').allTextContents(), rows);
  assert.equal(await other.getByRole('combobox', { name: 'Topic' }).inputValue(), topic.topic);
  assertQuiet(page);
  await closePage(other);
  await closePage(page);
});

test('the order is that of the service, and every row leads to its member', async () => {
  const { data } = await call('GET', '/v1/leaderboard?limit=50');
  const page = await openPage();
  await visit(page, '/leaderboard');
  const hrefs = await page.locator('tbody a').evaluateAll((links) => links.map((link) => new URL(link.href).pathname));
  assert.deepEqual(
    hrefs,
    data.map(({ member }) => `/people/${member}`),
  );
  // The whole row is the link.
  await page.locator('tbody tr').nth(2).locator('td').last().click({ force: true });
  await page.waitForURL((url) => url.pathname === `/people/${data[2].member}`);
  await closePage(page);
});

test('what failed is said with the request id, and can be tried again', async () => {
  const page = await openPage();
  await visit(page, '/leaderboard?cursor=not-a-cursor');
  await page.getByText('The leaderboard could not be loaded').waitFor();
  await page.getByRole('button', { name: /Copy the request id/ }).waitFor();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await page.getByRole('link', { name: 'Leaderboard' }).click();
  await page.locator('tbody tr').first().waitFor();
  await closePage(page);
});

test('a list goes on over its pages', async () => {
  const page = await openPage();
  await visit(page, '/leaderboard');
  const first = await page.locator('tbody tr a').first().textContent();
  await page.getByRole('link', { name: 'Next page' }).click();
  await page.waitForURL(/cursor=/);
  await settled(page);
  assert.notEqual(await page.locator('tbody tr a').first().textContent(), first);
  await page.getByRole('link', { name: 'First page' }).click();
  await settled(page);
  await page.getByRole('link', { name: first, exact: true }).waitFor();
  await closePage(page);
});
