import type { AccountId } from '../../shared/ids.ts';
import type { AuditTrailPage } from '../../shared/protocol/rest.ts';
import type { AuditLog } from '../audit-log/audit-log.ts';
import type { LogFiles } from '../audit-log/log-files.ts';
import { isShown, type LogFilter } from '../audit-log/log-filter.ts';
import { walkLog, type LogPage } from '../audit-log/verify-log.ts';
import type { AuditPort } from './audit-port.ts';
import type { AuditPump } from './audit-pump.ts';

export interface TrailParts {
  readonly log: AuditLog;
  readonly pump: AuditPump;
  readonly files: LogFiles;
  readonly master: Uint8Array;
  readonly audit: AuditPort;
}

/** The audit log as admins see it. */
export class AuditTrail {
  readonly #parts: TrailParts;

  constructor(parts: TrailParts) {
    this.#parts = parts;
  }

  /** The newest records that match, newest first; the whole log is verified on the way, and the verdict stands beside them. */
  async page(filter: LogFilter, limit: number): Promise<AuditTrailPage> {
    const newest: AuditTrailPage['records'][number][] = [];
    for await (const { records, verdict } of this.walk()) {
      for (const { n, entry } of records) {
        if (!isShown(entry.event, filter)) continue;
        newest.push({ n, ...entry.event });
        if (newest.length > limit) newest.shift();
      }
      if (verdict)
        return {
          records: newest.toReversed(),
          count: verdict.head.n,
          head: verdict.head.hash,
          fault: verdict.fault ?? null,
        };
    }
    throw new Error('a log ends with a verdict');
  }

  /** All of it from the first record on, with everything that was committed before; verified on the way. */
  async *walk(): AsyncGenerator<LogPage> {
    const { pump, files, master } = this.#parts;
    await pump.settled();
    yield* walkLog(files, master);
  }

  /** From now on another key seals the log. Returns the new key's id. */
  async rotateKey(by: AccountId): Promise<number> {
    const { log, pump, audit } = this.#parts;
    const keyId = await log.rotateKey();
    audit.commit((note) => note({ actorId: by, action: 'audit_key_rotated', target: 'audit-log', detail: { keyId } }));
    await pump.settled();
    return keyId;
  }
}
