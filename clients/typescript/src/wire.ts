// One request on the wire: the key, tries with pauses between them, answers that still hold, the
// deadline, and what goes wrong as an error with a type.
import { DeadlineError, NoAnswerError, ProblemError } from './errors.js';
import { Lru } from './lru.js';

/** The pause before the second try is at most this long, then twice as long, and so on. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;
/** Longer answers are not kept. */
const LONGEST_KEPT_BODY = 64 * 1024;
/** Answers of these types may be long or never end, and are handed over as they come. */
const STREAMS = ['application/x-ndjson', 'text/csv', 'text/event-stream'];

export interface WireOptions {
  readonly key: string;
  readonly retries: number;
  readonly answersKept: number;
  readonly fetch: (request: Request) => Promise<Response>;
}

interface KeptAnswer {
  readonly etag: string;
  readonly body: ArrayBuffer;
  readonly headers: Headers;
}

/** A key, and what was answered under it. */
interface Caller {
  readonly key: string;
  readonly kept: Lru<KeptAnswer>;
}

export class Wire {
  readonly #retries: number;
  readonly #fetch: WireOptions['fetch'];
  readonly #answersKept: number;
  #caller: Caller;

  constructor(options: WireOptions) {
    this.#retries = options.retries;
    this.#fetch = options.fetch;
    this.#answersKept = options.answersKept;
    this.#caller = this.#callerWith(options.key);
  }

  /** Uses another key from now on. What the one before was answered is forgotten. */
  set key(key: string) {
    this.#caller = this.#callerWith(key);
  }

  #callerWith(key: string): Caller {
    return { key, kept: new Lru(this.#answersKept) };
  }

  /**
   * Sends a request and returns a successful answer, tries and all within the deadline.
   *
   * @throws {RenownError} If there is none. If the caller's signal ends the request, that signal's reason.
   */
  async send(request: Request, deadlineMs: number): Promise<Response> {
    const stop = new AbortController();
    const call = this.#tries(request, stop.signal, performance.now() + deadlineMs);
    return await within(call, deadlineMs, request.signal, (reason) => stop.abort(reason));
  }

  async #tries(request: Request, stop: AbortSignal, until: number): Promise<Response> {
    const headers = new Headers(request.headers);
    // A POST is carried out once, however often it is sent. A key that the caller gives is kept.
    if (request.method === 'POST' && !headers.has('idempotency-key')) {
      headers.set('idempotency-key', newName());
    }
    const body = request.body === null ? null : await request.arrayBuffer();
    for (let failures = 0; ;) {
      try {
        return await this.#once(request, { headers: new Headers(headers), body, signal: stop });
      } catch (error) {
        failures += 1;
        const pause = failures > this.#retries || headers.has('if-match') ? undefined : pauseAfter(error, failures);
        if (pause === undefined || performance.now() + pause >= until || stop.aborted) throw error;
        await sleep(pause, stop);
        if (stop.aborted) throw error;
      }
    }
  }

  async #once(request: Request, init: { headers: Headers; body: ArrayBuffer | null; signal: AbortSignal }) {
    const { headers } = init;
    const caller = this.#caller;
    headers.set('authorization', `Bearer ${caller.key}`);
    const place = `${request.url} ${headers.get('accept') ?? ''}`;
    const kept = request.method === 'GET' && !headers.has('if-none-match') ? caller.kept.get(place) : undefined;
    if (kept) headers.set('if-none-match', kept.etag);
    const response = await this.#answer(new Request(request, init));
    if (response.status === 304 && kept) {
      const again = new Headers([...kept.headers, ...response.headers]);
      return answered(kept.body, 200, again);
    }
    if (STREAMS.includes(mediaType(response))) return response;
    const body = await readBody(response);
    if (!response.ok && response.status !== 304) {
      throw new ProblemError(response.status, readProblem(response, body), response.headers);
    }
    checkReadable(response, body);
    const etag = response.headers.get('etag');
    if (request.method === 'GET' && response.status === 200 && etag && body.byteLength <= LONGEST_KEPT_BODY) {
      caller.kept.set(place, { etag, body, headers: response.headers });
    }
    return answered(body, response.status, response.headers);
  }

  async #answer(request: Request): Promise<Response> {
    try {
      return await this.#fetch(request);
    } catch (error) {
      throw new NoAnswerError('The service cannot be reached', { cause: error });
    }
  }
}

/** Returns a name for a request; pages without TLS have no `randomUUID`. */
export function newName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Returns how long to wait before the next try; `undefined` if there must be none. */
function pauseAfter(error: unknown, failures: number): number | undefined {
  const temporary = error instanceof NoAnswerError || (error instanceof ProblemError && error.temporary);
  if (!temporary) return undefined;
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
  const asked = error instanceof ProblemError ? (error.retryAfterMs ?? 0) : 0;
  // Random over the whole length, so that callers who failed together do not come back together.
  return asked + Math.random() * longest;
}

/** Waits, or until it is told to stop. */
function sleep(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const wake = () => {
      clearTimeout(timer);
      resolve();
    };
    stop.addEventListener('abort', wake, { once: true });
  });
}

/** Waits for a call as long as its deadline and its caller allow, and stops it if it is late. */
async function within<T>(
  call: Promise<T>,
  deadlineMs: number,
  signal: AbortSignal,
  stop: (reason: unknown) => void,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    const end = (reason: unknown) => {
      reject(reason);
      stop(reason);
    };
    const tooLate = () => end(new DeadlineError(`The service did not answer within ${deadlineMs} ms`));
    timer = setTimeout(tooLate, Math.min(Math.max(0, deadlineMs), 2 ** 31 - 1));
    onAbort = () => end(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    // The result of a call that ends too late is not read. Its error must not end the process.
    call.catch(() => undefined);
    clearTimeout(timer);
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

async function readBody(response: Response): Promise<ArrayBuffer> {
  try {
    return await response.arrayBuffer();
  } catch (error) {
    const requestId = response.headers.get('x-request-id') ?? undefined;
    throw new NoAnswerError('The answer broke off', { cause: error, requestId });
  }
}

function readProblem(response: Response, body: ArrayBuffer): ProblemError['problem'] {
  if (!mediaType(response).endsWith('json')) return {};
  try {
    const problem: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof problem === 'object' && problem !== null ? (problem as ProblemError['problem']) : {};
  } catch {
    return {};
  }
}

/** A page in front of the network, such as the sign-in of a hotel's guests, is no answer; nor is half an answer. */
function checkReadable(response: Response, body: ArrayBuffer): void {
  const type = mediaType(response);
  const requestId = response.headers.get('x-request-id') ?? undefined;
  if (type === 'text/html') throw new NoAnswerError('A page was answered, not the service', { requestId });
  if (!type.endsWith('json')) return;
  try {
    JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    throw new NoAnswerError('The answer cannot be read', { cause: error, requestId });
  }
}

function answered(body: ArrayBuffer, status: number, headers: Headers): Response {
  return new Response(status === 204 || status === 304 ? null : body, { status, headers });
}

function mediaType(response: Response): string {
  return (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
