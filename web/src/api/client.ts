// The API of the service, with types from its contract, and what goes wrong with it in words.
import createClient, { type Middleware } from 'openapi-fetch';

import type { components, paths } from './schema';

/** The types of the contract, by name. */
export type Schemas = components['schemas'];

/** A request that did not give what was asked for. */
export class Failure extends Error {
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number;
  /** The stable type of the problem, such as `urn:renown:problem:not-found`. */
  readonly type: string;
  readonly title: string;
  readonly detail: string | undefined;
  /** The place in the request that was wrong, as a JSON pointer. */
  readonly pointer: string | undefined;
  readonly requestId: string | undefined;
  /** Everything that the problem says. */
  readonly problem: Partial<Schemas['Problem']> & Record<string, unknown>;

  constructor(status: number, problem: Failure['problem'], requestId?: string | null) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.name = 'Failure';
    this.status = status;
    this.problem = problem;
    this.type = problem.type ?? 'about:blank';
    this.title = problem.title ?? 'The service gave no reason';
    this.detail = problem.detail ?? undefined;
    this.pointer = problem.pointer ?? undefined;
    this.requestId = problem.request_id ?? requestId ?? undefined;
  }

  /** Whether the service could not be reached, or is not ready. */
  get unreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }

  /** The failure of a request without an answer. */
  static withoutAnswer(): Failure {
    return new Failure(0, {
      title: 'The service cannot be reached',
      detail: 'Check the connection, then try again.',
    });
  }
}

/** The token of an embedded desk. It is kept in memory alone. */
let token: string | undefined;
/** Called when the service says that nobody is signed in. */
let onSignedOut: () => void = () => {};

export function useToken(value: string | undefined): void {
  token = value;
}

export function whenSignedOut(action: () => void): void {
  onSignedOut = action;
}

/** Returns the headers that a request of a page carries besides its own. */
export function pageHeaders(method: string): Record<string, string> {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers.Authorization = `Bearer ${token}`;
  // Pages of other hosts cannot send this header: it tells their requests from ours.
  if (method !== 'GET' && method !== 'HEAD') headers['Renown-Request'] = 'page';
  return headers;
}

const page: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(pageHeaders(request.method))) request.headers.set(name, value);
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? 'http://localhost' });
api.use(page);

async function failure(response: Response, body: unknown): Promise<Failure> {
  const problem = typeof body === 'object' && body !== null ? (body as Failure['problem']) : {};
  const said = new Failure(response.status, problem, response.headers.get('x-request-id'));
  if (said.status === 401) onSignedOut();
  return said;
}

/** Returns what a request answered, or throws a `Failure`. An aborted request throws its `AbortError`. */
export async function ok<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer;
  try {
    answer = await asked;
  } catch (error) {
    throw error instanceof DOMException && error.name === 'AbortError' ? error : Failure.withoutAnswer();
  }
  if (!answer.response.ok) throw await failure(answer.response, answer.error);
  return answer.data as T;
}

/** What a request carries that the typed client does not send. */
interface Sent {
  /** A body as JSON. */
  body?: unknown;
  /** A program as it is written, instead of a body as JSON. */
  source?: string;
  /** The key under which the request is carried out once, however often it is sent. */
  once?: string;
  signal?: AbortSignal;
}

/** Sends a request that the typed client cannot send: see what it carries. */
export async function send<T>(method: string, path: string, { body, source, once, signal }: Sent = {}): Promise<T> {
  const headers = pageHeaders(method);
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (source !== undefined) headers['Content-Type'] = 'application/yaml';
  if (once !== undefined) headers['Idempotency-Key'] = once;
  const text = source ?? (body === undefined ? undefined : JSON.stringify(body));
  const asked = fetch(path, { method, headers, signal, body: text }).then(async (response) => {
    const said: unknown = await response.json().catch(() => undefined);
    return { data: said as T, error: said, response };
  });
  return ok<T>(asked);
}
