// What a desk shows: the answer about one person at a time, kept through a short loss of the connection.
import { findMembers, type Member } from '../../api/ask';
import { Failure } from '../../api/client';
import { KnownAnswers, keyOf } from './known-answers';
import type { Question } from './question';

export type Person = Pick<Member, 'id' | 'name' | 'identities'>;

export type Shown<Answer> =
  | { kind: 'ready' }
  | { kind: 'asking'; asked: string }
  | { kind: 'answer'; asked: string; answer: Answer; at: Date }
  | { kind: 'no-answer'; asked: string }
  | { kind: 'people'; name: string; people: Person[]; isCut: boolean }
  | { kind: 'failed'; asked: string; failure: Failure };

/** After this long without an answer, a guest should not wait for the connection any more. */
const PATIENCE = 5_000;
/** How often the connection is tried again. */
const AGAIN = 4_000;
/** As many people of a name as there are digits to choose with. */
const MOST_PEOPLE = 9;
/** The id of nobody: the answer about it is what everybody gets. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Asks the service about a person, by an identity or an id. */
export type Ask<Answer> = (program: string, member: string, signal: AbortSignal) => Promise<Answer>;

export class Desk<Answer> {
  shown = $state.raw<Shown<Answer>>({ kind: 'ready' });
  /** Since when the service cannot be reached; absent while it can. */
  lostAt = $state.raw<Date>();
  /** What everybody gets, so that it can be said without a connection. */
  floor = $state.raw<{ answer: Answer; at: Date }>();
  program = '';

  readonly #ask: Ask<Answer>;
  readonly #known = new KnownAnswers<Answer>();
  #turn = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: Ask<Answer>) {
    this.#ask = ask;
  }

  /** Begins the work for a program. */
  async open(program: string): Promise<void> {
    this.program = program;
    this.clear();
    this.floor = undefined;
    await this.#learnFloor();
  }

  /** Ends what is under way; the page is left. */
  close(): void {
    this.#turn++;
    clearTimeout(this.#again);
  }

  clear(): void {
    this.#turn++;
    this.shown = { kind: 'ready' };
  }

  /** Answers a question about a person. */
  async look(question: Question): Promise<void> {
    if (question.kind === 'identity') await this.about(question.identity);
    else if (question.kind === 'name') await this.#search(question.name);
  }

  /** Shows the answer about one person. */
  async about(member: string): Promise<void> {
    const turn = ++this.#turn;
    const key = keyOf(this.program, member);
    const before = this.shown;
    // The same person again: the answer stays until the new one comes.
    if (!(before.kind === 'answer' && before.asked === member)) this.shown = { kind: 'asking', asked: member };
    try {
      const answer = await this.#ask(this.program, member, AbortSignal.timeout(PATIENCE));
      const at = new Date();
      this.#known.remember(key, answer, at);
      this.#connected();
      if (turn === this.#turn) this.shown = { kind: 'answer', asked: member, answer, at };
    } catch (error) {
      const failure = asFailure(error);
      if (failure.unreachable) this.#lost();
      else this.#connected();
      if (turn !== this.#turn) return;
      if (!failure.unreachable) this.shown = { kind: 'failed', asked: member, failure };
      else {
        const known = this.#known.recall(key, new Date());
        this.shown = known ? { kind: 'answer', asked: member, ...known } : { kind: 'no-answer', asked: member };
      }
    }
  }

  async #search(name: string): Promise<void> {
    const turn = ++this.#turn;
    this.shown = { kind: 'asking', asked: name };
    try {
      const { data } = await findMembers({ q: name, limit: MOST_PEOPLE + 1 }, AbortSignal.timeout(PATIENCE));
      this.#connected();
      if (turn !== this.#turn) return;
      const only = data.length === 1 ? data[0] : undefined;
      if (only) await this.about(only.id);
      else this.shown = { kind: 'people', name, people: data.slice(0, MOST_PEOPLE), isCut: data.length > MOST_PEOPLE };
    } catch (error) {
      const failure = asFailure(error);
      if (failure.unreachable) this.#lost();
      if (turn === this.#turn)
        this.shown = failure.unreachable
          ? { kind: 'no-answer', asked: name }
          : { kind: 'failed', asked: name, failure };
    }
  }

  /** A request of the desk got no answer, or got one. */
  noticed(error: unknown): Failure {
    const failure = asFailure(error);
    if (failure.unreachable) this.#lost();
    return failure;
  }

  #lost(): void {
    this.lostAt ??= new Date();
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.tryAgain(), AGAIN);
  }

  #connected(): void {
    this.lostAt = undefined;
    clearTimeout(this.#again);
    if (!this.floor) void this.#learnFloor();
  }

  /** Tries the connection; what is shown is asked for again, so that it is no longer old. */
  async tryAgain(): Promise<void> {
    const { shown } = this;
    if (shown.kind === 'answer' || shown.kind === 'no-answer') await this.about(shown.asked);
    else await this.#learnFloor();
  }

  async #learnFloor(): Promise<void> {
    const program = this.program;
    if (!program) return;
    try {
      const answer = await this.#ask(program, NOBODY, AbortSignal.timeout(PATIENCE));
      if (program === this.program) this.floor = { answer, at: new Date() };
      this.lostAt = undefined;
    } catch (error) {
      if (asFailure(error).unreachable) this.#lost();
    }
  }
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof DOMException)) console.error(error);
  return Failure.withoutAnswer();
}
