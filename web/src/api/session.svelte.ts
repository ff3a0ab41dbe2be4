// Who is signed in, and what they may do.
import { api, Failure, ok, useToken, whenSignedOut, type Schemas } from './client';

export type Role = Schemas['Role'];
/** What a caller may do: the scopes of keys, and two rights that are finer than a scope. */
export type Right = Schemas['Right'];

const ROLE_NAMES: Record<Role, string> = {
  front_desk: 'Front desk',
  support: 'Support desk',
  marketer: 'Marketer',
  reviewer: 'Reviewer',
  auditor: 'Auditor',
  admin: 'Administrator',
};

/** The name of a role; a key's scopes may amount to none. */
export function roleName(role: string | null | undefined): string {
  return role ? (ROLE_NAMES[role as Role] ?? role) : 'Key';
}

class Session {
  /** The session; `null` if nobody is signed in, `undefined` until that is known. */
  value = $state.raw<Schemas['CallerBody'] | null>();
  /** Whether a token in the address stands for the session, as in an embedded desk. */
  embedded = $state(false);
  /** What went wrong when the service was asked for the session. */
  failure = $state.raw<Failure>();

  constructor() {
    whenSignedOut(() => {
      this.value = null;
    });
  }

  /** Whether pages can be shown. */
  get entered(): boolean {
    return this.embedded || (this.value ?? null) !== null;
  }

  get roleName(): string {
    return roleName(this.value?.role);
  }

  /** Whether the session has a right. What a token of a desk may do is left to the service to say. */
  may(right: Right): boolean {
    const scopes = this.value?.scopes ?? [];
    return this.embedded || scopes.includes(right) || scopes.includes('admin');
  }

  /** Whether the session has a right, also for requests that change something. */
  mayChange(right: Right): boolean {
    return this.may(right) && !this.value?.only_reads;
  }

  /** Whether the session is limited to a program, and so sees no profile and no leaderboard. */
  get limited(): boolean {
    return (this.value?.program ?? null) !== null;
  }

  async start(): Promise<void> {
    this.failure = undefined;
    try {
      this.value = await ok(api.GET('/v1/session'));
    } catch (error) {
      if (error instanceof Failure && error.status === 401) this.value = null;
      else if (error instanceof Failure) this.failure = error;
      else throw error;
    }
  }

  async signIn(key: string): Promise<void> {
    this.value = await ok(api.POST('/v1/session', { body: { key } }));
  }

  async signOut(): Promise<void> {
    await ok(api.DELETE('/v1/session'));
    this.value = null;
  }

  embed(token: string): void {
    useToken(token);
    this.embedded = true;
  }
}

export const session = new Session();
