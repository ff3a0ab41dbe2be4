// Signing in by an OpenID provider, through its pages and back, with the rights of a role.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertAccessible, base, closePage, openPage, settled, startBrowser, stopBrowser, visit } from './harness.mjs';
import { startProvider } from './provider.mjs';

const port = process.env.PROVIDER_PORT;
const skip = port ? false : 'PROVIDER_PORT names no port: run this by scripts/with-demo';

if (!skip) {
  let stopProvider;
  before(async () => {
    stopProvider = await startProvider(port, base);
    await startBrowser();
  });
  after(async () => {
    await stopBrowser();
    stopProvider?.();
  });
}

/** Opens the sign-in in a browser of its own and goes to the provider. */
async function begin(path) {
  const page = await openPage({ signedIn: false });
  await page.goto(path);
  await page.getByRole('link', { name: 'Continue with Example Corporation' }).click();
  await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
  return page;
}

async function sayWho(page, name) {
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: /^May Renown know/ }).waitFor();
}

async function agree(page) {
  await page.getByRole('button', { name: 'Agree' }).click();
  await page.waitForURL((url) => url.origin === base);
}

/** Fails unless the page says in words why nobody was signed in, and offers another try. */
async function assertRefused(page, words) {
  await page.getByRole('alert').getByText(words).waitFor();
  await page.getByRole('link', { name: 'Continue with Example Corporation' }).waitFor();
  await assertAccessible(page);
  assert.equal((await page.request.get('/v1/session')).status(), 401);
}

test('a marketer signs in by the provider, and goes on where they wanted to go', { skip }, async () => {
  const page = await begin('/programs?sort=name');
  await sayWho(page, 'ann');
  await agree(page);
  await page.getByRole('heading', { name: 'Programs' }).waitFor();
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/programs?sort=name');
  await page.getByRole('button', { name: 'Account of Ann Lee' }).waitFor();
  await page.getByText('Marketer').first().waitFor();
  const { role, scopes } = await (await page.request.get('/v1/session')).json();
  assert.equal(role, 'marketer');
  assert.ok(scopes.includes('programs:write') && !scopes.includes('admin'));
  await visit(page, '/people');
  await page.locator('tbody tr').first().waitFor();
  await closePage(page);
});

test('a person at the front desk works there, and is told which roles may see members', { skip }, async () => {
  const page = await begin('/desk/front');
  await sayWho(page, 'dot');
  await agree(page);
  await page.getByRole('heading', { name: 'Front desk' }).waitFor();
  await page.getByRole('search').getByRole('textbox').waitFor();
  await visit(page, '/people');
  await page.getByText('You may not see this').waitFor();
  await page.getByText('You are signed in as Dot Meyer (Front desk).').waitFor();
  await page.getByText(/These roles may: .*Marketer/).waitFor();
  const answer = await page.request.get('/v1/members');
  assert.equal(answer.status(), 403, 'the API refuses what the page does not show');
  await closePage(page);
});

test('a person who does not agree is not signed in, and can try again', { skip }, async () => {
  const page = await begin('/people');
  await sayWho(page, 'ann');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await assertRefused(page, 'The sign-in was cancelled at the provider.');
  await closePage(page);
});

test('a person whose groups stand for no role is told so', { skip }, async () => {
  const page = await begin('/');
  await sayWho(page, 'bob');
  await agree(page);
  await assertRefused(page, 'Your account there has no role here.');
  await closePage(page);
});

test('an answer to another sign-in than the one that this browser has begun signs nobody in', { skip }, async () => {
  const page = await begin('/people');
  await page.goto('/auth/corp/callback?code=a-code&state=of-another-sign-in');
  await assertRefused(page, 'The sign-in took too long, or was begun in another browser.');
  await closePage(page);
});
