// What the palette finds.
import { findMembers, programs, topics, type ProgramLine } from '../api/ask';
import { api, ok } from '../api/client';
import { session } from '../api/session.svelte';
import { link } from '../router';
import { identityName, memberName, topicName } from '../words/names';
import type { IconName } from './icons';
import { places } from './places';

export interface Finding {
  title: string;
  /** What kind of thing it is, or what tells it from others of its name. */
  note: string;
  href: string;
  icon: IconName;
}

const MEMBERS = 6;
const TOPICS = 4;

/** Whether a word of the text begins so; every word that is asked for must. */
export function begins(text: string, wanted: string): boolean {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return wanted
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .every((part) => words.some((word) => word.startsWith(part)));
}

/** Programs and perks, asked for once while the palette is open. */
let kept: Promise<Finding[]> | undefined;

export function clearFound(): void {
  kept = undefined;
}

async function perksOf(program: ProgramLine): Promise<Finding[]> {
  const path = { program: program.program };
  const { data } = await ok(api.GET('/v1/programs/{program}/perks', { params: { path } }));
  return data.map(({ perk, title }) => ({
    title,
    note: `Perk of ${program.title}`,
    href: link.program(program.program, { perk }),
    icon: 'perk' as const,
  }));
}

async function programsAndPerks(): Promise<Finding[]> {
  const known = await programs();
  const perks = await Promise.all(known.map((program) => perksOf(program).catch(() => [])));
  const lines = known.map((program) => ({
    title: program.title,
    note: 'Program',
    href: link.program(program.program),
    icon: 'programs' as const,
  }));
  return [...lines, ...perks.flat()];
}

async function members(wanted: string, signal: AbortSignal): Promise<Finding[]> {
  if (!session.may('members:read') || wanted === '') return [];
  const { data } = await findMembers({ q: wanted, limit: MEMBERS }, signal);
  return data.map((member) => ({
    title: memberName(member),
    note: member.identities.map(identityName).find((handle) => handle !== memberName(member)) ?? 'Person',
    href: link.person(member.id),
    icon: 'people' as const,
  }));
}

async function topicsOf(wanted: string, signal: AbortSignal): Promise<Finding[]> {
  if (wanted === '') return [];
  return (await topics(wanted, TOPICS, signal)).map(({ topic }) => ({
    title: topicName(topic),
    note: 'Topic',
    href: link.leaderboard({ topic }),
    icon: 'topic' as const,
  }));
}

/** Returns the pages, which need no answer of the service. */
export function everything(wanted: string): Finding[] {
  const menu: Finding[] = places().map(({ title, href, icon }) => ({ title, note: 'Page', href, icon }));
  const sessions: Finding = { title: 'Sessions', note: 'Page', href: link.sessions(), icon: 'account' };
  return [...menu, sessions].filter(({ title }) => begins(title, wanted));
}

/** Returns everything that begins so: pages, people, programs, perks, topics. */
export async function search(wanted: string, signal: AbortSignal): Promise<Finding[]> {
  kept ??= programsAndPerks();
  // What one kind lacks, such as a right, must not hide the others; if all fail, so does the search.
  const asked = await Promise.allSettled([members(wanted, signal), kept, topicsOf(wanted, signal)]);
  if (asked.every(({ status }) => status === 'rejected')) throw new Error('nothing could be searched');
  const [people, own, named] = asked.map((result) => (result.status === 'fulfilled' ? result.value : []));
  const matching = (own ?? []).filter(({ title, href }) => begins(`${title} ${decodeURIComponent(href)}`, wanted));
  return [...(people ?? []), ...everything(wanted), ...matching, ...(named ?? [])];
}
