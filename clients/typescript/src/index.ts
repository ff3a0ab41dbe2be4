// A client of Renown: see the README.
export { DeadlineError, NoAnswerError, ProblemError, RenownError, WebhookError } from './errors.js';
export type * as models from './generated/contract.js';
export type { Outcome, ServiceLevelResult, TierResult } from './lookups.js';
export {
  ok,
  Renown,
  type ClaimOptions,
  type DeskOptions,
  type Filter,
  type Item,
  type List,
  type LookupOptions,
  type Occasion,
  type RenownOptions,
  type StepOptions,
} from './renown.js';
export { verifyWebhook, type Message, type MessageHeaders, type VerifyOptions } from './webhooks.js';
