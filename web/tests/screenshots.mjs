// Photographs every page, light, dark and on a phone, into target/screenshots. Names of pages may be
// given to photograph these alone: npm run screenshots -- person overview
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { closePage, openPage, startBrowser, stopBrowser, visit } from './harness.mjs';
import { pages } from './pages.mjs';

const out = fileURLToPath(new URL('../../target/screenshots/', import.meta.url));
const wanted = process.argv.slice(2);
const LOOKS = [
  ['light', { theme: 'light' }],
  ['dark', { theme: 'dark' }],
  ['phone', { theme: 'light', width: 360, height: 740, touch: true }],
];

await mkdir(out, { recursive: true });
await startBrowser();

async function photograph(name, path, options) {
  const page = await openPage(options);
  await visit(page, path);
  await page.screenshot({ path: `${out}${name}.png`, fullPage: true });
  await closePage(page);
}

for (const [name, path] of [...(await pages()), ['sign-in', '/sign-in']]) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const [look, options] of LOOKS) {
    await photograph(`${name}-${look}`, path, { ...options, signedIn: name !== 'sign-in' });
  }
  console.log(name);
}
await stopBrowser();
