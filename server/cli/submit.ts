import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Placement } from '../../shared/model/job.ts';
import type { JobView } from '../../shared/protocol/rest.ts';
import { answerHere } from './answer-here.ts';
import { CliError } from './cli-error.ts';
import { Client } from './client.ts';
import { followJob } from './follow-job.ts';
import { progressOn, round3 } from './progress.ts';

const OPTIONS = {
  placement: { type: 'string', default: 'auto' },
  wait: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  server: { type: 'string' },
  key: { type: 'string' },
} as const;

/** The last line on stdout, with --json. */
interface Outcome {
  /** None when this process computed the answer itself. */
  readonly jobId: number | null;
  readonly state: JobView['state'];
  readonly answer?: unknown;
  readonly failure?: string | undefined;
  readonly units: number;
  readonly waitMs: number;
}

export async function submit(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [kind, file, ...more] = positionals;
  if (kind === undefined || file === undefined || more.length > 0) {
    throw new CliError(
      'bad_argument',
      `Expected a kind and a file, got ${positionals.length} arguments: see \`help\`.`,
    );
  }
  const { wait, json, key } = values;
  const placement = readPlacement(values.placement);
  const request = readRequest(file, env);
  const client = Client.open(values.server, env);
  const startedAt = performance.now();
  const reply = await client.submit({ kind, placement, request }, key);
  if (reply.placement === 'phone') {
    const answer = answerHere(kind, request);
    const waitMs = Math.round(performance.now() - startedAt);
    return print({ jobId: null, state: 'answered', answer, units: 0, waitMs }, json);
  }
  if (!wait) return print(reply, json);
  const progress = progressOn(process.stderr);
  const job = await followJob(client, reply.jobId, progress.show).finally(progress.end);
  return print(job, json);
}

function readPlacement(text: string): Placement {
  if (text === 'auto' || text === 'phone' || text === 'pool') return text;
  throw new CliError('bad_argument', `--placement: expected auto, phone or pool, got “${text}”.`);
}

/** A file of JSON is sent as what it says, any other as its text: the kind reads both. `-` is standard input. */
function readRequest(file: string, env: NodeJS.ProcessEnv): unknown {
  // npm runs scripts in the project's folder; the path was written in the folder of whoever typed it.
  const path = file === '-' ? 0 : resolve(env['INIT_CWD'] ?? '.', file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CliError('no_file', `${file} cannot be read: ${(error as Error).message}.`);
  }
  if (!file.endsWith('.json')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CliError('bad_json', `${file} is not JSON.`);
  }
}

/** Says how it stands, and whether that is a success. */
function print({ jobId, state, answer, failure, units, waitMs }: Outcome, json: boolean): number {
  const outcome: Outcome = { jobId, state, answer, failure, units, waitMs };
  console.log(json ? JSON.stringify(outcome) : readable(outcome));
  return state === 'failed' ? 1 : 0;
}

function readable({ jobId, state, answer, failure, units, waitMs }: Outcome): string {
  const who = jobId === null ? 'Computed here, nothing was filed: answered' : `Job ${jobId}: ${state}`;
  if (state === 'running') return `${who}, ${units} units. Ask how it is with \`npm run zeus -- jobs\`.`;
  if (state === 'failed') return `${who} (${failure}).`;
  return `${who} after ${(waitMs / 1000).toFixed(1)} s.\n${answerText(answer)}`;
}

function answerText(answer: unknown): string {
  const { length, tour } = answer as { readonly length?: unknown; readonly tour?: unknown };
  if (typeof length !== 'number' || !Array.isArray(tour)) return JSON.stringify(answer);
  return `length ${round3(length)}\ntour   ${tour.join(' ')}`;
}
