import { parseArgs } from 'node:util';
import type { JobView } from '../../shared/protocol/rest.ts';
import { Client } from './client.ts';
import { progressLine } from './progress.ts';

const OPTIONS = { json: { type: 'boolean', default: false }, server: { type: 'string' } } as const;

/** `jobs`: the newest, one line each. */
export async function jobs(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const list = await Client.open(values.server, env).jobs();
  if (values.json) console.log(JSON.stringify(list));
  else if (list.jobs.length === 0) console.log('No jobs yet.');
  else for (const job of list.jobs) console.log(line(job));
  return 0;
}

function line(job: JobView): string {
  // The answer is another than it was: a phone that had worked on it was found to err.
  const updated = job.correctedAt === null ? '' : `\tanswer updated ${new Date(job.correctedAt).toISOString()}`;
  return `${job.jobId}\t${job.kind}\t${job.state}\t${progressLine(job)}${updated}`;
}
