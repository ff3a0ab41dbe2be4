// What can go wrong with a request.
import type { Problem } from './generated/contract.js';

/** Everything that a call throws because of the network or the service. */
export class RenownError extends Error {
  /** The request's id, under which the operator finds it in the logs. */
  readonly requestId: string | undefined;

  constructor(message: string, options: { cause?: unknown; requestId?: string | undefined } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.requestId = options.requestId;
  }
}

/** The service has answered that it did not do what was asked. */
export class ProblemError extends RenownError {
  /** The stable type, such as `urn:renown:problem:not-found`: act on it. */
  readonly type: string;
  /** The type in words. */
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  /** What is wrong with this request, and what would be right. */
  readonly detail: string | undefined;
  /** A JSON pointer to the part of the request that is wrong. */
  readonly pointer: string | undefined;
  /** How long the service asks to wait before the request is sent again. */
  readonly retryAfterMs: number | undefined;
  /** Everything that the problem says, such as `diagnostics` of a program or the `refusal` of a claim. */
  readonly problem: Partial<Problem> & Record<string, unknown>;

  constructor(status: number, problem: ProblemError['problem'], headers: Headers) {
    const title = problem.title ?? `The answer was HTTP ${status}`;
    super(problem.detail ? `${title}: ${problem.detail}` : title, {
      requestId: problem.request_id ?? headers.get('x-request-id') ?? undefined,
    });
    this.type = problem.type ?? 'about:blank';
    this.title = title;
    this.status = status;
    this.detail = problem.detail ?? undefined;
    this.pointer = problem.pointer ?? undefined;
    this.retryAfterMs = milliseconds(headers.get('retry-after'));
    this.problem = problem;
  }

  /** Whether the same request may succeed later. */
  get temporary(): boolean {
    return (
      this.status >= 500 ||
      this.status === 408 ||
      this.status === 429 ||
      this.type === 'urn:renown:problem:request-in-progress'
    );
  }

  /** Whether it is the service that refuses this, and not something on the way to it, or for the moment. */
  get refused(): boolean {
    return this.type.startsWith('urn:renown:problem:') && !this.temporary;
  }
}

/** No answer came, or none that can be read: the service cannot be reached, or the answer broke off. */
export class NoAnswerError extends RenownError {}

/** The time for the call was over. Whether the service did what was asked is not known. */
export class DeadlineError extends RenownError {}

/** Something that pretends to be a message of the service, and is not; or one that is too old. */
export class WebhookError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WebhookError';
  }
}

/** Reads `Retry-After`, which is a number of seconds or a date. */
function milliseconds(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const wait = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
