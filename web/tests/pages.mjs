// The pages that are checked in both themes and photographed, by name, and what they show when they are used.
import { call, settled, townsProgram } from './harness.mjs';

/** Returns the name and the address of every page, with a member and a program that exist. */
export async function pages() {
  const board = (await call('GET', '/v1/leaderboard?limit=50')).data;
  const { program } = await townsProgram();
  const best = board[0].member;
  const middle = (board[25] ?? board.at(-1)).member;
  return [
    ['overview', '/'],
    ['people', '/people'],
    ['people-search', '/people?q=ka'],
    ['people-none', '/people?q=zzzzqqq'],
    ['person', `/people/${best}`],
    ['person-middle', `/people/${middle}`],
    ['person-value', `/people/${middle}?index=value`],
    ['person-history', `/people/${best}?tab=history`],
    ['person-messages', `/people/${best}?tab=history&of=messages`],
    ['person-events', `/people/${best}?tab=history&of=events`],
    ['person-claims', `/people/${best}?tab=claims`],
    ['person-grants', `/people/${best}?tab=grants`],
    ['person-identities', `/people/${best}?tab=identities`],
    ['person-consent', `/people/${best}?tab=consent`],
    ['person-profile', `/people/${best}?tab=profile`],
    ['person-nobody', '/people/twitter%3Anobody-has-this'],
    ['leaderboard', `/leaderboard?program=${program}`],
    ['leaderboard-topic', `/leaderboard?topic=las-vegas&program=${program}`],
    ['programs', '/programs'],
    ['program', `/programs/${program}`],
    ['program-perks', `/programs/${program}?tab=perks`],
    ['program-history', `/programs/${program}?tab=history`],
    ['front-desk', `/desk/front?program=${program}`],
    ['support-desk', `/desk/support?program=${program}`],
    ['sessions', '/sessions'],
    ['not-found', '/nowhere'],
  ];
}

async function ask(page, text) {
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await settled(page);
}

const failing = (page) =>
  page.route('**/v1/leaderboard*', (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type: 'urn:renown:problem:internal', title: 'Something failed', status: 500, request_id: '01a2-example' }),
    }),
  );

/**
 * Returns the name and the address of pages in use, and what is done there. `before` is done before the page is
 * opened.
 */
export async function pagesInUse() {
  const { program } = await townsProgram();
  const front = `/desk/front?program=${program}`;
  const nobody = 'twitter:nobody-has-this';
  const lost = async (page) => {
    await ask(page, 'twitter:kevin');
    await page.context().setOffline(true);
    await page.keyboard.press('Escape');
    await ask(page, 'twitter:kevin');
    await page.getByText('connection lost').waitFor();
  };
  return [
    ['palette', '/', async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('las');
      await page.getByRole('option', { name: /Topic$/ }).first().waitFor();
    }],
    ['account', '/', (page) => page.getByRole('button', { name: /^Account of/ }).click()],
    ['leaderboard-failed', '/leaderboard', undefined, failing],
    ['leaderboard-loading', '/leaderboard', undefined, (page) => page.route('**/v1/leaderboard*', () => {})],
    ['program-simulated', `/programs/${program}`, async (page) => {
      await page.getByRole('button', { name: 'Simulate' }).click();
      await page.getByRole('heading', { name: 'Who moves' }).waitFor({ timeout: 60_000 });
    }],
    ['program-publish', `/programs/${program}`, async (page) => {
      await page.getByRole('button', { name: /^Publish version/ }).click();
      await page.getByLabel('Note for the history').waitFor();
      await settled(page);
    }],
    ['person-as-tables', '/people/twitter%3Akevin', async (page) => {
      const charts = page.getByRole('button', { name: 'Show as table' });
      while ((await charts.count()) > 0) await charts.first().click();
    }],
    ['front-desk-guest', front, (page) => ask(page, 'twitter:kevin')],
    ['front-desk-giving', front, async (page) => {
      await ask(page, 'twitter:zoe');
      await page.keyboard.press('1');
    }],
    ['front-desk-nobody', front, (page) => ask(page, nobody)],
    ['front-desk-people', front, (page) => ask(page, 'ka')],
    ['front-desk-code', front, (page) => ask(page, 'code:WRONG-CODE')],
    ['front-desk-lost', front, lost],
    ['front-desk-token-ended', `${front}#token=rd_ended`],
    ['support-desk-ticket', `/desk/support?program=${program}`, (page) => ask(page, 'email:grace@example.com')],
  ];
}
