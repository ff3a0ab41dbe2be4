// Questions of a desk, which are answered in time whatever happens to the service: by the service,
// by its last answer, or by the floor that the caller has stated.
import { NoAnswerError, ProblemError, RenownError } from './errors.js';
import type { ServiceLevelBody, TierBody } from './generated/contract.js';
import { Lru } from './lru.js';

/** Where the answer to a question of a desk is from. */
export type Outcome<Body> =
  | {
      /** The service has answered. */
      readonly source: 'service';
      readonly ageMs: 0;
      /** All that the service says. */
      readonly answer: Body;
      readonly requestId: string | undefined;
      readonly reason?: undefined;
      readonly error?: undefined;
    }
  | {
      /** The service did not answer in time, and this is its last answer to the same question. */
      readonly source: 'last_known';
      /** The age of that answer. */
      readonly ageMs: number;
      /** All that the service said then. */
      readonly answer: Body;
      /** Why it is not the service that answers, in a sentence for a log. */
      readonly reason: string;
      readonly error: RenownError;
      readonly requestId: string | undefined;
    }
  | {
      /** There is no answer that could be used, and this is the fallback that the caller has named. */
      readonly source: 'floor';
      readonly ageMs?: undefined;
      readonly answer?: undefined;
      readonly reason: string;
      readonly error: RenownError;
      readonly requestId: string | undefined;
    };

/** A member's tier, and where it is from. */
export type TierResult = { readonly tier: string } & Outcome<TierBody>;

/** A member's service level, and where it is from. */
export type ServiceLevelResult = { readonly serviceLevel: string } & Outcome<ServiceLevelBody>;

/** An answer of the service, and the id of its request. */
export interface Answered<Body> {
  readonly body: Body;
  readonly requestId: string | undefined;
}

interface Remembered {
  /** As a text, so that it stays as it was whatever the caller does with the answer. */
  readonly text: string;
  /** By the clock on the wall, which goes on while the machine sleeps. */
  readonly at: number;
  /** By a clock that is never set. */
  readonly steadyAt: number;
}

/** The last answers, each under its whole question, so that it is given to no other one. */
export class LastKnown {
  readonly #capacity: number;
  readonly #maxAgeMs: number;
  #answers: Lru<Remembered>;

  constructor(capacity: number, maxAgeMs: number) {
    this.#capacity = capacity;
    this.#answers = new Lru(capacity);
    this.#maxAgeMs = maxAgeMs;
  }

  /** Asks the service, and falls back on its last answer, or on none. It never throws. */
  async ask<Body>(question: readonly unknown[], ask: () => Promise<Answered<Body>>): Promise<Outcome<Body>> {
    // A call that began before everything was forgotten is not remembered.
    const answers = this.#answers;
    let key: string | undefined;
    try {
      key = JSON.stringify(question);
      const { body, requestId } = await ask();
      answers.set(key, { text: JSON.stringify(body), at: Date.now(), steadyAt: performance.now() });
      return { source: 'service', ageMs: 0, answer: body, requestId };
    } catch (thrown) {
      return this.#fallBack<Body>(answers, key, asError(thrown));
    }
  }

  #fallBack<Body>(answers: Lru<Remembered>, key: string | undefined, error: RenownError): Outcome<Body> {
    const because = { reason: error.message, error, requestId: error.requestId };
    if (key === undefined) return { source: 'floor', ...because };
    // A refusal is an answer: what the service said before does not hold any more.
    if (error instanceof ProblemError && error.refused) {
      answers.delete(key);
      return { source: 'floor', ...because };
    }
    const last = answers.get(key);
    if (last === undefined) return { source: 'floor', ...because };
    const ageMs = Math.max(0, Date.now() - last.at, performance.now() - last.steadyAt);
    if (ageMs > this.#maxAgeMs) return { source: 'floor', ...because };
    return { source: 'last_known', ageMs, answer: JSON.parse(last.text) as Body, ...because };
  }

  clear(): void {
    this.#answers = new Lru(this.#capacity);
  }
}

/** Checks that an answer names what was asked for; a newer service may say more, and not less. */
export function named(body: unknown, name: unknown, requestId: string | undefined): string {
  if (typeof name === 'string' && name !== '') return name;
  throw new NoAnswerError(`The answer is not what was asked for: ${JSON.stringify(body).slice(0, 100)}`, { requestId });
}

function asError(thrown: unknown): RenownError {
  if (thrown instanceof RenownError) return thrown;
  return new RenownError(thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}
