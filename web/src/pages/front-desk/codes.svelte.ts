// A scanned code: it is redeemed at once, and only once however often it is sent.
import type { Failure, Schemas } from '../../api/client';
import { idName } from '../../words/names';
import { newKey } from '../new-key';
import { askGuest, redeem } from './front-api';

type Claim = Schemas['ClaimBody'];

export type Scanned =
  | { state: 'sending'; code: string }
  | { state: 'redeemed'; code: string; claim: Claim; title: string; name: string | undefined; at: Date }
  | { state: 'refused' | 'lost'; code: string; failure: Failure };

export class CodeScan {
  /** What came of the last code. */
  result = $state.raw<Scanned>();

  /** The keys of codes whose answers were lost: sent again under them, a code is redeemed once. */
  readonly #keys = new Map<string, string>();
  readonly #noticed: (error: unknown) => Failure;

  /** `noticed` reads what went wrong, and notes if the connection was lost. */
  constructor(noticed: (error: unknown) => Failure) {
    this.#noticed = noticed;
  }

  clear(): void {
    this.result = undefined;
  }

  async redeem(code: string, program: string): Promise<void> {
    this.result = { state: 'sending', code };
    const key = this.#keys.get(code) ?? newKey();
    this.#keys.set(code, key);
    try {
      const claim = await redeem(code, program, key);
      this.#keys.delete(code);
      this.result = { state: 'redeemed', code, claim, title: idName(claim.perk), name: undefined, at: new Date() };
      await this.#name(claim);
    } catch (error) {
      const failure = this.#noticed(error);
      if (!failure.unreachable) this.#keys.delete(code);
      this.result = { state: failure.unreachable ? 'lost' : 'refused', code, failure };
    }
  }

  /** A claim has ids; the desk says the title of the perk and the name of the guest. */
  async #name(claim: Claim): Promise<void> {
    try {
      const { tier, offers } = await askGuest(claim.program, claim.member, AbortSignal.timeout(5_000));
      if (this.result?.state !== 'redeemed' || this.result.claim.id !== claim.id) return;
      const title = offers.offers.find((one) => one.perk === claim.perk)?.title ?? this.result.title;
      this.result = { ...this.result, title, name: tier.name ?? undefined };
    } catch {
      // The unit is handed over; that its name is not known changes nothing.
    }
  }
}
