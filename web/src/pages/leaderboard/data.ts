// What the leaderboard asks for.
import { api, ok, type Schemas } from '../../api/client';

/** One place of the leaderboard. */
export type Entry = Schemas['LineBody'];

interface Asked {
  topic?: string;
  program?: string;
  by: Schemas['LeaderboardOrder'];
  cursor?: string;
  limit: number;
}

export const board = (query: Asked, signal: AbortSignal) =>
  ok(api.GET('/v1/leaderboard', { params: { query }, signal }));
