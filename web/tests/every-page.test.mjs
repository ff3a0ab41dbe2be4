// What holds for every page: both themes are accessible, nothing is wider than a phone, and nothing
// is logged as an error or asked of another host.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  assertAccessible,
  assertFits,
  assertQuiet,
  assertTouchable,
  closePage,
  openPage,
  startBrowser,
  stopBrowser,
  visit,
} from './harness.mjs';
import { pages } from './pages.mjs';

before(startBrowser);
after(stopBrowser);

/** How many pages are looked at together. */
const TOGETHER = { concurrency: 3 };

/** Looks at every page, each in a window of its own. */
async function onEachPage(t, options, look) {
  const all = await pages();
  const one = async (path) => {
    const page = await openPage(options);
    try {
      await visit(page, path);
      await look(page);
    } finally {
      await closePage(page);
    }
  };
  await Promise.all(all.map(([name, path]) => t.test(name, () => one(path))));
}

for (const theme of ['light', 'dark']) {
  test(`axe-core finds nothing on any page in the ${theme} theme`, TOGETHER, (t) =>
    onEachPage(t, { theme }, async (page) => {
      await assertAccessible(page);
      assertQuiet(page);
      assert.notEqual(await page.title(), 'Renown', 'every page has a title of its own');
    }),
  );
}

test('no page is wider than a phone, and what is touched is large enough', TOGETHER, (t) =>
  onEachPage(t, { width: 360, height: 740, touch: true }, async (page) => {
    await assertFits(page);
    await assertTouchable(page);
  }),
);

test('the theme is chosen in the account menu and stays', async () => {
  const page = await openPage({ theme: 'light' });
  await visit(page, '/people');
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('radio', { name: 'Dark' }).check();
  assert.notEqual(await background(), light);
  await page.reload();
  await page.locator('h1').waitFor();
  assert.notEqual(await background(), light);
  await closePage(page);
});
