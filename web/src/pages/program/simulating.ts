/** A simulation: what a source would change for the members, with its progress. */

import { Failure, ok, pageHeaders, type Schemas } from '../../api/client';

export type Affected = Schemas['Affected'] & { name?: string | null; identity?: string | null };
export type Simulation = Omit<Schemas['Simulation'], 'most_affected'> & { most_affected: Affected[] };
export type Horizon = 'at_once' | 'settled';

export interface Progress {
  done: number;
  of: number;
}

/** Splits a stream of text into lines; the last one may be unfinished. */
export function takeLines(text: string): { lines: string[]; rest: string } {
  const parts = text.split('\n');
  const rest = parts.pop() ?? '';
  return { lines: parts.filter((line) => line.trim() !== ''), rest };
}

/** Runs a simulation. It ends when the signal is aborted, here and in the service. */
export async function simulate(
  program: string,
  source: string,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Simulation> {
  const path = `/v1/programs/${encodeURIComponent(program)}/simulate`;
  const headers = { ...pageHeaders('POST'), 'Content-Type': 'application/json', Accept: 'application/x-ndjson' };
  const asked = fetch(path, { method: 'POST', headers, body: JSON.stringify({ source }), signal });
  const response = await ok<Response>(
    asked.then(async (answer) => ({
      data: answer,
      error: answer.ok ? undefined : ((await answer.json().catch(() => undefined)) as unknown),
      response: answer,
    })),
  );
  if (!response.body) throw Failure.withoutAnswer();
  let rest = '';
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const taken = takeLines(rest + part.value);
    rest = taken.rest;
    for (const line of taken.lines) {
      const result = read(line, onProgress);
      if (result) return result;
    }
  }
  const last = rest.trim() === '' ? null : read(rest, onProgress);
  if (last) return last;
  // The service broke off: it stopped, or the connection did.
  throw Failure.withoutAnswer();
}

function read(line: string, onProgress: (progress: Progress) => void): Simulation | null {
  const said = JSON.parse(line) as {
    progress?: Progress;
    result?: Simulation;
    problem?: Failure['problem'] & { status: number };
  };
  if (said.progress) onProgress(said.progress);
  if (said.problem) throw new Failure(said.problem.status, said.problem);
  return said.result ?? null;
}

/** Says in a sentence what a simulation found. */
export function summary(result: Simulation, horizon: Horizon): string {
  const { up, down } = result.moves[horizon];
  const when = horizon === 'settled' ? 'after notice and kept time' : 'at once';
  if (up === 0 && down === 0) return `Nobody would move between tiers ${when}.`;
  const parts = [
    up > 0 ? `${up.toLocaleString()} would rise` : '',
    down > 0 ? `${down.toLocaleString()} would fall` : '',
  ];
  return `${parts.filter(Boolean).join(' and ')}, ${when}.`;
}

/** Says how each tier changes: "11 Insider → 9". */
export function tierChanges(result: Simulation, horizon: Horizon, title: (tier: string) => string): string[] {
  return result.tiers
    .map((tier) => ({ tier: tier.tier, ...tier[horizon] }))
    .filter((tier) => tier.before !== tier.after)
    .map((tier) => `${tier.before.toLocaleString()} ${title(tier.tier)} → ${tier.after.toLocaleString()}`);
}
