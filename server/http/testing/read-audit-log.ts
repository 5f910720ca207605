import { logFilesIn } from '../../audit-log/log-files.ts';
import { verifyLog } from '../../audit-log/verify-log.ts';
import type { AuditEvent } from '../../core/ports.ts';
import { rootSecret } from '../../adapters/root-secret.ts';
import { auditMasterFrom } from '../../adapters/secrets.ts';
import { join } from 'node:path';
import type { TestServer } from './test-server.ts';

/** What a server's audit log holds on the disk, all of it, once everything that waited is there. Throws when it is not whole. */
export async function readAuditLog({ dataDir, operator }: TestServer): Promise<readonly AuditEvent[]> {
  await operator.get('/api/admin/audit-log'); // which waits for what waits
  const source = { given: undefined, file: join(dataDir, 'secrets.json'), isProduction: false };
  const events: AuditEvent[] = [];
  const master = auditMasterFrom(rootSecret(source, () => undefined));
  const { fault } = verifyLog(logFilesIn(dataDir), master, ({ entry }) => events.push(entry.event));
  if (fault) throw new Error(`${fault.code} at record ${fault.record}`);
  return events;
}
