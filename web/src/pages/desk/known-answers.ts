/**
 * The answers that a desk has had, for a time without connection. They are in memory
 * alone: a desk's computer is used by many, and a closed page knows nothing.
 */

export interface KnownAnswer<Answer> {
  answer: Answer;
  /** When the service gave it. */
  at: Date;
}

const MOST = 500;
const HOURS = 12;

export class KnownAnswers<Answer> {
  private readonly answers = new Map<string, KnownAnswer<Answer>>();
  private readonly most: number;
  private readonly milliseconds: number;

  constructor(most = MOST, milliseconds = HOURS * 3_600_000) {
    this.most = most;
    this.milliseconds = milliseconds;
  }

  remember(key: string, answer: Answer, at: Date): void {
    this.answers.delete(key);
    this.answers.set(key, { answer, at });
    const oldest = this.answers.keys().next();
    if (this.answers.size > this.most && !oldest.done) this.answers.delete(oldest.value);
  }

  /** Returns the last answer, unless it is too old to act on. */
  recall(key: string, now: Date): KnownAnswer<Answer> | null {
    const known = this.answers.get(key);
    if (!known) return null;
    if (now.getTime() - known.at.getTime() <= this.milliseconds) return known;
    this.answers.delete(key);
    return null;
  }

  forget(key: string): void {
    this.answers.delete(key);
  }
}

/** The key of an answer: handles are compared without regard to case. */
export function keyOf(program: string, identity: string): string {
  return `${program}\n${identity.trim().toLowerCase()}`;
}
