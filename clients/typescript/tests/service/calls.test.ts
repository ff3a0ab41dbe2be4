// Everything else, against the real service.
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { DeadlineError, NoAnswerError, ok, ProblemError, verifyWebhook, type models } from 'renown-client';

import { client, KEVIN, PROGRAM, proxy, service, unique } from './stage.js';

beforeEach(proxy.mend);
afterEach(proxy.mend);

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Enrols an insider of whom no other test knows. */
async function insider(): Promise<string> {
  const member = unique('loyalty:in');
  await client().putMember(member, { attributes: { stays: 9 } });
  return member;
}

const failure = async (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

test('a claim whose answer is lost is made once', async () => {
  const renown = client();
  const member = await insider();
  await proxy.set({ fault: 'lose', times: 2 });
  const claim = await renown.claim(PROGRAM, 'spa', member, { confirm: true });
  expect(claim.state).toBe('confirmed');
  const seen = await proxy.seen();
  expect(seen.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(new Set(seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  expect((await collected(renown.claims({ member }))).map(({ id }) => id)).toEqual([claim.id]);
});

test('each step of a claim is taken once, whatever breaks', async () => {
  const renown = client();
  const claim = await renown.claim(PROGRAM, 'mug', await insider());
  for (const fault of [{ fault: 'cut' }, { fault: 'truncate' }, { fault: 'lose' }, { fault: 'status', status: 503 }]) {
    await proxy.set({ ...fault, times: 1 });
    expect((await renown.confirm(claim.id)).state).toBe('confirmed');
    expect((await proxy.seen()).length).toBe(2);
  }
  const { code } = await ok(renown.api.GET('/v1/claims/{claim}', { params: { path: { claim: claim.id } } }));
  await proxy.set({ fault: 'lose', times: 1 });
  expect(await renown.redeemCode(code!, { program: PROGRAM, perk: 'mug' })).toMatchObject({
    id: claim.id,
    state: 'redeemed',
  });
  expect(await failure(renown.redeem(claim.id))).toMatchObject({ status: 409 });
  const other = await renown.claim(PROGRAM, 'spa', await insider());
  expect((await renown.release(other.id)).state).toBe('released');
});

test('calls go on when the service is killed and started again', async () => {
  const renown = client({ deadlineMs: 20_000, retries: 20 });
  const member = await insider();
  const claims = Array.from({ length: 20 }, () => renown.claim(PROGRAM, 'spa', member));
  await service.kill();
  await service.start();
  const made = await Promise.all(claims);
  expect(new Set(made.map(({ id }) => id)).size).toBe(20);
  expect((await collected(renown.claims({ member, limit: 7 }))).length).toBe(20);
});

test('a frozen service is waited for, until the deadline', async () => {
  const renown = client();
  await service.freeze();
  try {
    expect(await failure(renown.withDeadline(200).score(KEVIN))).toBeInstanceOf(DeadlineError);
    const asked = renown.score(KEVIN);
    await service.thaw();
    expect((await asked).member).toBeTruthy();
  } finally {
    await service.thaw();
  }
});

test('a dead service is an error with a type', async () => {
  await proxy.set({ fault: 'cut' });
  expect(await failure(client({ retries: 1 }).score(KEVIN))).toBeInstanceOf(NoAnswerError);
  expect((await proxy.seen()).length).toBe(2);
});

test('the limit of the service is respected', async () => {
  const renown = client({ deadlineMs: 500 });
  const redeem = () => failure(renown.redeemCode('WRONG-CODE', { program: PROGRAM }));
  let refused = await redeem();
  for (let tries = 0; tries < 5 && (refused as ProblemError).status !== 429; tries += 1) refused = await redeem();
  expect(refused).toMatchObject({ status: 429, type: 'urn:renown:problem:too-many-requests' });
  expect((refused as ProblemError).retryAfterMs).toBeGreaterThanOrEqual(1_000);
  // With time to wait, it waits as long as it is asked to, and tries again.
  await proxy.mend();
  expect(await failure(renown.withDeadline(20_000).redeemCode('WRONG-CODE', { program: PROGRAM }))).not.toMatchObject({
    status: 429,
  });
  expect((await proxy.seen()).map(({ status }) => status)).toContain(429);
});

test('an error says what was wrong, and where', async () => {
  const renown = client();
  expect(await failure(renown.score('nonsense'))).toMatchObject({
    status: 400,
    type: 'urn:renown:problem:invalid-request',
    requestId: expect.stringMatching(/-/),
  });
  expect(await failure(renown.claim(PROGRAM, 'spa', 'nonsense'))).toMatchObject({ pointer: '/member' });
  const refused = await failure(renown.claim(PROGRAM, 'spa', 'email:grace@example.com'));
  expect(refused).toBeInstanceOf(ProblemError);
  expect(refused).toMatchObject({
    status: 409,
    type: 'urn:renown:problem:claim-refused',
    problem: { refusal: 'condition' },
  });
});

test('what has not changed is not sent again', async () => {
  const renown = client();
  const { id } = await renown.claim(PROGRAM, 'spa', await insider());
  const read = () => ok(renown.api.GET('/v1/claims/{claim}', { params: { path: { claim: id } } }));
  const first = await read();
  expect(await read()).toEqual(first);
  await renown.confirm(id);
  expect((await read()).state).toBe('confirmed');
  const seen = (await proxy.seen()).filter(({ method }) => method === 'GET');
  expect(seen.map(({ status }) => status)).toEqual([200, 304, 200]);
});

test('lists are read page after page', async () => {
  const renown = client();
  const prefix = unique('page');
  const names = Array.from({ length: 7 }, (_, n) => `loyalty:${prefix}-${n}`);
  for (const name of names) await renown.putMember(name, {});
  const found = await collected(renown.members({ identity: `loyalty:${prefix}`, limit: 3 }));
  expect(found.flatMap(({ identities }) => identities).sort()).toEqual(names);
  expect((await proxy.seen()).filter(({ method }) => method === 'GET').length).toBe(3);
  for await (const _ of renown.members({ limit: 1 })) break;
  expect(Array.isArray(await collected(renown.leaderboard({ by: 'score' })))).toBe(true);
  const claims = renown.each('/v1/members/{member}/claims', { limit: 1 }, { member: KEVIN });
  expect((await collected(claims)).every(({ perk }) => perk === 'spa' || perk === 'mug')).toBe(true);
});

test('events are sent in batches, and count once', async () => {
  const renown = client();
  const source = unique('collector');
  async function* events(): AsyncGenerator<models.NativeEvent> {
    for (let n = 0; n < 2_500; n += 1) {
      const time = n === 2_100 ? 'yesterday' : '2026-11-22T11:00:00Z';
      yield {
        id: `e${n}`,
        source,
        type: 'like',
        time,
        network: 'twitter',
        actor: `a${n}`,
        target: 'kevin',
        object: 'post/1',
      };
    }
  }
  const first = await renown.sendEvents(events());
  expect(first).toMatchObject({ accepted: 2_499, duplicates: 0, rejected_count: 1, ignored_count: 0 });
  expect(first.rejected).toMatchObject([{ index: 2_100, problem: { pointer: '/time' } }]);
  await proxy.set({ fault: 'lose', times: 1 });
  expect(await renown.sendEvents(events(), { batch: 900 })).toMatchObject({ accepted: 0, duplicates: 2_499 });
  expect((await proxy.seen()).length).toBe(4);
});

test('many people are looked up at once, and a decision has its reasons', async () => {
  const renown = client();
  const { data } = await renown.lookUp(PROGRAM, [KEVIN, 'nonsense'], { request: { party_size: 2 } });
  expect(data).toMatchObject([
    { tier: { tier: 'insider' }, service_level: { service_level: { id: 'concierge' } } },
    { problem: { status: 400 } },
  ]);
  const decision = await renown.decide(PROGRAM, KEVIN, { request: { party_size: 9 }, dry: true });
  expect(decision.outcome.not_matched).toMatchObject([{ id: 'spa' }]);
});

test('the whole contract is there, with its types', async () => {
  const { api } = client();
  expect((await ok(api.GET('/v1/programs'))).data.map(({ program }) => program)).toContain(PROGRAM);
  const id = unique('draft');
  const source = `program: ${id}\ntitle: A draft\nstanding: { influence: 1 }\ntiers: [{ id: guest, service_level: s }]\nservice_levels: [{ id: s, queue: q }]\n`;
  const yaml = { 'content-type': 'application/yaml' };
  const params = { path: { program: id } };
  const checked = await ok(api.PUT('/v1/programs/{program}/draft', { params, headers: yaml, body: source as never }));
  expect(checked.diagnostics).toEqual([]);
  const list = `identity,name\nloyalty:${id},Zoë\n`;
  const csv = { 'content-type': 'text/csv' };
  expect(await ok(api.POST('/v1/members/import', { headers: csv, body: list as never }))).toMatchObject({ created: 1 });
  const table = await ok(
    api.GET('/v1/members/export', {
      params: { query: { identity: `loyalty:${id}` } },
      headers: { accept: 'text/csv' },
      parseAs: 'text',
    }),
  );
  expect(table).toContain('Zoë');
});

test('a message of the service is verified, also while the secret changes and as a CloudEvent', async () => {
  const received: { body: string; headers: Record<string, string | string[] | undefined> }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ body, headers: request.headers });
    response.writeHead(204).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const { api } = client();
  try {
    const created = await ok(
      api.POST('/v1/webhooks', { body: { url: `http://127.0.0.1:${port}/`, types: ['tier.changed'] } }),
    );
    const params = { path: { webhook: created.id } };
    await ok(api.POST('/v1/webhooks/{webhook}/test', { params, body: {} as never }));
    const rotated = await ok(api.POST('/v1/webhooks/{webhook}/rotate-secret', { params }));
    await ok(api.PATCH('/v1/webhooks/{webhook}', { params, body: { format: 'cloudevents' } }));
    await ok(api.POST('/v1/webhooks/{webhook}/test', { params, body: {} as never }));
    const [plain, event] = received;
    const first = await verifyWebhook(plain!.body, plain!.headers, created.secret!);
    const second = await verifyWebhook(event!.body, event!.headers, [rotated.secret!]);
    expect([first.type, second.type]).toEqual(['webhook.test', 'webhook.test']);
    await verifyWebhook(event!.body, event!.headers, [created.secret!]);
    await expect(verifyWebhook(plain!.body, plain!.headers, rotated.secret!)).rejects.toThrow('known secret');
    await ok(api.DELETE('/v1/webhooks/{webhook}', { params }));
  } finally {
    server.close();
  }
});
