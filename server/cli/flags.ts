import { parseArgs } from 'node:util';
import type { AccountLink } from '../../shared/protocol/rest.ts';
import { Client } from './client.ts';

const OPTIONS = { json: { type: 'boolean', default: false }, server: { type: 'string' } } as const;

/** `flags`: accounts that feed each other, one line each. To look at: nothing follows from it by itself. */
export async function flags(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const found = await Client.open(values.server, env).flags();
  if (values.json) console.log(JSON.stringify(found));
  else if (found.links.length === 0) console.log('No accounts feed each other.');
  else for (const link of found.links) console.log(readable(link));
  return 0;
}

function readable({ asker, worker, units, share, isMutual }: AccountLink): string {
  const ways = isMutual ? 'both ways' : 'one way';
  return `${named(worker)} did ${Math.round(100 * share)} % of the work of ${named(asker)}\t${units} units\t${ways}`;
}

const named = ({ accountId, name }: AccountLink['asker']): string => `${accountId} (${name})`;
