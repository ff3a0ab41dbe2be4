// Names of members whose ids alone are known, as in messages. Each is asked for once.
import { api, ok } from '../api/client';
import { SvelteMap } from 'svelte/reactivity';

import { memberName } from './names';

/** How many names are kept: a feed that runs for days must not fill the memory. */
const KEPT = 500;
const AT_ONCE = 6;

class Names {
  #known = new SvelteMap<string, string>();
  #asked = new Set<string>();

  /** Returns the name of a member, or a part of the id until it is known. */
  of(member: string): string {
    return this.known(member) ?? `${member.slice(0, 8)}…`;
  }

  /** Returns the name of a member, if it is known. */
  known(member: string): string | undefined {
    return this.#known.get(member);
  }

  /** Asks for the names that are not known yet, a few at a time. */
  want(members: readonly string[]): void {
    const missing = [...new Set(members)].filter((member) => !this.#asked.has(member));
    if (missing.length === 0) return;
    if (this.#asked.size > KEPT) this.#asked.clear();
    for (const member of missing) this.#asked.add(member);
    const line = missing.values();
    for (let lane = 0; lane < AT_ONCE; lane += 1) void this.#work(line);
  }

  async #work(line: Iterator<string>): Promise<void> {
    for (let next = line.next(); !next.done; next = line.next()) {
      const path = { member: next.value };
      try {
        this.#known.set(next.value, memberName(await ok(api.GET('/v1/members/{member}', { params: { path } }))));
      } catch {
        // The membership has ended, or may not be read: the id stays.
      }
    }
  }
}

export const names = new Names();
