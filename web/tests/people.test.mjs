import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertQuiet, call, closePage, openPage, settled, startBrowser, stopBrowser, townsProgram, visit } from './harness.mjs';

/** A member whose name would run as markup if it were not shown as text. */
const HOSTILE = '<img src=x onerror="globalThis.harmed=true"><script>globalThis.harmed=true</script>';

before(startBrowser);
after(async () => {
  await call('DELETE', '/v1/members/crm:hostile-name').catch(() => {});
  await stopBrowser();
});

async function bestMember() {
  const { data } = await call('GET', '/v1/leaderboard?limit=1');
  return data[0];
}

test('a person is found by the beginning of a handle, and the reason for the tier is read', async () => {
  const { accounts, member } = await bestMember();
  const handle = accounts.map((account) => account.split(':')[1]).sort((a, b) => a.length - b.length)[0];
  const page = await openPage();
  await visit(page, '/people');
  await page.getByLabel('Name or identity').fill(handle.slice(0, 4));
  await page.waitForURL(/[?&]q=/);
  await settled(page);
  await page.locator(`a[href^="/people/${member}"]`).click();
  await page.waitForURL((url) => url.pathname === `/people/${member}`);
  await settled(page);

  const { program } = await townsProgram();
  await visit(page, `/people/${member}?program=${program}`);
  const tier = await call('GET', `/v1/programs/${program}/members/${member}/tier`);
  await page.getByText(`${tier.reason}.`, { exact: true }).waitFor();
  await page
    .getByText(
      new RegExp(
        `^${tier.title}.*: standing ${Math.round(tier.standing.score)} \\(at least ${Math.floor(tier.standing.lower)}\\)`,
      ),
    )
    .waitFor();
  assertQuiet(page);
  await closePage(page);
});

test('the points of the parts add up to the score, and each part opens what it is made of', async () => {
  const { member } = await bestMember();
  const explained = await call('GET', `/v1/members/${member}/score/explanation`);
  const page = await openPage();
  await visit(page, `/people/${member}`);
  const chart = page.locator('section', { hasText: 'What the influence is made of' });
  const numbers = (await chart.locator('summary .number').allTextContents()).map(Number);
  const sum = numbers.reduce((total, number) => total + number, 0);
  const shown = Number(await chart.locator('.total .number').textContent());
  assert.equal(sum.toFixed(1), shown.toFixed(1));
  assert.equal(shown.toFixed(1), explained.influence.score.toFixed(1));

  await chart.locator('summary').first().click();
  await chart.getByText(explained.influence.parts[0].about).waitFor();
  await chart.getByRole('button', { name: 'Show as table' }).click();
  assert.equal(await chart.locator('tbody tr').count(), explained.influence.parts.length + 1);
  await closePage(page);
});

test('a tab and the index are in the address, and a step back returns to the one before', async () => {
  const { member } = await bestMember();
  const page = await openPage();
  await visit(page, `/people/${member}`);
  await page.getByRole('link', { name: 'Value', exact: true }).click();
  await page.getByRole('heading', { name: 'What the value is made of' }).waitFor();
  await page.getByRole('link', { name: 'Identities', exact: true }).click();
  await page.waitForURL(/tab=identities/);
  await page.getByRole('heading', { name: 'Identities' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Identities' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'What the value is made of' }).waitFor();
  await closePage(page);
});

test('markup in a name is shown as text, everywhere', async () => {
  await call('PUT', '/v1/members/crm:hostile-name', { name: HOSTILE });
  const page = await openPage();
  await visit(page, '/people?q=crm:hostile-name');
  await page.getByRole('link', { name: HOSTILE }).click();
  await page.getByRole('heading', { level: 1, name: HOSTILE }).waitFor();
  await settled(page);
  await page.getByRole('link', { name: 'Profile', exact: true }).click();
  await page.locator('dd', { hasText: HOSTILE }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Search/ }).fill('crm:hostile-name');
  await page.getByRole('option', { name: HOSTILE }).waitFor();
  assert.equal(await page.evaluate(() => globalThis.harmed), undefined);
  assert.equal(await page.locator('img[src="x"]').count(), 0);
  assertQuiet(page);
  await closePage(page);
});

test('an identity of nobody is a page that says so', async () => {
  const page = await openPage();
  await visit(page, '/people/twitter%3Anobody-has-this');
  await page.getByText('Nobody who is enrolled is called twitter:nobody-has-this').waitFor();
  await closePage(page);
});

test('a search that finds nobody says what a search looks at', async () => {
  const page = await openPage();
  await visit(page, '/people?q=zzzzqqq');
  await page.getByText('Nobody is found under “zzzzqqq”').waitFor();
  await page.getByRole('link', { name: 'Show everybody' }).click();
  await page.locator('tbody tr').first().waitFor();
  await closePage(page);
});
