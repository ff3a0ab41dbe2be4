// What the page of a person asks for.
import { api, Failure, ok, type Schemas } from '../../api/client';

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
  /** The outcome with all its reasons, as a trial that is not recorded; `null` to those who may only read. */
  outcome: Schemas['Reasons'] | null;
  offers: Schemas['OffersBody'];
}

export async function standing(member: string, program: string, signal: AbortSignal): Promise<Standing> {
  const path = { member, program };
  const [tier, decision, offers] = await Promise.all([
    ok(api.GET('/v1/programs/{program}/members/{member}/tier', { params: { path }, signal })),
    trial(member, program, signal),
    ok(api.GET('/v1/programs/{program}/members/{member}/offers', { params: { path }, signal })),
  ]);
  return { tier, outcome: decision, offers };
}

async function trial(member: string, program: string, signal: AbortSignal): Promise<Schemas['Reasons'] | null> {
  try {
    const decision = await ok(api.POST('/v1/decisions', { body: { member, program, dry: true }, signal }));
    return (decision as Schemas['DecisionBody']).outcome;
  } catch (error) {
    // Roles that only read may send no request of this kind; the rest of the page is theirs all the same.
    if (error instanceof Failure && error.status === 403) return null;
    throw error;
  }
}

export const explanation = (member: string, signal: AbortSignal) =>
  ok(api.GET('/v1/members/{member}/score/explanation', { params: { path: { member } }, signal }));

/** Returns the days of a member's score, oldest first, back to 90 days ago. */
export async function scoreDays(member: string, signal: AbortSignal): Promise<Schemas['DayBody'][]> {
  const from = new Date(Date.now() - 90 * 86_400_000).toISOString().slice(0, 10);
  const query = { from, limit: 100 };
  const found = await ok(
    api.GET('/v1/members/{member}/score/history', { params: { path: { member }, query }, signal }),
  );
  return found.data.toReversed();
}

export const tierHistory = (
  member: string,
  program: string,
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
) =>
  ok(
    api.GET('/v1/programs/{program}/members/{member}/tier/history', {
      params: { path: { member, program }, query: { limit, cursor } },
      signal,
    }),
  );
