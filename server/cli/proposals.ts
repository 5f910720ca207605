import { parseArgs } from 'node:util';
import { Client } from './client.ts';
import { CliError } from './cli-error.ts';
import { dollars } from './dollars.ts';
import { SORTS, type Sort } from './sorts.ts';

const OPTIONS = { json: { type: 'boolean', default: false }, server: { type: 'string' } } as const;

interface Waiting {
  readonly sort: Sort;
  readonly id: number;
  readonly by: number;
  readonly what: string;
}

/** `waiting`: every proposal that waits for a second person. */
export async function waiting(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const all = await proposalsOf(Client.open(values.server, env));
  if (values.json) console.log(JSON.stringify({ waiting: all }));
  else if (all.length === 0) console.log('Nothing waits for a second person.');
  else console.log(all.map(({ sort, id, by, what }) => `${sort} ${id}\tby account ${by}\t${what}`).join('\n'));
  return 0;
}

/** `approve` and `reject`, each with what `waiting` names: `approve adjustment 7`. */
export async function decideProposal(args: string[], env: NodeJS.ProcessEnv, isApproved: boolean): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [name, id = '', ...rest] = positionals;
  const sort = SORTS.find((one) => one === name);
  if (!sort || !/^[1-9]\d{0,9}$/.test(id) || rest.length > 0)
    throw new CliError('bad_argument', `Expected ${SORTS.join(', ')} and a number, as \`waiting\` prints them.`);
  await Client.open(values.server, env).decide(sort, Number(id), isApproved);
  const done = { sort, id: Number(id), isApproved };
  console.log(values.json ? JSON.stringify(done) : `${sort} ${id}: ${isApproved ? 'approved, it holds' : 'rejected'}`);
  return 0;
}

async function proposalsOf(client: Client): Promise<readonly Waiting[]> {
  const [roles, policy, adjustments] = await Promise.all([client.roleChanges(), client.policy(), client.adjustments()]);
  return [
    ...roles.changes.map(({ id, accountId, role, proposedBy }) => ({
      ...{ sort: 'role' as const, id, by: proposedBy },
      what: `account ${accountId} becomes ${role}`,
    })),
    ...policy.changes
      .filter(({ state }) => state === 'proposed')
      .map(({ id, authorId, changes, reason }) => ({
        ...{ sort: 'policy' as const, id, by: authorId },
        what: `${JSON.stringify(changes)}: ${reason}`,
      })),
    ...adjustments.adjustments
      .filter(({ state }) => state === 'proposed')
      .map(({ id, authorId, accountId, micros, reason }) => ({
        ...{ sort: 'adjustment' as const, id, by: authorId },
        what: `${dollars(micros)} ${micros < 0 ? 'from' : 'to'} account ${accountId}: ${reason}`,
      })),
  ];
}
