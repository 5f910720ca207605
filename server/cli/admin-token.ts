import { parseArgs } from 'node:util';
import { Client } from './client.ts';

const OPTIONS = { json: { type: 'boolean', default: false }, server: { type: 'string' } } as const;

/** `admin-token`: a link that makes one person an admin, for the first one, or when none can get in any more. */
export async function adminToken(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const client = Client.open(values.server, env);
  const { code, path } = await client.invite('admin');
  // Passkeys need a name: the numbers of this machine have none.
  const link = client.server.replace('127.0.0.1', 'localhost') + path;
  console.log(values.json ? JSON.stringify({ code, link }) : `${link}\nfor one admin, once, within 30 minutes`);
  return 0;
}
