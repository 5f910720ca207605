import { pcg32, unit, type Rng } from '../../shared/rng.ts';
import type { ServerClient } from '../../fleet/server-client.ts';

/** Enough that the queue is never empty, not even while a round of one job waits for its checks. */
const JOBS_AT_ONCE = 3;
const LOOK_MS = 5_000;

export interface Feed {
  readonly jobsFiled: () => number;
  stop(): void;
}

/** Keeps requests of `stops` places in the pool, asked by the operator's account: never the driver's own. */
export async function feedWork(client: ServerClient, stops: number, seed: bigint): Promise<Feed> {
  const rng = pcg32(seed);
  const running = new Set<number>();
  let filed = 0;

  async function topUp(): Promise<void> {
    for (const id of running) if ((await client.job(id)).state !== 'running') running.delete(id);
    while (running.size < JOBS_AT_ONCE) {
      running.add((await client.submit('route-plan', drawPlaces(rng, stops))).jobId);
      filed++;
    }
  }
  await topUp();
  const timer = setInterval(() => void topUp().catch(() => undefined), LOOK_MS); // the next look tries again
  return { jobsFiled: () => filed, stop: () => clearInterval(timer) };
}

/** A request as a driver pastes it: places in and around a large city. */
export function drawPlaces(rng: Rng, count: number): string {
  const lines = Array.from({ length: count }, () => {
    return `${(40.5 + unit(rng) * 0.5).toFixed(6)},${(-74.3 + unit(rng) * 0.6).toFixed(6)}`;
  });
  return `${['lat,lon', ...lines].join('\n')}\n`;
}
