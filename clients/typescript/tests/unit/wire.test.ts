// What is sent, and how often, with a service that the test plays.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { DeadlineError, NoAnswerError, ok, ProblemError, Renown, type RenownOptions } from 'renown-client';

beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

/** A client whose requests are answered in turn; the last answer is repeated. */
function client(answers: (() => Response | Promise<Response>)[], options: Partial<RenownOptions> = {}) {
  const requests: Request[] = [];
  const fetch = async (request: Request) => {
    requests.push(request);
    return answers[Math.min(requests.length, answers.length) - 1]!();
  };
  return { requests, renown: new Renown({ url: 'http://renown.test', key: 'rk_1', fetch, ...options }) };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const problem = (status: number, type: string, headers: Record<string, string> = {}) =>
  json(
    { type: `urn:renown:problem:${type}`, title: 'T', detail: 'D', pointer: '/x', status, request_id: 'r1' },
    status,
    headers,
  );
const broken = () => {
  throw new TypeError('fetch failed');
};

test('a write is sent again under the same key, and each write has its own', async () => {
  const { renown, requests } = client([broken, () => problem(503, 'unavailable'), () => json({ id: 'c1' })]);
  await renown.claim('p', 'spa', 'twitter:kevin');
  await renown.claim('p', 'spa', 'twitter:kevin');
  const keys = requests.map((request) => request.headers.get('idempotency-key'));
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]]);
  expect(keys[3]).not.toBe(keys[0]);
  expect(await Promise.all(requests.map((request) => request.text()))).toEqual(
    Array(4).fill('{"program":"p","perk":"spa","member":"twitter:kevin"}'),
  );
});

test('a key of the caller is kept', async () => {
  const { renown, requests } = client([() => json({ id: 'c1' })]);
  await renown.claim('p', 'spa', 'twitter:kevin', { idempotencyKey: 'room-12' });
  await renown.redeem('c1', { idempotencyKey: 'room-13' });
  expect(requests.map((request) => request.headers.get('idempotency-key'))).toEqual(['room-12', 'room-13']);
});

test.each([400, 401, 403, 404, 409, 412, 413, 422])('%i is an answer, and not asked for again', async (status) => {
  const { renown, requests } = client([() => problem(status, 'conflict')]);
  const error = await renown.score('twitter:kevin').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({
    status,
    type: 'urn:renown:problem:conflict',
    title: 'T',
    detail: 'D',
    pointer: '/x',
    requestId: 'r1',
  });
  expect(requests.length).toBe(1);
});

test.each([
  ['408', () => problem(408, 'body-timeout')],
  ['429', () => problem(429, 'too-many-requests')],
  ['500', () => problem(500, 'internal')],
  ['502', () => new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } })],
  ['503', () => problem(503, 'unavailable')],
  ['request-in-progress', () => problem(409, 'request-in-progress')],
  ['a broken connection', broken],
  ['half an answer', () => new Response('{"id": "c', { headers: { 'content-type': 'application/json' } })],
  ['a page of the network', () => new Response('<h1>Wi-Fi</h1>', { headers: { 'content-type': 'text/html' } })],
])('after %s the request is sent again', async (_, answer) => {
  const { renown, requests } = client([answer, () => json({ id: 'c1' })]);
  expect(await renown.redeem('c1')).toEqual({ id: 'c1' });
  expect(requests.length).toBe(2);
});

test('it gives up after so many tries, with the last error', async () => {
  const { renown, requests } = client([() => problem(503, 'unavailable')], { retries: 2 });
  await expect(renown.score('twitter:kevin')).rejects.toMatchObject({ status: 503 });
  expect(requests.length).toBe(3);
});

test('a conditional write is sent once: a second one could meet the first', async () => {
  const { renown, requests } = client([broken]);
  const params = { path: { member: 'twitter:kevin' }, header: { 'If-Match': '"v1"' } };
  await expect(ok(renown.api.PUT('/v1/members/{member}', { params, body: {} }))).rejects.toThrow(NoAnswerError);
  expect(requests.length).toBe(1);
});

test('a wait that is longer than the deadline is not begun', async () => {
  const { renown, requests } = client([() => problem(429, 'too-many-requests', { 'retry-after': '3600' })]);
  await expect(renown.score('twitter:kevin')).rejects.toMatchObject({ status: 429, retryAfterMs: 3_600_000 });
  expect(requests.length).toBe(1);
});

test('Retry-After may be a date', async () => {
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  const { renown } = client([() => problem(503, 'unavailable', { 'retry-after': date })]);
  const error = (await renown.score('x').catch((thrown: unknown) => thrown)) as ProblemError;
  expect(error.retryAfterMs).toBeGreaterThan(3_590_000);
});

test('the deadline ends a call also if nothing ends the request', async () => {
  const { renown } = client([() => new Promise<Response>(() => undefined)], { deadlineMs: 30 });
  await expect(renown.score('twitter:kevin')).rejects.toThrow(DeadlineError);
});

test('the signal of the caller ends a call, and is no error of the service', async () => {
  const { renown } = client([() => new Promise<Response>(() => undefined)]);
  const stop = new AbortController();
  const asked = renown.api.GET('/v1/programs', { signal: stop.signal });
  stop.abort(new Error('the page was closed'));
  await expect(asked).rejects.toThrow('the page was closed');
  await expect(renown.api.GET('/v1/programs', { signal: stop.signal })).rejects.toThrow('the page was closed');
});

test('an answer that still holds is not sent again', async () => {
  const { renown, requests } = client([
    () => json({ id: 'a' }, 200, { etag: '"1"', 'x-request-id': 'r1' }),
    () => new Response(null, { status: 304, headers: { 'x-request-id': 'r2' } }),
    () => json({ id: 'b' }, 200, { etag: '"2"' }),
  ]);
  expect([await renown.score('m'), await renown.score('m'), await renown.score('m')]).toEqual([
    { id: 'a' },
    { id: 'a' },
    { id: 'b' },
  ]);
  expect(requests.map((request) => request.headers.get('if-none-match'))).toEqual([null, '"1"', '"1"']);
  await renown.score('n');
  expect(requests[3]?.headers.get('if-none-match')).toBeNull();
});

test('so many answers are kept, and none under another key', async () => {
  const { renown, requests } = client([() => json({}, 200, { etag: '"1"' })], { answersKept: 1 });
  for (const member of ['a', 'b', 'a', 'a']) await renown.score(member);
  renown.key = 'rk_2';
  await renown.score('a');
  expect(requests.map((request) => request.headers.get('if-none-match'))).toEqual([null, null, null, '"1"', null]);
  expect(requests.map((request) => request.headers.get('authorization')).slice(3)).toEqual([
    'Bearer rk_1',
    'Bearer rk_2',
  ]);
});

test('a long answer is not kept', async () => {
  const { renown, requests } = client([() => json({ text: 'x'.repeat(70_000) }, 200, { etag: '"1"' })]);
  await renown.score('a');
  await renown.score('a');
  expect(requests.map((request) => request.headers.get('if-none-match'))).toEqual([null, null]);
});

test('what a person is called cannot lead to another route', async () => {
  const { renown, requests } = client([() => json({})]);
  await renown.score('a/b?c#d%2e');
  expect(requests[0]?.url).toBe('http://renown.test/v1/members/a%2Fb%3Fc%23d%252e/score');
  for (const member of ['', '.', '..']) await expect(renown.score(member)).rejects.toThrow('member cannot be');
  expect(requests.length).toBe(1);
});

test('the occasion is written so that texts stay texts', async () => {
  const { renown, requests } = client([() => json({})]);
  await renown.offers('p', 'm', { request: { party_size: 3, channel: '12', vip: true, tags: ['a', 'b'] } });
  expect(Object.fromEntries(new URL(requests[0]!.url).searchParams)).toEqual({
    'request.party_size': '3',
    'request.channel': '"12"',
    'request.vip': 'true',
    'request.tags': '["a","b"]',
  });
});

test.each([
  [{ url: 'renown.example.com', key: 'k' }],
  [{ url: 'http://renown.test', key: '' }],
  [{ url: 'http://renown.test', key: 'k', deadlineMs: Number.NaN }],
  [{ url: 'http://renown.test', key: 'k', retries: -1 }],
])('a client that could not work is not made: %j', (options) => {
  expect(() => new Renown(options)).toThrow(TypeError);
});
