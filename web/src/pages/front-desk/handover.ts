/** What a desk can hand over now, and the steps of doing so. */

export interface OpenClaim {
  claim: string;
  perk: string;
  state: string;
  title: string;
  until?: string | null;
}

export interface Offer {
  perk: string;
  title: string;
  left?: number | null;
  value?: { amount: string; currency: string } | null;
  disclosure?: string | null;
}

export interface Offers {
  offers: Offer[];
  open_claims: OpenClaim[];
  to_give: string[];
}

export interface Item {
  /** The key that chooses it: 1 to 9; null from the tenth on. */
  key: number | null;
  perk: string;
  title: string;
  /** The claim, if the guest has one already. */
  claim: string | null;
  state: 'confirmed' | 'held' | 'to give';
  until: string | null;
  left: number | null;
  value: { amount: string; currency: string } | null;
  disclosure: string | null;
}

/** Lists what can be handed over: what is waiting for the guest first, then what may be given. */
export function itemsOf(offers: Offers): Item[] {
  const offer = (perk: string): Offer | undefined => offers.offers.find((one) => one.perk === perk);
  const waiting = [...offers.open_claims].sort(
    (a, b) => Number(b.state === 'confirmed') - Number(a.state === 'confirmed'),
  );
  const open = waiting.map((one) => ({
    ...described(one.perk, offer(one.perk)),
    title: one.title,
    claim: one.claim,
    state: one.state === 'confirmed' ? ('confirmed' as const) : ('held' as const),
    until: one.until ?? null,
  }));
  const give = offers.to_give.map((perk) => ({
    ...described(perk, offer(perk)),
    claim: null,
    state: 'to give' as const,
    until: null,
  }));
  return [...open, ...give].map((item, at) => ({ ...item, key: at < 9 ? at + 1 : null }));
}

function described(
  perk: string,
  offer: Offer | undefined,
): Pick<Item, 'perk' | 'title' | 'left' | 'value' | 'disclosure'> {
  return {
    perk,
    title: offer?.title ?? perk,
    left: offer?.left ?? null,
    value: offer?.value ?? null,
    disclosure: offer?.disclosure ?? null,
  };
}

export interface Claim {
  id: string;
  state: string;
  perk: string;
  code?: string | null;
  redeemed_at?: string | null;
}

/** Sends a request; it throws what the service refuses, and what the connection loses. */
export type Send = (path: string, body: Record<string, unknown>, idempotencyKey: string) => Promise<Claim>;

/**
 * An attempt to hand something over. Each step has a key of its own for as long as the attempt
 * lives, so that a step whose answer was lost is sent again and done once.
 */
export class Attempt {
  private claim: Claim | null = null;
  private readonly keys: { claim: string; confirm: string; redeem: string };

  readonly item: Item;
  private readonly about: { program: string; member: string };

  constructor(item: Item, about: { program: string; member: string }, newKey: () => string) {
    this.item = item;
    this.about = about;
    this.keys = { claim: newKey(), confirm: newKey(), redeem: newKey() };
  }

  /** Takes the unit for the guest, who accepts it: it waits for them from then on. */
  async reserve(send: Send): Promise<Claim> {
    if (this.claim) return this.claim;
    const { item, about } = this;
    if (item.claim === null) {
      this.claim = await send(
        '/v1/claims',
        { program: about.program, perk: item.perk, member: about.member, confirm: true },
        this.keys.claim,
      );
    } else if (item.state === 'held') {
      this.claim = await send(`/v1/claims/${item.claim}/confirm`, {}, this.keys.confirm);
    } else {
      this.claim = { id: item.claim, state: 'confirmed', perk: item.perk };
    }
    return this.claim;
  }

  /** Hands the unit over, after taking it where that has not been done. */
  async handOver(send: Send): Promise<Claim> {
    const claim = await this.reserve(send);
    return send(`/v1/claims/${claim.id}/redeem`, {}, this.keys.redeem);
  }
}
