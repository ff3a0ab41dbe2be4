// The desks, as the people there use them: by keyboard, with a scanner, and through a lost connection.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  assertAccessible,
  assertFits,
  assertQuiet,
  assertTouchable,
  base,
  call,
  closePage,
  openPage,
  settled,
  stopBrowser,
  visit,
} from './harness.mjs';

const stamp = Date.now().toString(36);
const program = `desk-test-${stamp}`;
const guest = `loyalty:t${stamp}`;
const other = `loyalty:u${stamp}`;

const SOURCE = `program: ${program}
title: "Desk <b>test</b>"
standing: { influence: 1 }
service_levels:
  - { id: urgent, title: Urgent, when: request.severity == "critical", queue: first, priority: 0, first_reply: 15m }
  - { id: preferred, title: Preferred, queue: early, priority: 1, first_reply: 1h, resolution: 1d }
  - { id: standard, queue: general, priority: 2, first_reply: 8h }
amenities: { late-checkout: Late check-out, welcome-drink: "A <i>welcome</i> drink" }
tiers:
  - id: friend
    title: "Friend <img src=x onerror=alert(1)>"
    when: member.attributes.stays >= 5
    keep: 90d
    amenities: [late-checkout, welcome-drink]
    service_level: preferred
  - { id: guest, title: Guest, amenities: [welcome-drink], service_level: standard }
perks:
  - { id: spa, title: An hour in the spa, when: tier == "friend", stock: 50, per_member: 9, disclosure: Because you stay often. }
  - { id: mug, title: A mug, when: tier == "friend", stock: 50, per_member: 9, codes: generated, disclosure: Because you stay often. }
`;

before(async () => {
  await call('POST', `/v1/programs/${program}/publish`, { source: SOURCE });
  for (const [identity, name] of [
    [guest, 'Zoë van Dyk'],
    [other, 'Ann Lee'],
  ]) {
    await call('PUT', `/v1/members/${identity}`, { name: `${name} ${stamp}`, attributes: { stays: 12 } });
  }
});
after(stopBrowser);

async function openDesk(options, path = `/desk/front?program=${program}`) {
  const page = await openPage(options);
  await visit(page, path);
  return page;
}

/** Types a question as it is typed at a desk: into whatever has the focus. */
async function ask(page, text) {
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await settled(page);
}

function field(page) {
  return page.getByRole('search').locator('input');
}

async function claims(state) {
  return (await call('GET', `/v1/claims?program=${program}&state=${state}&limit=200`)).data;
}

test('the field has the cursor, Enter shows the card, Esc clears it', async () => {
  const page = await openDesk();
  await ask(page, guest);
  const card = page.getByRole('region', { name: 'The guest' });
  await card.getByText(`Zoë van Dyk ${stamp}`).waitFor();
  await card.getByText('Friend <img src=x onerror=alert(1)>', { exact: true }).waitFor();
  await card.getByText('A <i>welcome</i> drink').waitFor();
  assert.equal(await page.locator('main img, main i').count(), 0, 'markup in titles is text');
  await page.keyboard.press('Escape');
  assert.equal(await card.count(), 0);
  assert.equal(await field(page).inputValue(), '');
  await ask(page, other);
  await page.getByText(`Ann Lee ${stamp}`).waitFor();
  assertQuiet(page);
  await closePage(page);
});

test('a perk is handed over with its number and Enter, and can be taken back', async () => {
  const page = await openDesk();
  const before = (await claims('redeemed')).length;
  await ask(page, guest);
  await page.getByRole('button', { name: 'An hour in the spa' }).waitFor();
  await page.keyboard.press('1');
  await page.getByRole('button', { name: 'Hand over now' }).waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('button', { name: 'Hand over now' }).count(), 0, 'Esc leaves the perk');
  await page.getByRole('region', { name: 'The guest' }).waitFor();
  await page.keyboard.press('1');
  await page.keyboard.press('Enter');
  await page.getByText('handed over at').waitFor();
  assert.equal((await claims('redeemed')).length, before + 1);
  await page.getByRole('button', { name: 'Handed over by mistake?' }).click();
  await page.getByLabel('Why was it not handed over?').fill('the spa was closed');
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('Taken back').waitFor();
  assert.equal((await claims('redeemed')).length, before);
  assertQuiet(page);
  await closePage(page);
});

test('what is typed beside the field begins the next question, and a quick digit is the beginning of a scan', async () => {
  const page = await openDesk();
  await ask(page, guest);
  await page.getByRole('button', { name: 'An hour in the spa' }).waitFor();
  await page.keyboard.type('lo');
  assert.equal(await field(page).inputValue(), 'lo');
  await page.keyboard.press('Escape');
  await ask(page, guest);
  await page.getByRole('button', { name: 'An hour in the spa' }).waitFor();
  await page.evaluate(() => {
    for (const key of ['1', 'A', 'C']) {
      const target = document.activeElement;
      if (target instanceof HTMLInputElement) target.setRangeText(key, target.value.length, target.value.length, 'end');
      else target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    }
  });
  assert.equal(await page.getByRole('button', { name: 'Hand over now' }).count(), 0);
  assert.match(await field(page).inputValue(), /^1A/);
  await closePage(page);
});

test('a reserved perk shows its code, and the scanned code redeems it once', async () => {
  const page = await openDesk();
  await ask(page, guest);
  await page.getByRole('button', { name: 'A mug' }).waitFor();
  await page.keyboard.press('2');
  await page.keyboard.press('r');
  await page.getByText('reserved at').waitFor();
  const code = await page.locator('.big.mono').innerText();
  assert.match(code, /^[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}$/);
  await page.keyboard.press('Escape');
  await ask(page, code.toLowerCase());
  await page.getByText('Hand it over').waitFor();
  await page.getByText('A mug', { exact: true }).waitFor();
  await page.getByText(`For Zoë van Dyk ${stamp}`).waitFor();
  await page.keyboard.press('Escape');
  await ask(page, code);
  await page.getByText('Do not hand anything over').waitFor();
  await page.getByText('was redeemed at').waitFor();
  await page.keyboard.press('Escape');
  // One symbol is wrong: the service says so, and it is no name.
  const wrong = code.replace(/.$/, (last) => (last === 'A' ? 'C' : 'A'));
  await ask(page, wrong);
  await page.getByText('Do not hand anything over').waitFor();
  assertQuiet(page);
  await closePage(page);
});

test('a name finds people, and a number chooses one', async () => {
  const page = await openDesk();
  await ask(page, stamp);
  await page.getByText('Who is it?').waitFor();
  const first = await page.locator('ol strong').first().innerText();
  await page.keyboard.press('1');
  await page.getByRole('region', { name: 'The guest' }).getByText(first).waitFor();
  assertQuiet(page);
  await closePage(page);
});

test('a lost connection leaves the last answer, marked with its time and with what everybody gets first', async () => {
  const page = await openDesk();
  await ask(page, guest);
  await page.getByText('Late check-out').waitFor();
  await page.keyboard.press('Escape');
  await page.context().setOffline(true);
  await ask(page, guest);
  await page.getByText(/As of \d\d:\d\d, connection lost/).waitFor();
  const amenities = await page.locator('.amenities li').allInnerTexts();
  assert.match(amenities[0], /welcome.*for everybody/s);
  assert.match(amenities[1], /Late check-out.*as of/s);
  assert.ok(await page.getByRole('button', { name: 'An hour in the spa' }).isDisabled(), 'stock is shared');
  await page.keyboard.press('Escape');
  await ask(page, `loyalty:never${stamp}`);
  await page.getByText('everybody gets:').waitFor();
  await page.getByText('A <i>welcome</i> drink').waitFor();
  await page.keyboard.press('Escape');
  await ask(page, guest);
  await page.context().setOffline(false);
  await page.getByText('connection lost').waitFor({ state: 'detached', timeout: 15_000 });
  assert.ok(await page.getByRole('button', { name: 'An hour in the spa' }).isEnabled());
  await closePage(page);
});

test('a hand-over whose answer was lost is done once', async () => {
  const page = await openDesk();
  const before = (await claims('redeemed')).length;
  let lost = 0;
  await page.route('**/v1/claims/*/redeem', async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await ask(page, guest);
  await page.getByRole('button', { name: 'An hour in the spa' }).waitFor();
  await page.keyboard.press('1');
  await page.keyboard.press('Enter');
  await page.getByText('The connection was lost before the answer').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('handed over at').waitFor({ timeout: 15_000 });
  assert.equal((await claims('redeemed')).length, before + 1);
  await closePage(page);
});

test('an embedded desk works with a token alone, which does not stay in the address', async () => {
  const { key: made, secret } = await call('POST', '/v1/keys', {
    name: `desk ${stamp}`,
    scopes: ['lookup', 'claims:write'],
    program,
  });
  const token = secret ?? made;
  const page = await openPage({ signedIn: false });
  await page.goto(`/desk/front?program=${program}#token=${token}`);
  await page.getByRole('heading', { name: 'Front desk' }).waitFor();
  assert.ok(!page.url().includes('token'));
  assert.equal(await page.getByRole('navigation').count(), 0, 'no menu of other pages');
  await ask(page, guest);
  await page.getByText(`Zoë van Dyk ${stamp}`).waitFor();
  await page.keyboard.press('1');
  await page.keyboard.press('Enter');
  await page.getByText('handed over at').waitFor();
  assert.deepEqual(await page.context().cookies(), []);
  await closePage(page);
});

test('the support desk says the queue and when replies are due, and follows the severity', async () => {
  const page = await openDesk({}, `/desk/support?program=${program}&as=loyalty`);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: base });
  await ask(page, guest.slice('loyalty:'.length));
  const ticket = page.getByRole('region', { name: 'The ticket' });
  await ticket.getByText('early').first().waitFor();
  await ticket.getByText('Open now').waitFor();
  assert.match(await ticket.getByRole('row', { name: /First reply/ }).innerText(), /in (1 h|59 min)/);
  await page.getByRole('button', { name: 'Critical' }).click();
  await ticket.getByText('Urgent: severity of the request is critical').waitFor();
  assert.match(page.url(), /severity=critical/);
  const zendesk = ticket.getByRole('region', { name: 'Fields for Zendesk' });
  await zendesk.getByRole('button', { name: 'Copy Tag for Zendesk' }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'renown_urgent');
  assertQuiet(page);
  await closePage(page);
});

for (const theme of ['light', 'dark']) {
  test(`the desks can be used by everybody, in the ${theme} theme`, async () => {
    for (const [path, ready] of [
      [`/desk/front?program=${program}`, 'Perks to give now'],
      [`/desk/support?program=${program}`, 'First reply'],
    ]) {
      const page = await openDesk({ theme }, path);
      await assertAccessible(page);
      await ask(page, guest);
      await page.getByText(ready).first().waitFor();
      await page.keyboard.press('1');
      await settled(page);
      await assertAccessible(page);
      await closePage(page);
    }
  });
}

test('the desks fit a telephone, and what is touched is large enough', async () => {
  for (const path of [`/desk/front?program=${program}`, `/desk/support?program=${program}`]) {
    const page = await openDesk({ width: 360, height: 780, touch: true }, path);
    await ask(page, guest);
    await page.getByText(stamp).first().waitFor();
    await page.keyboard.press('1');
    await settled(page);
    await assertFits(page);
    await assertTouchable(page);
    await closePage(page);
  }
});
