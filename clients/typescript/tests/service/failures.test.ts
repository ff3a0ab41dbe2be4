// The failure contract, against the real service: slow, dead, frozen, restarted, or answering what it should not.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { client, DIRECT, KEVIN, KEY, PROGRAM, PROXY, proxy, service, unique } from './stage.js';

const WITHIN_MS = 300;
/** A machine that does much else may be late. */
const ROOM_MS = 400;
const TIER = `/v1/programs/${PROGRAM}/members/twitter%3Akevin/tier`;

beforeEach(proxy.mend);
afterEach(proxy.mend);

async function timed<T>(call: () => Promise<T>): Promise<[T, number]> {
  const before = performance.now();
  const result = await call();
  return [result, performance.now() - before];
}

const faults: [string, { fault: string; [more: string]: unknown }][] = [
  ['slow', { fault: 'slow', ms: 3_000 }],
  ['silent', { fault: 'hang' }],
  ['dripping', { fault: 'drip' }],
  ['cut off', { fault: 'cut' }],
  ['losing its answers', { fault: 'lose' }],
  ['sending half answers', { fault: 'truncate' }],
  ['limiting (429)', { fault: 'status', status: 429, headers: { 'retry-after': '5' } }],
  ['limiting (429) without a time', { fault: 'status', status: 429 }],
  ['not ready (503)', { fault: 'status', status: 503, headers: { 'retry-after': '1' } }],
  ['failing (500)', { fault: 'status', status: 500 }],
  [
    'behind a page of the network',
    { fault: 'status', status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Wi-Fi</h1>' },
  ],
  ['forbidden by something else', { fault: 'status', status: 403, body: 'by the network' }],
  ['redirected', { fault: 'status', status: 302, headers: { location: 'http://127.0.0.1:9/' } }],
  [
    'answering what is not JSON',
    { fault: 'status', status: 200, headers: { 'content-type': 'application/json' }, body: 'no' },
  ],
  [
    'answering something else',
    { fault: 'status', status: 200, headers: { 'content-type': 'application/json' }, body: '[]' },
  ],
];

describe.each(faults)('while the service is %s', (_, fault) => {
  test('a guest gets the last known tier, another one the floor, both in time', async () => {
    const renown = client();
    expect(await renown.tier(PROGRAM, KEVIN, { fallback: 'guest' })).toMatchObject({
      tier: 'insider',
      source: 'service',
    });
    await proxy.set(fault);
    const [known, afterMs] = await timed(() => renown.tier(PROGRAM, KEVIN, { fallback: 'guest', withinMs: WITHIN_MS }));
    expect(known).toMatchObject({
      tier: 'insider',
      source: 'last_known',
      answer: { amenities: ['late-checkout', 'welcome-drink'] },
    });
    expect(known.reason).toBeTruthy();
    expect(afterMs).toBeLessThan(WITHIN_MS + ROOM_MS);
    const [unknown, thenMs] = await timed(() =>
      renown.tier(PROGRAM, 'loyalty:K7', { fallback: 'guest', withinMs: WITHIN_MS }),
    );
    expect(unknown).toMatchObject({ tier: 'guest', source: 'floor' });
    expect(unknown.reason).toBeTruthy();
    expect(thenMs).toBeLessThan(WITHIN_MS + ROOM_MS);
    await proxy.mend();
    expect(await renown.tier(PROGRAM, KEVIN, { fallback: 'guest' })).toMatchObject({
      tier: 'insider',
      source: 'service',
    });
  });
});

test('a support desk gets the last known service level, or the floor', async () => {
  const renown = client();
  const now = await renown.serviceLevel(PROGRAM, KEVIN, { fallback: 'standard', openedAt: new Date() });
  expect(now).toMatchObject({
    serviceLevel: 'concierge',
    source: 'service',
    answer: { service_level: { queue: 'vip' } },
  });
  await proxy.set({ fault: 'hang' });
  const then = await renown.serviceLevel(PROGRAM, KEVIN, { fallback: 'standard', openedAt: new Date() });
  expect(then).toMatchObject({
    serviceLevel: 'concierge',
    source: 'last_known',
    answer: { service_level: { queue: 'vip' } },
  });
  expect(await renown.serviceLevel(PROGRAM, 'loyalty:K7', { fallback: 'standard' })).toMatchObject({
    serviceLevel: 'standard',
    source: 'floor',
  });
});

test.each([
  ['dead', service.kill, service.start],
  ['stopped', service.stop, service.start],
  ['frozen', service.freeze, service.thaw],
])('a service that is %s, asked through a proxy and directly, and then back', async (_, end, begin) => {
  const clients = [client(), client({ url: DIRECT })];
  for (const renown of clients) await renown.tier(PROGRAM, KEVIN, { fallback: 'guest' });
  await end();
  try {
    for (const renown of clients) {
      const [known, afterMs] = await timed(() =>
        renown.tier(PROGRAM, KEVIN, { fallback: 'guest', withinMs: WITHIN_MS }),
      );
      expect(known).toMatchObject({ tier: 'insider', source: 'last_known' });
      expect(afterMs).toBeLessThan(WITHIN_MS + ROOM_MS);
      expect(await renown.tier(PROGRAM, 'loyalty:K7', { fallback: 'guest' })).toMatchObject({
        tier: 'guest',
        source: 'floor',
      });
    }
  } finally {
    await begin();
  }
  for (const renown of clients) {
    // A connection that the client kept may have died with the service; that costs a try, and no answer.
    expect(await renown.tier(PROGRAM, KEVIN, { fallback: 'guest', withinMs: 5_000 })).toMatchObject({
      source: 'service',
    });
  }
});

test('an address where no service listens', async () => {
  for (const url of ['http://127.0.0.1:9', 'http://nobody.invalid']) {
    const [result, afterMs] = await timed(() =>
      client({ url }).tier(PROGRAM, KEVIN, { fallback: 'guest', withinMs: WITHIN_MS }),
    );
    expect(result).toMatchObject({ tier: 'guest', source: 'floor' });
    expect(afterMs).toBeLessThan(WITHIN_MS + ROOM_MS);
  }
});

test('many guests at once, while nothing is answered', async () => {
  await proxy.set({ fault: 'hang' });
  const renown = client();
  const ask = (_: unknown, n: number) =>
    renown.tier(PROGRAM, `loyalty:${n}`, { fallback: 'guest', withinMs: WITHIN_MS });
  const [results, afterMs] = await timed(() => Promise.all(Array.from({ length: 50 }, ask)));
  expect(new Set(results.map(({ source }) => source))).toEqual(new Set(['floor']));
  expect(afterMs).toBeLessThan(WITHIN_MS + 3 * ROOM_MS);
});

test.each([
  ['a key that is not valid', { key: 'rk_wrong' }, PROGRAM, KEVIN, 401],
  ['a program that does not exist', { key: KEY }, 'no-such-program', KEVIN, 404],
  ['an identity that is none', { key: KEY }, PROGRAM, 'nonsense', 400],
])('%s is refused, and the desk goes on', async (_, { key }, program, member, status) => {
  const result = await client({ url: PROXY, key }).tier(program, member, { fallback: 'guest' });
  expect(result).toMatchObject({ tier: 'guest', source: 'floor', error: { status } });
  expect(result.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

test('a person who was never seen is answered by the service', async () => {
  const result = await client().tier(PROGRAM, unique('loyalty:never'), { fallback: 'nobody' });
  expect(result).toMatchObject({ tier: 'guest', source: 'service', answer: { state: 'unknown' } });
});

test('what is known of the occasion reaches the rules', async () => {
  await client().tier(PROGRAM, KEVIN, { fallback: 'guest', request: { party_size: 3 } });
  expect((await proxy.seen())[0]?.url).toBe(`${TIER}?request.party_size=3`);
});
