// What the browser tests share: a browser, a signed-in page, and checks that hold for every page.
// RENOWN_URL is the address of the service's pages, RENOWN_KEY a key of an administrator.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { chromium } from 'playwright-core';

export const base = process.env.RENOWN_URL ?? 'http://127.0.0.1:8080';
export const key = process.env.RENOWN_KEY ?? '';

const axe = await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

let browser;

export async function startBrowser() {
  assert.ok(key, 'RENOWN_KEY must be the key of an administrator');
  browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' });
  return browser;
}

export async function stopBrowser() {
  await browser?.close();
  browser = undefined;
}

/**
 * Opens a page in a browser context of its own and signs in, with the administrator's key or with the
 * one that is given in `as`, or goes on with the session of `cookies`. What the page logs as an error,
 * and every request to another host, is collected in `page.complaints`.
 */
export async function openPage({
  theme = 'light',
  width = 1280,
  height = 900,
  signedIn = true,
  touch = false,
  as = key,
  cookies = undefined,
} = {}) {
  const context = await (
    await startBrowser()
  ).newContext({
    baseURL: base,
    colorScheme: theme,
    viewport: { width, height },
    hasTouch: touch,
    isMobile: touch,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => {
    // A refused request is part of some tests; what it means is shown in the page.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) {
      page.complaints.push(message.text());
    }
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== new URL(base).origin) {
      page.complaints.push(`a request to another host: ${request.url()}`);
    }
  });
  if (cookies) await context.addCookies(cookies);
  else if (signedIn) await signIn(context, as);
  return page;
}

async function signIn(context, secret) {
  // What a browser says by itself about a request of a page of ours.
  const headers = { 'Renown-Request': 'page', Origin: new URL(base).origin, 'Sec-Fetch-Site': 'same-origin' };
  const answer = await context.request.post('/v1/session', { data: { key: secret }, headers });
  assert.equal(answer.status(), 201, `signing in: ${await answer.text()}`);
}

export async function closePage(page) {
  await page.context().close();
}

/** Goes to an address and waits until nothing is asked for any more. */
export async function visit(page, path) {
  await page.goto(path);
  await settled(page);
}

/** Waits until the page shows its heading and no part of it is loading. */
export async function settled(page) {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.loading, [aria-busy="true"]'));
}

/** Returns the program of the demo's town: other tests leave programs, too. */
export async function townsProgram() {
  const programs = (await call('GET', '/v1/programs')).data;
  const town = programs.find(({ program }) => program === 'palms-klub') ?? programs[0];
  assert.ok(town, 'the service has no program');
  return town;
}

/** Calls the API as the administrator. */
export async function call(method, path, body) {
  const response = await fetch(new URL(path, base), {
    method,
    headers: { Authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/** Fails if axe-core finds anything that keeps people from using the page. */
export async function assertAccessible(page) {
  // Through the debugger, which the page's policy does not concern.
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}\n${nodes.map((node) => `    ${node.html.slice(0, 200)}\n    ${node.failureSummary}`).join('\n')}`,
    );
  });
  assert.deepEqual(found, [], `${page.url()}\n${found.join('\n')}`);
}

/** Fails if the page is wider than the window. */
export async function assertFits(page) {
  // The browser of a phone makes its window as wide as the content.
  const window = page.viewportSize().width;
  const content = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(content <= window, `${page.url()} is ${content} px wide in a window of ${window} px`);
}

/** Fails if something that fingers touch is lower than they need. Links within text are not meant. */
export async function assertTouchable(page) {
  const small = await page.evaluate(() =>
    [...document.querySelectorAll(':is(button, select, input, textarea, summary, [role="slider"], nav a)')]
      .map((one) => [one, (one.closest('label') ?? one).getBoundingClientRect()])
      .filter(([one, { height }]) => one.checkVisibility({ visibilityProperty: true }) && height > 1 && height < 44)
      .map(([one, { height }]) => `${Math.round(height)} px: ${one.outerHTML.slice(0, 120)}`),
  );
  assert.deepEqual([...new Set(small)], [], `${page.url()}: targets of fingers are 44 px high`);
}

/** Fails if the page logged an error or asked another host. */
export function assertQuiet(page) {
  assert.deepEqual(page.complaints, []);
}
