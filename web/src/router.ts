// The addresses of the pages. Pure: what the browser shows is in `address.svelte.ts`.

export type PageName =
  | 'signin'
  | 'overview'
  | 'people'
  | 'person'
  | 'leaderboard'
  | 'programs'
  | 'program'
  | 'front-desk'
  | 'support-desk'
  | 'sessions'
  | 'not-found';

export interface Match {
  page: PageName;
  params: Record<string, string>;
}

/** Patterns of addresses. A segment that begins with a colon is a parameter. */
const ROUTES: [string, PageName][] = [
  ['/', 'overview'],
  ['/sign-in', 'signin'],
  ['/people', 'people'],
  ['/people/:member', 'person'],
  ['/leaderboard', 'leaderboard'],
  ['/programs', 'programs'],
  ['/programs/:program', 'program'],
  ['/desk/front', 'front-desk'],
  ['/desk/support', 'support-desk'],
  ['/sessions', 'sessions'],
];

function segments(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function params(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = segments(pattern);
  const found = segments(path);
  if (wanted.length !== found.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decoded(found[index] ?? '');
    if (value === undefined) return undefined;
    if (part.startsWith(':')) values[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return values;
}

/** Returns the page at a path, with its parameters. */
export function match(path: string): Match {
  for (const [pattern, page] of ROUTES) {
    const found = params(pattern, path);
    if (found) return { page, params: found };
  }
  return { page: 'not-found', params: {} };
}

/** Values of a query; those that are absent or empty are left out. */
export type Query = Record<string, string | number | undefined | null>;

/** Returns a query without its question mark, in the order of the names given. */
export function queryText(query: Query): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') text.set(name, String(value));
  }
  return text.toString();
}

function to(path: string, query: Query = {}): string {
  const text = queryText(query);
  return text ? `${path}?${text}` : path;
}

/** The addresses of pages, for links. */
export const link = {
  overview: () => '/',
  signIn: (returnTo?: string) => to('/sign-in', { return_to: returnTo === '/' ? undefined : returnTo }),
  people: (query?: { q?: string; program?: string; tier?: string; topic?: string }) => to('/people', query),
  person: (member: string, query?: { tab?: string; program?: string }) =>
    to(`/people/${encodeURIComponent(member)}`, query),
  leaderboard: (query?: { topic?: string; program?: string; by?: string }) => to('/leaderboard', query),
  programs: () => '/programs',
  program: (program: string, query?: Query) => to(`/programs/${encodeURIComponent(program)}`, query),
  frontDesk: (program?: string) => to('/desk/front', { program }),
  supportDesk: (program?: string) => to('/desk/support', { program }),
  sessions: () => '/sessions',
};

/**
 * Returns where to go after a sign-in: a path of ours, never another host's. A browser reads
 * `//host`, and a path with a backslash or a control character, as the name of a host.
 */
export function safeReturn(path: string | null | undefined): string {
  if (!path || !/^\/(?![/\\])/.test(path) || /[\\\u0000-\u0020]/.test(path)) return '/';
  return match(path.split(/[?#]/)[0] ?? '/').page === 'signin' ? '/' : path;
}
