import { describe, expect, it } from 'vitest';
import { Attempt, itemsOf, type Claim, type Item, type Offers, type Send } from './handover';

const OFFERS: Offers = {
  offers: [
    { perk: 'cabana', title: 'A cabana', left: 40, value: { amount: '250', currency: 'USD' } },
    { perk: 'tickets', title: 'Two tickets', left: 3 },
  ],
  open_claims: [
    { claim: 'c-held', perk: 'tickets', state: 'held', title: 'Two tickets', until: '2026-12-01T00:00:00Z' },
    { claim: 'c-confirmed', perk: 'old', state: 'confirmed', title: 'An old perk' },
  ],
  to_give: ['cabana'],
};

describe('what can be handed over', () => {
  it('is what waits for the guest first, each with a number', () => {
    expect(itemsOf(OFFERS).map((item) => [item.key, item.title, item.state])).toEqual([
      [1, 'An old perk', 'confirmed'],
      [2, 'Two tickets', 'held'],
      [3, 'A cabana', 'to give'],
    ]);
  });

  it('has no key from the tenth on', () => {
    const many = { offers: [], open_claims: [], to_give: Array.from({ length: 11 }, (_, at) => `perk-${at}`) };
    expect(itemsOf(many).map((item) => item.key)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, null, null]);
  });
});

/** A service that writes down what it is sent, and loses the answers it is told to lose. */
function service(lost: number[] = []): { sent: string[][]; send: Send } {
  const sent: string[][] = [];
  const send: Send = (path, body, key) => {
    sent.push([path, key, JSON.stringify(body)]);
    if (lost.includes(sent.length)) return Promise.reject(new TypeError('connection lost'));
    const state = path.endsWith('/redeem') ? 'redeemed' : 'confirmed';
    return Promise.resolve({ id: 'c-new', state, perk: 'cabana' } satisfies Claim);
  };
  return { sent, send };
}

function attempt(item: Item | undefined): Attempt {
  let count = 0;
  return new Attempt(item!, { program: 'klub', member: 'twitter:zoe' }, () => `key-${count++}`);
}

describe('handing over', () => {
  const [confirmed, held, give] = itemsOf(OFFERS);

  it('claims and redeems what the guest has not claimed', async () => {
    const { sent, send } = service();
    expect((await attempt(give).handOver(send)).state).toBe('redeemed');
    expect(sent.map((one) => one[0])).toEqual(['/v1/claims', '/v1/claims/c-new/redeem']);
    expect(JSON.parse(sent[0]![2]!)).toEqual({ program: 'klub', perk: 'cabana', member: 'twitter:zoe', confirm: true });
  });

  it('confirms first what is held, and redeems at once what is confirmed', async () => {
    const first = service();
    await attempt(held).handOver(first.send);
    expect(first.sent.map((one) => one[0])).toEqual(['/v1/claims/c-held/confirm', '/v1/claims/c-new/redeem']);
    const second = service();
    await attempt(confirmed).handOver(second.send);
    expect(second.sent.map((one) => one[0])).toEqual(['/v1/claims/c-confirmed/redeem']);
  });

  it('sends a step whose answer was lost again under the same key, and no step twice', async () => {
    const { sent, send } = service([1, 3]);
    const one = attempt(give);
    await expect(one.handOver(send)).rejects.toThrow('connection lost');
    await expect(one.handOver(send)).rejects.toThrow('connection lost');
    await one.handOver(send);
    const claims = sent.filter((request) => request[0] === '/v1/claims');
    const redeems = sent.filter((request) => request[0]!.endsWith('/redeem'));
    expect(new Set(claims.map((request) => request[1])).size).toBe(1);
    expect(new Set(redeems.map((request) => request[1])).size).toBe(1);
    expect([claims.length, redeems.length]).toEqual([2, 2]);
  });

  it('can take a unit for later without handing it over', async () => {
    const { sent, send } = service();
    expect((await attempt(give).reserve(send)).state).toBe('confirmed');
    expect(sent).toHaveLength(1);
  });
});
