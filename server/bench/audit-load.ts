import { must } from '../../shared/assert.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';
import { below, unit, type Rng } from '../../shared/rng.ts';
import { SECOND } from '../../shared/time.ts';
import type { AuditExecutor, RerunRequest, RoundOfJob } from '../core/ports.ts';
import { UNITS_PER_WINNER, type AuditedUnit } from './audit-mix.ts';

/** All 64 chunks of a task. */
export const WHOLE: readonly number[] = Array.from({ length: CHUNKS_PER_TASK }, (_, chunk) => chunk);
/** A large round's; which task it is makes no difference. */
const MOST_TASKS = 64;

export interface Load {
  readonly mix: readonly AuditedUnit[];
  readonly rounds: readonly RoundOfJob[];
  readonly unitsPerSecond: number;
  readonly endMs: number;
}

export interface Arrival {
  readonly atMs: number;
  readonly audited: AuditedUnit;
  readonly round: RoundOfJob;
  readonly task: number;
  /** It was the last of its round, which rests on one chunk of it. */
  readonly closesRound: boolean;
}

/** Units at random instants, `perSecond` on average, each of a random job and of a device at a random point of its life. */
export function drawArrivals(rng: Rng, { mix, rounds, unitsPerSecond, endMs }: Load): readonly Arrival[] {
  const arrivals: Arrival[] = [];
  for (let atMs = 0; ;) {
    atMs += (-Math.log(1 - unit(rng)) * SECOND) / unitsPerSecond;
    if (atMs >= endMs) return arrivals;
    arrivals.push({
      atMs,
      audited: must(mix[below(rng, mix.length)], 'a unit'),
      round: must(rounds[below(rng, rounds.length)], 'a round'),
      task: below(rng, MOST_TASKS),
      closesRound: below(rng, UNITS_PER_WINNER) === 0,
    });
  }
}

/** How long each request took, in milliseconds. */
export interface Delays {
  readonly answer: number[];
  readonly background: number[];
}

/** Asks for everything at its instant, waits until all has come back, and takes down how long each took from when it was due. */
export async function play(
  executor: Pick<AuditExecutor, 'rerun'>,
  arrivals: readonly Arrival[],
  delays: Delays,
): Promise<void> {
  const startedAt = performance.now() - (arrivals[0]?.atMs ?? 0);
  const ask = async (request: RerunRequest, dueAt: number): Promise<void> => {
    await executor.rerun(request);
    delays[request.urgency].push(performance.now() - dueAt);
  };
  const auditOne = async ({ audited, round, task, closesRound, atMs }: Arrival): Promise<void> => {
    const dueAt = startedAt + atMs;
    const of = { ...round, task, build: 'first' } as const;
    const waited = [ask({ ...of, chunks: WHOLE.slice(0, audited.gateChunks), urgency: 'answer' }, dueAt)];
    if (closesRound) waited.push(ask({ ...of, chunks: [CHUNKS_PER_TASK - 1], urgency: 'answer' }, dueAt));
    await Promise.all(waited);
    if (audited.isWhole) await ask({ ...of, chunks: WHOLE, urgency: 'background' }, performance.now());
  };
  const underWay: Promise<void>[] = [];
  for (const arrival of arrivals) {
    const waitMs = startedAt + arrival.atMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    underWay.push(auditOne(arrival));
  }
  await Promise.all(underWay);
}
