import { parseArgs } from 'node:util';
import type { InviteRequest } from '../../shared/protocol/app.ts';
import { Client } from './client.ts';
import { CliError } from './cli-error.ts';

const OPTIONS = {
  role: { type: 'string', default: 'driver' },
  json: { type: 'boolean', default: false },
  server: { type: 'string' },
} as const;

const ROLES: readonly InviteRequest['role'][] = ['driver', 'tester', 'admin'];

/** `invite`: a link that lets one person in. */
export async function invite(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const role = ROLES.find((one) => one === values.role);
  if (!role) throw new CliError('bad_argument', `--role: expected ${ROLES.join(', ')}, got “${values.role}”.`);
  const client = Client.open(values.server, env);
  const { code, path } = await client.invite(role);
  const link = client.server + path;
  console.log(
    values.json
      ? JSON.stringify({ code, link, role })
      : `${link}\nfor one ${role}, within ${role === 'admin' ? '30 minutes' : '30 days'}`,
  );
  return 0;
}
