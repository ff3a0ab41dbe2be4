// The pages that are checked in both themes and photographed, by name.
import { call, townsProgram } from './harness.mjs';

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
    ['front-desk', `/desk/front?program=${program}`],
    ['support-desk', `/desk/support?program=${program}`],
    ['sessions', '/sessions'],
    ['not-found', '/nowhere'],
  ];
}
