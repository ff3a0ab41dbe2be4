// The pages, each loaded when it is first opened.
import type { Component } from 'svelte';

import type { PageName } from './router';

/** A page. If its address has parameters, it gets them as `params`. */
export type PageComponent = Component<any>;

export const pages: Record<PageName, () => Promise<{ default: PageComponent }>> = {
  signin: () => import('./pages/signin/SignIn.svelte'),
  overview: () => import('./pages/overview/Overview.svelte'),
  people: () => import('./pages/people/People.svelte'),
  person: () => import('./pages/person/Person.svelte'),
  leaderboard: () => import('./pages/leaderboard/Leaderboard.svelte'),
  programs: () => import('./pages/programs/Programs.svelte'),
  program: () => import('./pages/program/Program.svelte'),
  'front-desk': () => import('./pages/front-desk/FrontDesk.svelte'),
  'support-desk': () => import('./pages/support-desk/SupportDesk.svelte'),
  sessions: () => import('./pages/sessions/Sessions.svelte'),
  'not-found': () => import('./pages/not-found/NotFound.svelte'),
};
