import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  assertAccessible,
  assertQuiet,
  call,
  closePage,
  openPage,
  startBrowser,
  stopBrowser,
  visit,
} from './harness.mjs';

let desk;

before(async () => {
  await startBrowser();
  desk = await call('POST', '/v1/keys', { name: 'desk of a browser test', scopes: ['lookup'] });
});

after(async () => {
  await call('POST', `/v1/keys/${desk.id}/revoke`);
  await stopBrowser();
});

test('without the right, a page says so and by whom one is signed in', async () => {
  const page = await openPage({ as: desk.secret });
  await visit(page, '/people');
  await page.getByText('You may not see this').waitFor();
  await page.getByText('You are signed in as').waitFor();
  await assertAccessible(page);
  assertQuiet(page);
  await closePage(page);
});

test('the menu and the search name only pages that have something to show', async () => {
  const page = await openPage({ as: desk.secret });
  await visit(page, '/leaderboard');
  const menu = page.getByRole('navigation', { name: 'Pages' });
  await menu.getByRole('link', { name: 'Front desk' }).waitFor();
  assert.equal(await menu.getByRole('link', { name: 'People' }).count(), 0);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('pe');
  await page.waitForTimeout(300);
  assert.equal(await page.getByRole('option', { name: /^People/ }).count(), 0);
  await closePage(page);
});

test('what the right is enough for is shown all the same', async () => {
  const page = await openPage({ as: desk.secret });
  await visit(page, '/leaderboard');
  await page.locator('tbody tr').first().waitFor();
  await visit(page, '/');
  await page.getByText('What happens now is shown to administrators').waitFor();
  assertQuiet(page);
  await closePage(page);
});
