// The address that the browser shows, as state. Filters and tabs live in it, so that every page can
// be sent to a colleague.
import { match, queryText, type Match, type Query } from './router';

class Address {
  path = $state(location.pathname);
  search = $state(location.search);

  readonly match: Match = $derived(match(this.path));
  readonly query: URLSearchParams = $derived(new URLSearchParams(this.search));

  constructor() {
    addEventListener('popstate', () => this.read());
    document.addEventListener('click', (event) => this.#follow(event));
  }

  /** Returns a value of the query; absent and empty are the same. */
  get(name: string): string | undefined {
    return this.query.get(name) || undefined;
  }

  read(): void {
    this.path = location.pathname;
    this.search = location.search;
  }

  /** Goes to an address of ours. */
  go(href: string, { replace = false } = {}): void {
    const before = location.pathname;
    if (replace) history.replaceState(null, '', href);
    else history.pushState(null, '', href);
    this.read();
    if (location.pathname !== before) scrollTo(0, 0);
  }

  /** Returns the address of this page with some values of the query changed. */
  with(changes: Query): string {
    const all: Query = { ...Object.fromEntries(this.query), ...changes };
    const text = queryText(all);
    return text ? `${this.path}?${text}` : this.path;
  }

  /** Changes values of the query. Typing replaces the address, a choice adds to the history. */
  set(changes: Query, { replace = false } = {}): void {
    const href = this.with(changes);
    if (href !== location.pathname + location.search) this.go(href, { replace });
  }

  /** Opens links to our pages without loading the document anew. */
  #follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    if (!anchor || anchor.target || anchor.hasAttribute('download')) return;
    const url = new URL(anchor.href, location.href);
    if (url.origin !== location.origin || match(url.pathname).page === 'not-found') return;
    if (url.hash && url.pathname === location.pathname) return;
    event.preventDefault();
    this.go(url.pathname + url.search + url.hash);
  }
}

export const address = new Address();
