// A program that is being worked on: its source, what the checker says of it, and what it would change.
import { Failure } from '../../api/client';
import { check, type Checked } from './checking';
import { same, withThreshold, withValue, type Handle, type Rung } from './ladder';
import { simulate, type Progress, type Simulation } from './simulating';

/** How long an author has to pause before the source is checked. */
const PAUSE = 350;
/** How long a handle has to rest before its effect is computed exactly. */
const REST = 500;
/** A simulation that was stopped goes on for a moment in the service, which runs one at a time. */
const BUSY = { tries: 20, wait: 500 };

export class Workbench {
  readonly program: string;
  /** The source of the version in force; empty if there is none. */
  readonly published: string;
  source = $state('');
  /** The source as it is stored: as a draft, or as the version in force. */
  saved = $state('');
  /** Whether the source was published, so that nothing of it is left to keep. */
  finished = false;
  ladder = $state.raw<Rung[]>();
  checked = $state.raw<Checked>();
  checking = $state(false);
  checkFailure = $state.raw<Failure>();
  /** The handle that is being moved, with the number that it began with. */
  moving = $state.raw<{ handle: Handle; before: number }>();

  result = $state.raw<Simulation>();
  progress = $state.raw<Progress>();
  simulating = $state(false);
  simulationFailure = $state.raw<Failure>();
  /** The source that the result is about. */
  simulated = $state.raw<string>();

  readonly changed: boolean = $derived.by(() => this.source !== this.published);
  readonly errors: number = $derived.by(
    () => this.checked?.diagnostics.filter((one) => one.severity === 'error').length ?? 0,
  );
  /** Whether the checker's answer is about the source as it is. */
  readonly current: boolean = $derived.by(() => !this.checking && this.checked !== undefined);

  #check: AbortController | undefined;
  #later: ReturnType<typeof setTimeout> | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;
  /** Whether a handle was let go whose effect is not computed yet. */
  #rested = false;
  #simulation: AbortController | undefined;

  constructor(program: string, published: string, source: string, ladder: Rung[] | undefined, mayTry: boolean) {
    this.program = program;
    this.published = published;
    this.source = source;
    this.saved = source;
    this.ladder = ladder;
    // Checking needs a right; without it the ladder of the version is shown.
    if (mayTry) this.#checkLater(0);
  }

  /** The author wrote something. */
  edit(source: string): void {
    this.source = source;
    this.moving = undefined;
    this.#checkLater(PAUSE);
  }

  /** Puts back what is published. */
  discard(): void {
    this.stopSimulation();
    this.result = undefined;
    this.edit(this.published);
  }

  /** A handle of the ladder was moved: the number is changed where it is written. */
  move(handle: Handle, value: number): void {
    const source = withValue(this.source, handle.threshold, value);
    if (source === null || !this.ladder) return;
    const goesOn = this.moving && same(this.moving.handle.threshold, handle.threshold);
    const before = goesOn ? this.moving!.before : handle.threshold.value;
    this.ladder = withThreshold(this.ladder, handle.threshold, value);
    this.source = source;
    this.moving = { handle: this.#moved(handle, value), before };
    this.#checkLater(PAUSE);
  }

  #moved(handle: Handle, value: number): Handle {
    return { rung: handle.rung, threshold: { ...handle.threshold, value } };
  }

  /**
   * The handle was let go: what it does is computed exactly, once the keys or the finger rest. Until then the
   * picture says it from the distribution.
   */
  release(): void {
    clearTimeout(this.#resting);
    this.#rested = false;
    this.#resting = setTimeout(() => {
      this.#rested = true;
      this.#simulateIfRested();
    }, REST);
  }

  /** Computes what a handle did, once it rests and the checker has no mistake to report. */
  #simulateIfRested(): void {
    if (!this.#rested || this.checking) return;
    this.#rested = false;
    if (this.changed && this.errors === 0) void this.simulate();
  }

  #checkLater(pause: number): void {
    clearTimeout(this.#later);
    this.#check?.abort();
    this.checking = true;
    this.#later = setTimeout(() => void this.#checkNow(), pause);
  }

  async #checkNow(): Promise<void> {
    const abort = new AbortController();
    this.#check = abort;
    try {
      const checked = await check(this.source, abort.signal);
      if (abort.signal.aborted) return;
      this.checked = checked;
      this.checkFailure = undefined;
      // A ladder that cannot be read stays as it was, so that the picture does not vanish while one types.
      if (checked.ladder) this.ladder = checked.ladder;
    } catch (error) {
      if (abort.signal.aborted) return;
      this.checkFailure = error instanceof Failure ? error : Failure.withoutAnswer();
    }
    this.checking = false;
    this.#simulateIfRested();
  }

  async simulate(): Promise<void> {
    this.stopSimulation();
    const abort = new AbortController();
    const source = this.source;
    this.#simulation = abort;
    this.simulating = true;
    this.simulationFailure = undefined;
    this.progress = undefined;
    try {
      const result = await this.#whenFree(source, abort.signal);
      if (abort.signal.aborted) return;
      this.result = result;
      this.simulated = source;
      if (this.source === source) this.moving = undefined;
    } catch (error) {
      if (abort.signal.aborted) return;
      this.simulationFailure = error instanceof Failure ? error : Failure.withoutAnswer();
    }
    this.simulating = false;
  }

  async #whenFree(source: string, signal: AbortSignal): Promise<Simulation> {
    for (let tries = 1; ; tries++) {
      try {
        return await simulate(this.program, source, (progress) => (this.progress = progress), signal);
      } catch (error) {
        if (signal.aborted || !isBusy(error) || tries === BUSY.tries) throw error;
        await new Promise((resolve) => setTimeout(resolve, BUSY.wait));
        if (signal.aborted) throw error;
      }
    }
  }

  stopSimulation(): void {
    clearTimeout(this.#resting);
    this.#rested = false;
    this.#simulation?.abort();
    this.simulating = false;
  }

  /** Ends what is still being asked. */
  close(): void {
    clearTimeout(this.#later);
    this.#check?.abort();
    this.stopSimulation();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Failure && error.status === 503;
}
