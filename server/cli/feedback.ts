import { parseArgs } from 'node:util';
import type { FeedbackView } from '../../shared/protocol/rest.ts';
import { Client } from './client.ts';

const OPTIONS = { json: { type: 'boolean', default: false }, server: { type: 'string' } } as const;

/** `feedback`: what people wrote, newest first. */
export async function feedback(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const list = await Client.open(values.server, env).feedback();
  if (values.json) console.log(JSON.stringify(list));
  else if (list.feedback.length === 0) console.log('Nobody has written yet.');
  else console.log(list.feedback.map(readable).join('\n\n'));
  return 0;
}

function readable({ feedbackId, at, name, accountId, kind, text, attached }: FeedbackView): string {
  const { version, engine, state, reason, sharePercent, isOnline } = attached;
  const where = isOnline ? '' : ', offline';
  const doing = reason === null ? state : `${state} (${reason})`;
  return [
    `${feedbackId}\t${new Date(at).toISOString()}\t${kind}\t${accountId} (${name})`,
    `  ${version}, ${engine}, ${doing}, ${sharePercent} %${where}`,
    ...text.split('\n').map((line) => `  | ${line}`),
  ].join('\n');
}
