// The failure contract, with a service that the test plays.
import { afterEach, expect, test, vi } from 'vitest';

import { DeadlineError, Renown, type RenownOptions } from 'renown-client';

afterEach(() => void vi.useRealTimers());

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', 'x-request-id': 'r1' } });
const insider = () => json({ tier: 'insider', amenities: ['welcome-drink'] });

/** A client, and what its service does. */
function client(options: Partial<RenownOptions> = {}) {
  const service = { answer: (_: Request): Response | Promise<Response> => insider() };
  const fetch = async (request: Request) => service.answer(request);
  return { service, renown: new Renown({ url: 'http://renown.test', key: 'k', retries: 0, fetch, ...options }) };
}

const broken = () => {
  throw new TypeError('fetch failed');
};

test('the service answers', async () => {
  const { renown } = client();
  const result = await renown.tier('p', 'twitter:kevin', { fallback: 'guest' });
  expect(result).toEqual({
    tier: 'insider',
    source: 'service',
    ageMs: 0,
    requestId: 'r1',
    answer: { tier: 'insider', amenities: ['welcome-drink'] },
  });
});

test.each<[string, () => Response | Promise<Response>]>([
  ['a broken connection', broken],
  ['an answer of nothing', () => new Response(null)],
  ['an answer without a tier', () => json({ tier: 7 })],
  ['null', () => json(null)],
  ['half an answer', () => new Response('{"tier": "ins', { headers: { 'content-type': 'application/json' } })],
  ['a page of the network', () => new Response('<h1>Wi-Fi</h1>', { headers: { 'content-type': 'text/html' } })],
  ['a status that is none', () => new Response('', { status: 599 })],
  ['something that is no answer', () => 7 as unknown as Response],
  ['a refusal', () => json({ type: 'urn:renown:problem:unauthorized' }, 401)],
  ['nothing at all', () => new Promise<Response>(() => undefined)],
])('after %s there is the floor, with the reason', async (_, answer) => {
  const { service, renown } = client();
  service.answer = answer;
  const result = await renown.tier('p', 'm', { fallback: 'guest', withinMs: 50 });
  expect(result).toMatchObject({ tier: 'guest', source: 'floor' });
  expect(result.reason).not.toBe('');
  expect(result.error).toBeInstanceOf(Error);
});

test('the last known answer is that to the same question', async () => {
  const { service, renown } = client();
  const ask = (program: string, member: string, request = {}) =>
    renown.tier(program, member, { fallback: 'guest', request });
  await ask('p', 'twitter:kevin', { party_size: 2 });
  service.answer = broken;
  expect(await ask('p', 'twitter:kevin', { party_size: 2 })).toMatchObject({
    tier: 'insider',
    source: 'last_known',
    answer: { amenities: ['welcome-drink'] },
  });
  for (const other of [
    await ask('p', 'twitter:kevi'),
    await ask('p', 'twitter:kevin'),
    await ask('p', 'twitter:kevin', { party_size: 3 }),
    await ask('q', 'twitter:kevin', { party_size: 2 }),
    await ask('p","twitter', 'kevin', { party_size: 2 }),
  ]) {
    expect(other).toMatchObject({ tier: 'guest', source: 'floor' });
  }
  expect(await renown.serviceLevel('p', 'twitter:kevin', { fallback: 'standard' })).toMatchObject({
    serviceLevel: 'standard',
    source: 'floor',
  });
});

test('what the caller does with an answer does not change what is remembered', async () => {
  const { service, renown } = client();
  const first = await renown.tier('p', 'm', { fallback: 'guest' });
  first.answer?.amenities.push('presidential-suite');
  service.answer = broken;
  const second = await renown.tier('p', 'm', { fallback: 'guest' });
  expect(second.answer?.amenities).toEqual(['welcome-drink']);
});

test('an answer is remembered for so long, also if a clock is set back', async () => {
  vi.useFakeTimers();
  const { service, renown } = client({ lastKnownMaxAgeMs: 60_000 });
  await renown.tier('p', 'm', { fallback: 'guest' });
  service.answer = broken;
  vi.advanceTimersByTime(59_000);
  expect(await renown.tier('p', 'm', { fallback: 'guest' })).toMatchObject({ source: 'last_known', ageMs: 59_000 });
  vi.setSystemTime(Date.now() - 3_600_000);
  vi.advanceTimersByTime(2_000);
  expect(await renown.tier('p', 'm', { fallback: 'guest' })).toMatchObject({ source: 'floor' });
});

test('so many answers are remembered', async () => {
  const { service, renown } = client({ lastKnownKept: 2 });
  for (const member of ['a', 'b', 'a', 'c']) await renown.tier('p', member, { fallback: 'guest' });
  service.answer = broken;
  const sources = ['a', 'b', 'c'].map(async (member) => (await renown.tier('p', member, { fallback: 'guest' })).source);
  expect(await Promise.all(sources)).toEqual(['last_known', 'floor', 'last_known']);
});

test('a refusal is an answer: what was known before does not hold any more', async () => {
  const { service, renown } = client();
  await renown.tier('p', 'm', { fallback: 'guest' });
  service.answer = () => json({ type: 'urn:renown:problem:not-found', request_id: 'r2' }, 404);
  expect(await renown.tier('p', 'm', { fallback: 'guest' })).toMatchObject({
    source: 'floor',
    requestId: 'r2',
    error: { status: 404 },
  });
  service.answer = broken;
  expect(await renown.tier('p', 'm', { fallback: 'guest' })).toMatchObject({ source: 'floor' });
});

test('after 429 and 5xx the last known answer holds', async () => {
  const { service, renown } = client();
  await renown.tier('p', 'm', { fallback: 'guest' });
  for (const status of [408, 429, 500, 503]) {
    service.answer = () => json({}, status);
    expect(await renown.tier('p', 'm', { fallback: 'guest' })).toMatchObject({
      source: 'last_known',
      error: { status },
    });
  }
});

test('under another key nothing is known', async () => {
  const { service, renown } = client();
  await renown.tier('p', 'm', { fallback: 'guest' });
  renown.key = 'k2';
  service.answer = broken;
  expect(await renown.tier('p', 'm', { fallback: 'guest' })).toMatchObject({ source: 'floor' });
});

test('what was asked under the key before is not remembered under the next one', async () => {
  const { service, renown } = client();
  let answer = (_: Response) => {};
  service.answer = () => new Promise((resolve) => (answer = resolve));
  const asked = renown.tier('p', 'm', { fallback: 'guest' });
  await new Promise((resolve) => setTimeout(resolve, 0));
  renown.key = 'k2';
  answer(insider());
  expect(await asked).toMatchObject({ tier: 'insider', source: 'service' });
  service.answer = broken;
  expect(await renown.tier('p', 'm', { fallback: 'guest' })).toMatchObject({ source: 'floor' });
});

test('the last known service level does not count from a time that is over', async () => {
  const { service, renown } = client();
  service.answer = () => json({ service_level: { id: 'vip', queue: 'q' }, service_clock: { open_now: true } });
  const openedAt = new Date('2026-11-24T09:00:00Z');
  const now = await renown.serviceLevel('p', 'm', { fallback: 'standard', openedAt });
  expect(now).toMatchObject({ serviceLevel: 'vip', source: 'service', answer: { service_clock: { open_now: true } } });
  service.answer = broken;
  const then = await renown.serviceLevel('p', 'm', {
    fallback: 'standard',
    openedAt: new Date('2026-11-25T09:00:00Z'),
  });
  expect(then).toMatchObject({ serviceLevel: 'vip', source: 'last_known', answer: { service_clock: null } });
});

test('whatever is typed at a desk, there is an answer', async () => {
  const { renown } = client();
  for (const member of ['', '.', '..', '\ud800', 'a/b', '💥'.repeat(10_000)]) {
    const result = await renown.tier('p', member, { fallback: 'guest' });
    expect(['service', 'floor']).toContain(result.source);
  }
  const circular: Record<string, never> = {};
  circular.itself = circular as never;
  expect(await renown.tier('p', 'm', { fallback: 'guest', request: circular })).toMatchObject({ source: 'floor' });
});

test.each([0, -1, Number.NaN])('there is no time in %d ms', async (withinMs) => {
  const { service, renown } = client();
  service.answer = () => new Promise<Response>(() => undefined);
  const result = await renown.tier('p', 'm', { fallback: 'guest', withinMs });
  expect(result.error).toBeInstanceOf(DeadlineError);
});

test('a fallback that is not named is a mistake of the program', async () => {
  const { renown } = client();
  // @ts-expect-error The type asks for it.
  await expect(renown.tier('p', 'm', {})).rejects.toThrow(TypeError);
  // @ts-expect-error The type asks for it.
  await expect(renown.tier('p', 'm')).rejects.toThrow(TypeError);
  await expect(renown.serviceLevel('p', 'm', { fallback: '' })).rejects.toThrow(TypeError);
});
