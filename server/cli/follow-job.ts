import { setTimeout as sleep } from 'node:timers/promises';
import type { JobView } from '../../shared/protocol/rest.ts';
import type { Client } from './client.ts';
import { CliError } from './cli-error.ts';

const TRIES = 30;
const BETWEEN_TRIES_MS = 1_000;

/**
 * Follows a job to its end. A stream that breaks is opened again: the job does not depend on who watches it, and a server
 * that was restarted goes on with it.
 */
export async function followJob(
  client: Pick<Client, 'events'>,
  jobId: number,
  onProgress: (job: JobView) => void,
  pause: () => Promise<unknown> = () => sleep(BETWEEN_TRIES_MS),
): Promise<JobView> {
  for (let tries = 0; ; tries++) {
    try {
      for await (const { data } of client.events(jobId)) {
        const job = JSON.parse(data) as JobView;
        tries = 0;
        onProgress(job);
        if (job.state !== 'running') return job;
      }
    } catch (error) {
      const isRefusal = error instanceof CliError && error.code !== 'no_server' && error.code !== 'stopped';
      if (isRefusal || tries >= TRIES) throw error;
    }
    if (tries >= TRIES) throw new CliError('no_server', `The server ended the stream of job ${jobId} again and again.`);
    await pause();
  }
}
