import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  assertAccessible,
  assertFits,
  assertQuiet,
  closePage,
  key,
  openPage,
  startBrowser,
  stopBrowser,
} from './harness.mjs';

before(startBrowser);
after(stopBrowser);

test('a visitor signs in with a key and goes on where they wanted to go', async () => {
  const page = await openPage({ signedIn: false });
  await page.goto('/leaderboard?by=score');
  await page.getByRole('heading', { name: 'Sign in to Renown' }).waitFor();
  await assertAccessible(page);
  await page.getByLabel('Key').fill(key);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Leaderboard' }).waitFor();
  assert.equal(new URL(page.url()).search, '?by=score');
  assertQuiet(page);
  await closePage(page);
});

test('a wrong key is refused in words, and nobody is signed in', async () => {
  const page = await openPage({ signedIn: false, theme: 'dark' });
  await page.goto('/sign-in');
  await page.getByLabel('Key').fill('rk_not_a_key');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('This key is not valid').waitFor();
  await assertAccessible(page);
  await page.goto('/people');
  await page.getByRole('heading', { name: 'Sign in to Renown' }).waitFor();
  await closePage(page);
});

test('a link with a key signs in, and the key leaves the address and the history', async () => {
  const page = await openPage({ signedIn: false });
  await page.goto(`/sign-in#key=${key}`);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  assert.ok(!page.url().includes(key));
  await page.goBack().catch(() => {});
  assert.ok(!page.url().includes(key));
  await closePage(page);
});

test('no address of another host is followed after a sign-in', async () => {
  const page = await openPage({ signedIn: false });
  await page.goto(`/sign-in?return_to=${encodeURIComponent('//evil.example/x')}#key=${key}`);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  assertQuiet(page);
  await closePage(page);
});

test('signing out ends the session', async () => {
  const page = await openPage();
  await page.goto('/people');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to Renown' }).waitFor();
  await page.goto('/people');
  await page.getByRole('heading', { name: 'Sign in to Renown' }).waitFor();
  await closePage(page);
});

test('the sign-in fits a phone', async () => {
  const page = await openPage({ signedIn: false, width: 360, height: 740, touch: true });
  await page.goto('/sign-in');
  await page.getByRole('heading', { name: 'Sign in to Renown' }).waitFor();
  await assertFits(page);
  await closePage(page);
});
