// An answer that a part of a page shows: asked for when the part appears, and again when what it
// depends on changes.
import { Failure } from './client';

export class Resource<T> {
  /** The last answer. It stays while a newer one is asked for, so that nothing jumps. */
  data = $state.raw<T>();
  failure = $state.raw<Failure>();
  loading = $state(true);
  /** When the last answer came. */
  at = $state.raw<Date>();

  #asked = $state(0);

  /** Asks again. */
  reload = (): void => {
    this.#asked += 1;
  };

  /** @internal Tracks reloads. */
  get asked(): number {
    return this.#asked;
  }
}

/**
 * Asks for an answer, and again whenever state changes that `ask` reads before its first `await`.
 * Call it while a component is set up. If `ask` returns `undefined` instead of a promise, there is
 * nothing to ask for, and the resource is empty.
 */
export function load<T>(ask: (signal: AbortSignal) => Promise<T> | undefined): Resource<T> {
  const resource = new Resource<T>();
  $effect(() => {
    void resource.asked;
    const abort = new AbortController();
    const asked = ask(abort.signal);
    if (asked === undefined) {
      resource.data = undefined;
      resource.failure = undefined;
      resource.loading = false;
      return;
    }
    resource.loading = true;
    asked.then(
      (data) => {
        if (abort.signal.aborted) return;
        resource.data = data;
        resource.failure = undefined;
        resource.at = new Date();
        resource.loading = false;
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        resource.failure = error instanceof Failure ? error : Failure.withoutAnswer();
        resource.loading = false;
        if (!(error instanceof Failure)) console.error(error);
      },
    );
    return () => abort.abort();
  });
  return resource;
}
