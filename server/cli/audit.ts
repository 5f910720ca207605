import { parseArgs } from 'node:util';
import type { AuditView } from '../../shared/protocol/rest.ts';
import { rotateAuditKey, showAuditLog, verifyAuditLog } from './audit-log.ts';
import { Client } from './client.ts';
import { CliError } from './cli-error.ts';

const OPTIONS = { json: { type: 'boolean', default: false }, server: { type: 'string' } } as const;

/** `audit`: how much of what phones hand in can be run again. `audit verify|show|rotate-key`: the audit log. */
export async function audit(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [first = '', ...rest] = args;
  if (first === 'verify') return verifyAuditLog(rest, env);
  if (first === 'show') return showAuditLog(rest, env);
  if (first === 'rotate-key') return rotateAuditKey(rest, env);
  if (first !== '' && !first.startsWith('-')) {
    throw new CliError('bad_argument', 'Expected `audit`, `audit verify`, `audit show` or `audit rotate-key`.');
  }
  const { values } = parseArgs({ args, options: OPTIONS });
  const view = await Client.open(values.server, env).audit();
  console.log(values.json ? JSON.stringify(view) : readable(view));
  return 0;
}

function readable(view: AuditView): string {
  const { unitsPerSecond, threads, busyShare, waitingAnswerChunks, waitingBackgroundChunks, probation } = view;
  return [
    `${unitsPerSecond.toFixed(2)} whole units a second on ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    `${Math.round(100 * busyShare)} % busy in the last minute`,
    `${waitingAnswerChunks} chunks wait that somebody waits for, ${waitingBackgroundChunks} in the background`,
    `${probation.lastHour} units leased to new phones in the last hour, of at most ${Math.floor(probation.mostPerHour)}`,
  ].join('\n');
}
