/** A process that appends as fast as it can and says what is on the disk, for tests that kill it or take its disk away. */
import { setTimeout as delay } from 'node:timers/promises';
import { must } from '../../../shared/assert.ts';
import { AuditLog, AuditLogError } from '../audit-log.ts';
import { logFilesIn } from '../log-files.ts';

const folder = must(process.argv[2], 'a folder');
const clock = (): number => Date.now();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const log = await AuditLog.open({ files: logFilesIn(folder), master: new Uint8Array(32), clock, say });

for (let i = 1; ; i++) {
  const event = { at: clock(), actorId: null, action: 'tried', target: 'x', detail: { i, filler: 'x'.repeat(200) } };
  try {
    await log.append([{ event, eventId: i }]);
    say(`stored ${i}`);
  } catch (error) {
    say(error instanceof AuditLogError ? error.code : String(error));
    i--;
    await delay(20); // as a server's tick would try again
  }
}
