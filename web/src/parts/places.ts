// The pages of the menu, and who has something to see on each.
import { session } from '../api/session.svelte';
import { link, type PageName } from '../router';
import type { IconName } from './icons';

export interface Place {
  title: string;
  /** The name in the bar of a phone, where six have to fit. */
  short: string;
  href: string;
  icon: IconName;
  /** The pages that belong to it. */
  pages: PageName[];
}

/** Returns the pages that the person who is signed in may see. */
export function places(): Place[] {
  const all: (Place & { open: boolean })[] = [
    {
      title: 'Overview',
      short: 'Overview',
      href: link.overview(),
      icon: 'overview',
      pages: ['overview'],
      open: session.may('lookup') && !session.limited,
    },
    {
      title: 'People',
      short: 'People',
      href: link.people(),
      icon: 'people',
      pages: ['people', 'person'],
      open: session.may('members:read') && !session.limited,
    },
    {
      title: 'Leaderboard',
      short: 'Leaders',
      href: link.leaderboard(),
      icon: 'leaderboard',
      pages: ['leaderboard'],
      open: session.may('lookup') && !session.limited,
    },
    {
      title: 'Programs',
      short: 'Programs',
      href: link.programs(),
      icon: 'programs',
      pages: ['programs', 'program'],
      open: session.may('lookup'),
    },
    {
      title: 'Front desk',
      short: 'Desk',
      href: link.frontDesk(),
      icon: 'desk',
      pages: ['front-desk'],
      open: session.may('lookup'),
    },
    {
      title: 'Support desk',
      short: 'Support',
      href: link.supportDesk(),
      icon: 'support',
      pages: ['support-desk'],
      open: session.may('lookup'),
    },
  ];
  return all.filter(({ open }) => open);
}
