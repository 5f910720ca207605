import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { AdjustmentView } from '../../shared/protocol/rest.ts';
import { readDollars } from '../../shared/read-dollars.ts';
import { Client } from './client.ts';
import { CliError } from './cli-error.ts';
import { dollars } from './dollars.ts';

const OPTIONS = {
  account: { type: 'string' },
  give: { type: 'string' },
  take: { type: 'string' },
  reason: { type: 'string' },
  key: { type: 'string' },
  json: { type: 'boolean', default: false },
  server: { type: 'string' },
} as const;

/** `adjust`: credits adjusted by hand, newest first; with an account, an amount and a reason: another one. */
export async function adjust(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { account, give, take, reason } = values;
  const client = Client.open(values.server, env);
  if (account === undefined && give === undefined && take === undefined && reason === undefined) {
    const list = await client.adjustments();
    if (values.json) console.log(JSON.stringify(list));
    else if (list.adjustments.length === 0) console.log('Nothing was adjusted by hand.');
    else console.log(list.adjustments.map(readable).join('\n'));
    return 0;
  }
  if (account === undefined || reason === undefined || (give === undefined) === (take === undefined)) {
    throw new CliError('bad_argument', 'Expected --account N, either --give or --take DOLLARS, and --reason TEXT.');
  }
  if (!/^\d{1,10}$/.test(account))
    throw new CliError('bad_argument', `--account: expected an account’s number, got “${account}”.`);
  const micros = give === undefined ? -microsFrom(take ?? '') : microsFrom(give);
  const made = await client.adjust({ accountId: Number(account), micros, reason }, values.key ?? randomUUID());
  console.log(values.json ? JSON.stringify(made) : readable(made));
  return 0;
}

function microsFrom(text: string): number {
  const micros = readDollars(text);
  if (micros === undefined) throw new CliError('bad_argument', `Expected dollars such as 5 or 5.25, got “${text}”.`);
  return micros;
}

function readable({ id, at, accountId, micros, state, authorId, decidedBy, reason }: AdjustmentView): string {
  const second = decidedBy === null || decidedBy === authorId ? '' : `, ${decidedBy}`;
  const moved = `${micros < 0 ? 'taken from' : 'given to'} account ${accountId}`;
  return [id, new Date(at).toISOString(), state, `${dollars(micros)} ${moved}`, `by ${authorId}${second}`, reason].join(
    '\t',
  );
}
