// What the leaderboard asks for.
import { send, type Schemas } from '../../api/client';

/** One place of the leaderboard. */
export interface Entry {
  member: string;
  rank?: number | null;
  name?: string | null;
  accounts: string[];
  influence: Schemas['IndexBody'];
  topic?: (Schemas['TopicBody'] & { upper?: number | null }) | null;
  change_7d?: { rank: number | null; score: number | null } | null;
  tier?: { tier: string; title: string } | null;
  topics?: { topic: string; influence: number; lower: number; confidence: number }[];
}

interface Asked {
  topic?: string;
  program?: string;
  by: Schemas['LeaderboardOrder'];
  cursor?: string;
  limit: number;
}

export async function board(asked: Asked, signal: AbortSignal): Promise<{ data: Entry[]; page: Schemas['Page'] }> {
  const { limit, ...query } = asked;
  return send('GET', '/v1/leaderboard', { query: { ...query, limit: String(limit) }, signal });
}
