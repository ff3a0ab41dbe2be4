// Programs: the ladder that is moved, the source that follows, the simulation, publication and the way back.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import {
  assertAccessible,
  assertFits,
  assertQuiet,
  call,
  closePage,
  openPage,
  settled,
  stopBrowser,
  visit,
} from './harness.mjs';

const stamp = Date.now().toString(36);
const program = `ladder-test-${stamp}`;
const marked = `markup-test-${stamp}`;
const TITLE = '<img src=x onerror=alert(1)> & <b>Club</b>';

const shipped = await readFile(new URL('../../config/programs/palms-klub.yaml', import.meta.url), 'utf8');
const SOURCE = shipped
  .replace('program: palms-klub', `program: ${program}`)
  .replace('title: Klub at the Palms', 'title: A club to test');
const MARKED = `program: ${marked}
title: ${JSON.stringify(TITLE)}
service_levels: [{ id: standard, queue: general }]
tiers:
  - { id: gold, title: ${JSON.stringify(TITLE)}, when: standing.lower >= 30, keep: 9d, service_level: standard }
  - { id: guest, service_level: standard }
perks:
  - { id: mug, title: ${JSON.stringify(TITLE)}, when: tier == "gold", stock: 5, value: 4 USD, disclosure: Because. }
`;

before(async () => {
  await call('POST', `/v1/programs/${program}/publish`, { source: SOURCE, note: 'to begin with' });
  await call('POST', `/v1/programs/${marked}/publish`, { source: MARKED, note: TITLE });
  // The service counts the members of a new program within a minute or so.
  for (let tries = 0; tries < 120; tries++) {
    if ((await call('GET', `/v1/programs/${program}/standings`)).counted > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  assert.fail('the members of the program were not counted in two minutes');
});
after(stopBrowser);

async function openProgram(options, query = '') {
  const page = await openPage(options);
  await visit(page, `/programs/${program}${query}`);
  return page;
}

function handle(page, name) {
  return page.getByRole('slider', { name });
}

/** The line of the source with a text, as the editor shows it. */
function line(page, text) {
  return page.locator('.cm-line', { hasText: text }).first();
}

async function ready(page) {
  await handle(page, /^Regular/).waitFor();
  await page.getByText('No mistakes').waitFor();
}

test('a threshold that is dragged changes the number in the source and says who would move', async () => {
  const page = await openProgram();
  await ready(page);
  const regular = handle(page, /^Regular/);
  const box = await regular.boundingBox();
  const picture = await page.getByRole('img', { name: /by the lower bound/ }).boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + picture.width * 0.05, y, { steps: 4 });
  await page.mouse.move(x + picture.width * 0.1, y, { steps: 4 });
  const value = Number(await regular.getAttribute('aria-valuenow'));
  assert.ok(value >= 23 && value <= 27, `15 and a tenth of the width is ${value}`);
  await page
    .getByText(new RegExp(`^Regular from ${value} instead of 15: about \\d+ members? (is|are) below`))
    .waitFor();
  await line(page, `when: standing.lower >= ${value}`).waitFor();
  assert.match(await line(page, 'when: standing.lower >= ').innerText(), /25 && topic/, 'the other number stays');
  await page.mouse.up();
  // The exact numbers come from a simulation of all members.
  await page
    .getByText(/\d+ would fall, after notice and kept time\./)
    .first()
    .waitFor({ timeout: 20_000 });
  await page.getByRole('heading', { name: 'Who moves' }).waitFor();
  await page.getByRole('img', { name: /Members that move between tiers: \d+ from Regular to Guest/ }).waitFor();
  const lost = page.getByRole('region', { name: 'Who loses most' }).getByRole('link');
  assert.match(await lost.first().getAttribute('href'), /^\/people\/[0-9a-f-]{36}\?program=/);
  assertQuiet(page);
  await closePage(page);
});

test('a threshold is moved with the arrow keys, and in steps of five', async () => {
  const page = await openProgram();
  await ready(page);
  await handle(page, /^Insider/).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('PageUp');
  assert.equal(await handle(page, /^Insider/).getAttribute('aria-valuenow'), '31');
  await line(page, 'standing.lower >= 31 && topic').waitFor();
  await page.keyboard.press('ArrowLeft');
  await line(page, 'standing.lower >= 30 && topic').waitFor();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await line(page, 'standing.lower >= 25 && topic').waitFor();
  await page.waitForFunction(
    () => document.querySelector('[role="slider"][aria-label^="Insider"]')?.ariaValueNow === '25',
  );
  assertQuiet(page);
  await closePage(page);
});

test('a threshold is moved with a finger', async () => {
  const page = await openProgram({ touch: true, width: 800 });
  await ready(page);
  const box = await handle(page, /^Regular/).boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const touch = await page.context().newCDPSession(page);
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
  for (const step of [10, 30, 60]) {
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: x + step, y }] });
  }
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  const value = Number(await handle(page, /^Regular/).getAttribute('aria-valuenow'));
  assert.ok(value > 15, `moved to ${value}`);
  await line(page, `when: standing.lower >= ${value}`).waitFor();
  await closePage(page);
});

test('mistakes are marked as one types, and keep the program from being published', async () => {
  const page = await openProgram();
  await ready(page);
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\ntierz: 3');
  await page.getByText('1 mistake: not ready to publish').waitFor();
  assert.ok(await page.getByRole('button', { name: /^Publish/ }).isDisabled());
  assert.ok((await page.locator('.cm-lint-marker-error').count()) > 0, 'the margin has a mark');
  await page.getByRole('button', { name: /There is no field 'tierz'/ }).click();
  assert.ok(await page.locator('.cm-content').evaluate((content) => content.getRootNode().activeElement === content));
  assertQuiet(page);
  await closePage(page);
});

test('the editor completes fields and names, and says what they mean', async () => {
  const page = await openProgram();
  await ready(page);
  await line(page, 'keep: 180d').click();
  await page.keyboard.press('End');
  await page.keyboard.type('\nno');
  const options = page.getByRole('listbox');
  await options.getByText('notice').waitFor();
  await page.getByText(/How long before it is lost the member is told/).waitFor();
  // For a moment the editor takes Enter for a new line, lest a list that has just come up is accepted.
  await page.waitForTimeout(200);
  await page.keyboard.press('Enter');
  await page.keyboard.type('14d\nstay: standing.');
  await options.getByText('percentile').waitFor();
  await page.keyboard.type('lower >= 12');
  await page.getByText('No mistakes').waitFor();
  await handle(page, /^Regular stays/).waitFor();
  await page.keyboard.press('Escape');
  await line(page, 'keep: 180d').getByText('keep', { exact: true }).hover();
  await page.locator('.meaning', { hasText: 'How long it is kept once it is no longer earned' }).waitFor();
  assertQuiet(page);
  await closePage(page);
});

test('publishing shows the differences first and takes a note, and an earlier version can be restored', async () => {
  const page = await openProgram();
  await ready(page);
  await handle(page, /^Insider/).focus();
  for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowRight');
  await page.getByText('No mistakes').waitFor();
  await page.getByRole('button', { name: 'Publish version 2' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/standing\.lower >= 28/).waitFor();
  await dialog.getByLabel('Note for the history').fill('fewer insiders');
  await dialog.getByRole('button', { name: 'Publish version 2' }).click();
  await page.getByText('Version 2 is in force.').waitFor();
  const stored = await call('GET', `/v1/programs/${program}/versions/2`);
  assert.equal(stored.note, 'fewer insiders');
  assert.equal(stored.source, SOURCE.replace('standing.lower >= 25', 'standing.lower >= 28'), 'one number differs');

  await page.getByRole('link', { name: 'History' }).click();
  await page.getByText('fewer insiders').first().waitFor();
  await page.getByText(/Condition of 'insider'.*28/).waitFor();
  await page.getByRole('link', { name: /to begin with/ }).click();
  assert.match(page.url(), /tab=history&version=1/);
  await page.getByRole('button', { name: 'Restore version 1' }).click();
  await dialog.getByText(/Condition of 'insider'.*25/).waitFor();
  await dialog.getByRole('button', { name: 'Restore as version 3' }).click();
  await page.getByText('Version 3 is in force. It restores version 1.').waitFor();
  assert.equal((await call('GET', `/v1/programs/${program}/versions/3`)).source, SOURCE);
  assertQuiet(page);
  await closePage(page);
});

test('what was written stays while one looks at another tab or page, and a draft is stored', async () => {
  const page = await openProgram();
  await ready(page);
  await handle(page, /^Insider/).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('link', { name: 'Perks', exact: true }).click();
  await page.getByRole('link', { name: 'Rules' }).click();
  await line(page, 'standing.lower >= 26 && topic').waitFor();
  await page.getByRole('link', { name: 'Programs' }).first().click();
  await page.getByRole('heading', { name: 'Programs', level: 1 }).waitFor();
  await page.goBack();
  await line(page, 'standing.lower >= 26 && topic').waitFor();
  await page.getByText('No mistakes').waitFor();
  await page.getByRole('button', { name: 'Store draft' }).click();
  await page.getByText('The draft is stored.').waitFor();
  assert.match((await call('GET', `/v1/programs/${program}/draft`)).source, /standing\.lower >= 26/);
  await page.reload();
  await page.getByText('This is the stored draft.').waitFor();
  assertQuiet(page);
  await closePage(page);
});

test('a new program begins with rules that are right', async () => {
  const page = await openPage();
  await visit(page, '/programs');
  await page.getByRole('button', { name: 'New program' }).click();
  await page.getByLabel('Title').fill(`Café ${stamp}`);
  assert.equal(await page.getByLabel('Short name').inputValue(), `cafe-${stamp}`);
  await page.getByRole('button', { name: 'Write its rules' }).click();
  await page.getByRole('heading', { name: `Café ${stamp}`, level: 1 }).waitFor();
  await page.getByText('No mistakes').waitFor();
  await page.getByRole('button', { name: 'Publish version 1' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish version 1' }).click();
  await page.getByText('Version 1 is in force.').waitFor();
  assertQuiet(page);
  await closePage(page);
});

test('markup in titles and notes is text', async () => {
  const page = await openPage();
  for (const path of [
    '/programs',
    `/programs/${marked}`,
    `/programs/${marked}?tab=perks`,
    `/programs/${marked}?tab=history`,
  ]) {
    await visit(page, path);
    await page.getByText(TITLE).first().waitFor();
    assert.equal(await page.locator('main img, main b').count(), 0, path);
  }
  assertQuiet(page);
  await closePage(page);
});

test('a program that does not exist is said not to', async () => {
  const page = await openPage();
  await page.goto(`/programs/nothing-${stamp}`);
  await page.getByText(`No program has the name “nothing-${stamp}”.`).waitFor();
  await closePage(page);
});

for (const theme of ['light', 'dark']) {
  test(`programs can be used by everybody, in the ${theme} theme`, async () => {
    const page = await openPage({ theme });
    await visit(page, '/programs');
    await assertAccessible(page);
    await visit(page, `/programs/${marked}?tab=perks`);
    await assertAccessible(page);
    await visit(page, `/programs/${program}?tab=history`);
    await assertAccessible(page);
    await visit(page, `/programs/${program}`);
    await ready(page);
    await handle(page, /^Insider/).focus();
    for (let press = 0; press < 4; press++) await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: 'Who moves' }).waitFor({ timeout: 20_000 });
    await settled(page);
    await assertAccessible(page);
    await page.getByRole('button', { name: /^Publish/ }).click();
    await page.getByRole('dialog').getByLabel('Note for the history').waitFor();
    await settled(page);
    await assertAccessible(page);
    await closePage(page);
  });
}

test('programs fit a telephone', async () => {
  const page = await openPage({ width: 360, height: 780, touch: true });
  for (const path of [
    '/programs',
    `/programs/${program}`,
    `/programs/${marked}?tab=perks`,
    `/programs/${program}?tab=history`,
  ]) {
    await visit(page, path);
    await assertFits(page);
  }
  await visit(page, `/programs/${program}`);
  await page.getByRole('button', { name: 'Simulate' }).click();
  await page.getByRole('heading', { name: 'Who moves' }).waitFor({ timeout: 20_000 });
  await assertFits(page);
  await closePage(page);
});
