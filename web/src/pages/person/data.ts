// What the page of a person asks for.
import { api, ok, type Schemas } from '../../api/client';

/** Everything of one member that concerns all programs. */
export interface Profile {
  member: Schemas['MemberBody'];
  score: Schemas['ScoreBody'];
}

export async function profile(member: string, signal: AbortSignal): Promise<Profile> {
  const path = { member };
  const [found, score] = await Promise.all([
    ok(api.GET('/v1/members/{member}', { params: { path }, signal })),
    ok(api.GET('/v1/members/{member}/score', { params: { path }, signal })),
  ]);
  return { member: found, score };
}

/** What one program says about a member. */
export interface Standing {
  tier: Schemas['TierBody'];
  /** The outcome with all its reasons, as a trial that is not recorded. */
  outcome: Schemas['Reasons'];
  offers: Schemas['OffersBody'];
}

export async function standing(member: string, program: string, signal: AbortSignal): Promise<Standing> {
  const path = { member, program };
  const [tier, decision, offers] = await Promise.all([
    ok(api.GET('/v1/programs/{program}/members/{member}/tier', { params: { path }, signal })),
    ok(api.POST('/v1/decisions', { body: { member, program, dry: true }, signal })),
    ok(api.GET('/v1/programs/{program}/members/{member}/offers', { params: { path }, signal })),
  ]);
  return { tier, outcome: (decision as Schemas['DecisionBody']).outcome, offers };
}

export const explanation = (member: string, signal: AbortSignal) =>
  ok(api.GET('/v1/members/{member}/score/explanation', { params: { path: { member } }, signal }));

/** Returns the days of a member's score, oldest first, back to 90 days ago. */
export async function scoreDays(member: string, signal: AbortSignal): Promise<Schemas['DayBody'][]> {
  const from = new Date(Date.now() - 90 * 86_400_000).toISOString().slice(0, 10);
  const query = { from, limit: 100 };
  const found = await ok(api.GET('/v1/members/{member}/score/history', { params: { path: { member }, query }, signal }));
  return found.data.toReversed();
}

export const tierHistory = (member: string, program: string, cursor: string | undefined, limit: number, signal: AbortSignal) =>
  ok(
    api.GET('/v1/programs/{program}/members/{member}/tier/history', {
      params: { path: { member, program }, query: { limit, cursor } },
      signal,
    }),
  );
