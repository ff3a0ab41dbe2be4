// The client.
import createClient, { type Client } from 'openapi-fetch';

import { RenownError } from './errors.js';
import type * as models from './generated/contract.js';
import type { paths } from './generated/contract.js';
import { LastKnown, named, type ServiceLevelResult, type TierResult } from './lookups.js';
import { batches, type Page } from './pages.js';
import type { Message } from './webhooks.js';
import { newName, Wire } from './wire.js';

export interface RenownOptions {
  /** The address of the service, such as `https://renown.example.com`. */
  readonly url: string;
  /** The API key, or the token of a desk. */
  readonly key: string;
  /** The time for a call, tries and pauses and all. */
  readonly deadlineMs?: number;
  /** How often a request that failed for the moment is sent again, as long as there is time. */
  readonly retries?: number;
  /** How many answers are kept to ask with their `ETag` whether they still hold. */
  readonly answersKept?: number;
  /** How many answers are kept for a time in which the service does not answer. */
  readonly lastKnownKept?: number;
  /** How old such an answer may be. */
  readonly lastKnownMaxAgeMs?: number;
  /** Instead of the `fetch` of the platform. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** What you know of the occasion, as conditions read it under `request`. */
export type Occasion = Readonly<Record<string, boolean | number | string | readonly string[]>>;

export interface LookupOptions {
  readonly request?: Occasion;
}

export interface DeskOptions extends LookupOptions {
  /** What holds if the service does not answer in time and did not answer before. */
  readonly fallback: string;
  /** The time for an answer: after it there is one in any case. */
  readonly withinMs?: number;
}

export interface ClaimOptions extends LookupOptions {
  /** Whether the claim is confirmed at once. */
  readonly confirm?: boolean;
  /** A name of your own for this claim: sent again under it, it is made once. */
  readonly idempotencyKey?: string;
}

export interface StepOptions {
  readonly idempotencyKey?: string;
}

type Get<P extends keyof paths> = paths[P] extends { get: infer Operation } ? Operation : never;
type Body<P extends keyof paths> =
  Get<P> extends { responses: { 200: { content: { 'application/json': infer Content } } } } ? Content : never;
type Query<P extends keyof paths> = Get<P> extends { parameters: { query?: infer Named } } ? NonNullable<Named> : never;
type PathOf<P extends keyof paths> = Get<P> extends { parameters: { path: infer Named } } ? Named : undefined;
/** The lists that come in pages. */
export type List = {
  [P in keyof paths]: Body<P> extends { data: unknown[]; page: { next_cursor?: string | null } } ? P : never;
}[keyof paths];
/** What is in a list. */
export type Item<P extends List> = Body<P> extends { data: (infer One)[] } ? One : never;
/** How a list is narrowed; `limit` is that of a page. */
export type Filter<P extends List> = Omit<Query<P>, 'cursor'>;

const TIER = '/v1/programs/{program}/members/{member}/tier';
const SERVICE_LEVEL = '/v1/programs/{program}/members/{member}/service-level';
const OFFERS = '/v1/programs/{program}/members/{member}/offers';

/** A client of one service, with one API key. */
export class Renown {
  /**
   * Every route of the contract with its types, with the same tries, keys, deadline and errors:
   * `ok(renown.api.GET('/v1/programs'))`.
   */
  readonly api: Client<paths>;
  readonly #wire: Wire;
  readonly #lastKnown: LastKnown;
  readonly #options: RenownOptions;

  /**
   * @param shared What a client with another deadline shares with this one; see `withDeadline`.
   * @throws {TypeError} If an option cannot be right.
   */
  constructor(options: RenownOptions, shared?: { wire: Wire; lastKnown: LastKnown }) {
    const { deadlineMs = 10_000, retries = 5, answersKept = 1_000 } = options;
    const { lastKnownKept = 10_000, lastKnownMaxAgeMs = 12 * 3_600_000 } = options;
    checkOptions(options, { deadlineMs, retries, answersKept, lastKnownKept, lastKnownMaxAgeMs });
    const fetch = options.fetch ?? ((request: Request) => globalThis.fetch(request));
    this.#options = options;
    this.#wire = shared?.wire ?? new Wire({ key: options.key, retries, answersKept, fetch });
    this.#lastKnown = shared?.lastKnown ?? new LastKnown(lastKnownKept, lastKnownMaxAgeMs);
    this.api = createClient<paths>({
      baseUrl: options.url,
      fetch: (request) => this.#wire.send(request, deadlineMs),
      // The service never answers with a redirect, and the key must not reach another host.
      redirect: 'error',
      credentials: 'omit',
      querySerializer: { object: { style: 'form', explode: true } },
      pathSerializer,
      bodySerializer,
    });
  }

  /** Uses another key from now on, and forgets what was answered under the one before. */
  set key(key: string) {
    this.#wire.key = key;
    this.#lastKnown.clear();
  }

  /** Returns this client with another deadline. */
  withDeadline(deadlineMs: number): Renown {
    return new Renown({ ...this.#options, deadlineMs }, { wire: this.#wire, lastKnown: this.#lastKnown });
  }

  /**
   * Returns a member's tier, in time and whatever happens to the service: the last known one, or the
   * fallback, if it does not answer. `source` says which.
   */
  async tier(program: string, member: string, options: DeskOptions): Promise<TierResult> {
    checkFallback(options);
    const outcome = await this.#lastKnown.ask(['tier', program, member, options.request ?? {}], async () => {
      const query = occasion(options.request);
      const params = { path: { program, member }, query };
      const { data, response } = await this.api.GET(TIER, { params, ...this.#atDesk(options) });
      const requestId = response.headers.get('x-request-id') ?? undefined;
      named(data, data?.tier, requestId);
      return { body: data as models.TierBody, requestId };
    });
    return { tier: outcome.answer?.tier ?? options.fallback, ...outcome };
  }

  /**
   * Returns a member's service level, in time and whatever happens to the service, like `tier`. The
   * last known one has no `service_clock`: it would count from a time that is over.
   */
  async serviceLevel(
    program: string,
    member: string,
    options: DeskOptions & { readonly openedAt?: Date },
  ): Promise<ServiceLevelResult> {
    checkFallback(options);
    const question = ['service-level', program, member, options.request ?? {}];
    const outcome = await this.#lastKnown.ask(question, async () => {
      const opened = options.openedAt ? { opened_at: options.openedAt.toISOString() } : {};
      const query = { ...occasion(options.request), ...opened };
      const params = { path: { program, member }, query };
      const { data, response } = await this.api.GET(SERVICE_LEVEL, { params, ...this.#atDesk(options) });
      const requestId = response.headers.get('x-request-id') ?? undefined;
      named(data, data?.service_level?.id, requestId);
      return { body: data as models.ServiceLevelBody, requestId };
    });
    if (outcome.source === 'last_known') {
      const answer = { ...outcome.answer, service_clock: null };
      return { serviceLevel: answer.service_level.id, ...outcome, answer };
    }
    return { serviceLevel: outcome.answer?.service_level.id ?? options.fallback, ...outcome };
  }

  /** Returns the perks of a program for a member: what the member may have, and what not and why. */
  async offers(program: string, member: string, { request }: LookupOptions = {}): Promise<models.OffersBody> {
    return ok(this.api.GET(OFFERS, { params: { path: { program, member }, query: occasion(request) } }));
  }

  /** Returns what up to 10,000 people get, such as tomorrow's arrivals, in their order. */
  async lookUp(program: string, members: readonly string[], { request }: LookupOptions = {}) {
    const body: models.LookUpManyBody = { members: [...members] };
    if (request) body.request = attributes(request);
    return ok(this.api.POST('/v1/programs/{program}/lookups', { params: { path: { program } }, body }));
  }

  /** Decides on a program for a member, with all reasons, and records it; `dry` for no record. */
  async decide(
    program: string,
    member: string,
    { request, dry, idempotencyKey }: LookupOptions & StepOptions & { readonly dry?: boolean } = {},
  ): Promise<models.DecisionBody> {
    const body: models.DecideOneBody = { program, member };
    if (request) body.request = attributes(request);
    if (dry !== undefined) body.dry = dry;
    const answer = await ok(this.api.POST('/v1/decisions', { body, ...under(idempotencyKey) }));
    return answer as models.DecisionBody;
  }

  /** Holds a unit of a perk for a member, if the program gives it to them now. */
  async claim(program: string, perk: string, member: string, options: ClaimOptions = {}): Promise<models.ClaimBody> {
    const { request, confirm, idempotencyKey } = options;
    const body: models.HoldBody = { program, perk, member };
    if (confirm !== undefined) body.confirm = confirm;
    if (request) body.request = attributes(request);
    const header = { 'Idempotency-Key': idempotencyKey ?? newName() };
    return ok(this.api.POST('/v1/claims', { params: { header }, body }));
  }

  /** Confirms a claim: the member accepts the unit. */
  async confirm(claim: string, { idempotencyKey }: StepOptions = {}): Promise<models.ClaimBody> {
    return ok(this.api.POST('/v1/claims/{claim}/confirm', { params: { path: { claim } }, ...under(idempotencyKey) }));
  }

  /** Redeems a confirmed claim: the unit is handed over. */
  async redeem(claim: string, { idempotencyKey }: StepOptions = {}): Promise<models.ClaimBody> {
    return ok(this.api.POST('/v1/claims/{claim}/redeem', { params: { path: { claim } }, ...under(idempotencyKey) }));
  }

  /** Releases a claim: the member does not want the unit. */
  async release(claim: string, { idempotencyKey }: StepOptions = {}): Promise<models.ClaimBody> {
    return ok(this.api.POST('/v1/claims/{claim}/release', { params: { path: { claim } }, ...under(idempotencyKey) }));
  }

  /** Redeems a code that was typed or scanned at a till. */
  async redeemCode(
    code: string,
    { program, perk, idempotencyKey }: StepOptions & { readonly program?: string; readonly perk?: string } = {},
  ): Promise<models.ClaimBody> {
    const body: models.RedemptionBody = { code };
    if (program !== undefined) body.program = program;
    if (perk !== undefined) body.perk = perk;
    return ok(this.api.POST('/v1/redemptions', { body, ...under(idempotencyKey) }));
  }

  /**
   * Sends events, however many, in batches and in their order. Events that are sent again count once.
   * The answer adds up those of the batches; its indices are places among all events.
   */
  async sendEvents(
    events: Iterable<models.NativeEvent> | AsyncIterable<models.NativeEvent>,
    { batch = 1_000 }: { readonly batch?: number } = {},
  ): Promise<models.EventsReport> {
    const total: models.EventsReport = {
      accepted: 0,
      duplicates: 0,
      rejected_count: 0,
      rejected: [],
      ignored_count: 0,
      ignored: [],
    };
    let before = 0;
    for await (const part of batches(events, batch)) {
      // The contract names one event; the service takes an array of them, too.
      const body = part as unknown as models.NativeEvent;
      const report = await ok(this.api.POST('/v1/events', { body }));
      total.accepted += report.accepted;
      total.duplicates += report.duplicates;
      total.rejected_count += report.rejected_count;
      total.ignored_count += report.ignored_count;
      for (const item of report.rejected) total.rejected.push({ ...item, index: item.index + before });
      for (const item of report.ignored) total.ignored.push({ ...item, index: item.index + before });
      before += part.length;
    }
    return total;
  }

  /** Enrols a member, or replaces what is known of them. */
  async putMember(member: string, body: models.PutMemberBody): Promise<models.MemberBody> {
    return ok(this.api.PUT('/v1/members/{member}', { params: { path: { member } }, body }));
  }

  /** Returns a member's scores. */
  async score(member: string): Promise<models.ScoreBody> {
    return ok(this.api.GET('/v1/members/{member}/score', { params: { path: { member } } }));
  }

  /** Lists members, the latest enrolment first. */
  members(filter: Filter<'/v1/members'> = {}): AsyncGenerator<models.MemberBody, void, undefined> {
    return this.each('/v1/members', filter);
  }

  /** Lists claims, latest first. */
  claims(filter: Filter<'/v1/claims'> = {}): AsyncGenerator<models.ClaimBody, void, undefined> {
    return this.each('/v1/claims', filter);
  }

  /** Lists members by influence, overall or on a topic, highest first. */
  leaderboard(filter: Filter<'/v1/leaderboard'> = {}): AsyncGenerator<models.LineBody, void, undefined> {
    return this.each('/v1/leaderboard', filter);
  }

  /** Lists the messages that are kept, as webhooks get them, latest first. */
  async *messages(filter: Filter<'/v1/messages'> = {}): AsyncGenerator<Message, void, undefined> {
    // The contract leaves open what a message has.
    for await (const message of this.each('/v1/messages', filter)) yield message as unknown as Message;
  }

  /** Lists what any list of the contract has, page after page, as you go on reading. */
  async *each<P extends List>(
    list: P,
    filter: Filter<P>,
    ...path: PathOf<P> extends undefined ? [] : [PathOf<P>]
  ): AsyncGenerator<Item<P>, void, undefined> {
    let cursor: string | undefined;
    do {
      const params = { path: path[0], query: { ...filter, cursor } };
      // That the list has these parameters was checked where it was named.
      const page = (await ok(this.api.GET(list, { params } as never))) as unknown as Page<Item<P>>;
      yield* page.data;
      cursor = page.page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }

  #atDesk({ withinMs = 300 }: DeskOptions) {
    return { fetch: (request: Request) => this.#wire.send(request, Number.isNaN(withinMs) ? 0 : withinMs) };
  }
}

/** Returns what a request of `renown.api` was answered with. */
export async function ok<T>(asked: Promise<{ data?: T; response: Response }>): Promise<NonNullable<T>> {
  return (await asked).data as NonNullable<T>;
}

/** A request that is carried out once under the caller's name for it. */
function under(idempotencyKey: string | undefined) {
  return idempotencyKey === undefined ? {} : { headers: { 'Idempotency-Key': idempotencyKey } };
}

/** Writes what is known of the occasion as parameters. Texts are in quotes, so that "12" stays a text. */
function occasion(request: Occasion | undefined): { request?: Record<string, string> } {
  const named = Object.entries(request ?? {}).map(([name, value]) => [`request.${name}`, JSON.stringify(value)]);
  return named.length === 0 ? {} : { request: Object.fromEntries(named) as Record<string, string> };
}

function attributes(request: Occasion): models.Attributes {
  return request as models.Attributes;
}

function checkOptions(options: RenownOptions, numbers: Record<string, number>): void {
  if (!/^https?:\/\/[^/?#]+/.test(options.url))
    throw new TypeError(`url is not the address of a service: ${options.url}`);
  if (!options.key) throw new TypeError('key is empty');
  for (const [name, value] of Object.entries(numbers)) {
    if (!(value >= 0)) throw new TypeError(`${name} is not a number from 0: ${value}`);
  }
}

function checkFallback(options: DeskOptions): void {
  if (typeof options?.fallback !== 'string' || options.fallback === '') {
    throw new TypeError("name a fallback, such as { fallback: 'guest' }");
  }
}

/** Fills in a path. Parts that would lead to another route are refused. */
function pathSerializer(path: string, values: Record<string, unknown>): string {
  return path.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = String(values[name] ?? '');
    if (value === '' || value === '.' || value === '..') throw new RenownError(`${name} cannot be '${value}'`);
    return encodeURIComponent(value);
  });
}

/** Bodies are JSON, unless the caller names another type and gives the body as it is sent. */
function bodySerializer(body: unknown, headers?: unknown): string | Uint8Array<ArrayBuffer> {
  const type = new Headers(headers as Record<string, string>).get('content-type') ?? 'application/json';
  return type.includes('json') && !type.includes('ndjson') ? JSON.stringify(body) : (body as string);
}
