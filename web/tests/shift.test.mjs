// Nothing on a page jumps while it loads, however slow the answers are.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { closePage, openPage, startBrowser, stopBrowser, visit } from './harness.mjs';
import { pages } from './pages.mjs';

/** The sum of layout shifts that a page may have: what the eye does not see. */
const MOST = 0.01;
/** How long each answer of the API takes on a slow connection, in milliseconds. */
const SLOW = 400;

before(startBrowser);
after(stopBrowser);

/** Collects the layout shifts of a page, with what has moved. */
function observe() {
  globalThis.shifts = [];
  const name = (node) => {
    const one = node?.nodeType === 1 ? node : node?.parentElement;
    return one ? `${one.tagName.toLowerCase()}.${one.className.baseVal ?? one.className} “${one.textContent.trim().slice(0, 30)}”` : 'removed';
  };
  new PerformanceObserver((list) => {
    for (const { value, sources, startTime } of list.getEntries()) {
      const moved = sources.map(
        ({ node, previousRect: from, currentRect: to }) =>
          `${name(node)} from ${from.x},${from.y} ${from.width}×${from.height} to ${to.x},${to.y} ${to.width}×${to.height}`,
      );
      globalThis.shifts.push({ value, at: Math.round(startTime), moved });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Lets the API answer late. A stream has no end to wait for. */
async function slowDown(page) {
  await page.route('**/v1/**', async (route) => {
    if (!route.request().url().includes('/v1/stream')) await new Promise((done) => setTimeout(done, SLOW));
    await route.continue().catch(() => {});
  });
}

async function assertStill(path, options, slow) {
  const page = await openPage(options);
  try {
    await page.addInitScript(observe);
    if (slow) await slowDown(page);
    await visit(page, path);
    await page.waitForTimeout(150);
    const shifts = await page.evaluate(() => globalThis.shifts);
    const sum = shifts.reduce((total, { value }) => total + value, 0);
    const told = shifts.map(({ value, at, moved }) => `${value.toFixed(4)} at ${at} ms\n    ${moved.join('\n    ')}`);
    assert.ok(sum <= MOST, `${path} jumps by ${sum.toFixed(3)}\n${told.join('\n')}`);
  } finally {
    await closePage(page);
  }
}

const PHONE = { width: 360, height: 740, touch: true };
for (const [look, options, slow] of [
  ['on a screen', {}, false],
  ['on a screen whose answers come slowly', {}, true],
  ['on a phone', PHONE, false],
  ['on a phone whose answers come slowly', PHONE, true],
]) {
  test(`nothing jumps ${look}`, { concurrency: slow ? 4 : 2 }, async (t) => {
    const all = await pages();
    await Promise.all(all.map(([name, path]) => t.test(name, () => assertStill(path, options, slow))));
  });
}
