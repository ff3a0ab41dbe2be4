// An answer that a part of a page shows: asked for when the part appears, and again when what it
// depends on changes.
import { getContext, setContext } from 'svelte';

import { Failure } from './client';

const PAGE = Symbol('page');
/** After this long a page shows what it has. */
const PATIENCE = 5_000;

/**
 * The first answers that a page asks for. It shows itself when all of them are there, so that nothing
 * jumps when one comes after another.
 */
export class FirstAnswers {
  /** Whether the page can be shown. It stays so, whatever is asked for later. */
  complete = $state(false);
  #asked = $state.raw<readonly { readonly loading: boolean }[]>([]);

  /** Call it while the component around a page is set up. */
  constructor() {
    setContext(PAGE, this);
    $effect(() => {
      if (this.#asked.every(({ loading }) => !loading)) this.complete = true;
    });
    $effect(() => {
      const late = setTimeout(() => (this.complete = true), PATIENCE);
      return () => clearTimeout(late);
    });
  }

  /** Those of the page around a component. */
  static ofPage(): FirstAnswers | undefined {
    return getContext(PAGE);
  }

  /** The page is not shown before this is there, too. */
  wait(part: { readonly loading: boolean }): void {
    if (!this.complete) this.#asked = [...this.#asked, part];
  }
}

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
  FirstAnswers.ofPage()?.wait(resource);
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
