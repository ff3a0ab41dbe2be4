// Photographs every page, light, dark and on a phone, into target/screenshots. Names of pages may be
// given to photograph these alone: npm run screenshots -- person overview
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { call, closePage, openPage, startBrowser, stopBrowser, visit } from './harness.mjs';
import { pages, pagesInUse } from './pages.mjs';

const out = fileURLToPath(new URL('../../target/screenshots/', import.meta.url));
const wanted = process.argv.slice(2);
const LOOKS = [
  ['light', { theme: 'light' }],
  ['dark', { theme: 'dark' }],
  ['phone', { theme: 'light', width: 360, height: 740, touch: true }],
];

await mkdir(out, { recursive: true });
await startBrowser();

/** The cookies of one session: the list of sessions is not to be a list of photographs. */
const first = await openPage();
const cookies = await first.context().cookies();
await first.close();

/** Makes the window as high as its content, so that what stays at its edges is where it belongs. */
async function grow(page, { width = 1280, height = 900 }) {
  const content = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(height, content) });
}

async function photograph(name, path, options, act, before) {
  const page = await openPage(options);
  await before?.(page);
  if (name.startsWith('leaderboard-loading')) {
    await page.goto(path);
    await page.locator('.loading').first().waitFor();
    await page.waitForTimeout(300);
  } else {
    await visit(page, path);
  }
  await act?.(page);
  if (!act || (await page.locator('dialog[open], [popover]:popover-open').count()) === 0) await grow(page, options);
  // Names of members come after the list that has their ids.
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${out}${name}.png` });
  await closePage(page);
}

const desk = await call('POST', '/v1/keys', { name: 'desk of the screenshots', scopes: ['lookup'] });
const strangers = ['sign-in', 'front-desk-token-ended'];
const all = [...(await pages()), ...(await pagesInUse()), ['sign-in', '/sign-in'], ['people-forbidden', '/people']];
for (const [name, path, act, before] of all) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const signedIn = !strangers.includes(name);
  const as = name === 'people-forbidden' ? { as: desk.secret } : signedIn ? { cookies } : {};
  await Promise.all(
    LOOKS.map(([look, options]) => photograph(`${name}-${look}`, path, { ...options, ...as, signedIn }, act, before)),
  );
  console.log(name);
}
await call('POST', `/v1/keys/${desk.id}/revoke`);
await stopBrowser();
