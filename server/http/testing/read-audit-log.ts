import { logFilesIn } from '../../audit-log/log-files.ts';
import { compare, readDatabaseIn } from '../../cli/database-beside.ts';
import { verifyLog } from '../../audit-log/verify-log.ts';
import type { AuditEvent } from '../../core/ports.ts';
import { rootSecret } from '../../adapters/root-secret.ts';
import { auditMasterFrom } from '../../adapters/secrets.ts';
import { join } from 'node:path';
import type { TestServer } from './test-server.ts';

/**
 * What a server's audit log holds on the disk, all of it, once everything that waited is there. Throws when it is not whole, or
 * when a row of a phone does not follow from it.
 */
export async function readAuditLog({ dataDir, operator }: TestServer): Promise<readonly AuditEvent[]> {
  await operator.get('/api/admin/audit-log'); // which waits for what waits
  const source = { given: undefined, file: join(dataDir, 'secrets.json'), isProduction: false };
  const events: AuditEvent[] = [];
  const master = auditMasterFrom(rootSecret(source, () => undefined));
  const beside = readDatabaseIn(dataDir);
  if (beside.kind !== 'read') throw new Error(`the database is ${beside.kind}`);
  const verdict = verifyLog(logFilesIn(dataDir), master, (record, byte) => {
    events.push(record.entry.event);
    beside.rows.take(record, byte);
  });
  const fault = verdict.fault ?? compare(beside.rows).fault;
  beside.close();
  if (fault) throw new Error(`${fault.code} at record ${fault.record}`);
  return events;
}
