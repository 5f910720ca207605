import type Database from 'better-sqlite3';
import type { AuditLog } from '../audit-log/audit-log.ts';
import { countEventsFrom, lastEventNumber } from '../store/sqlite/event-numbers.ts';

interface Parts {
  readonly database: Database.Database;
  readonly log: AuditLog;
  readonly clock: () => number;
  readonly say: (line: string) => void;
}

/**
 * A database put back from a backup would number its events anew, and the log, which knows those numbers, would take what
 * comes for what it has been told already. So they go on where the log stands, and the log says that the database went back,
 * and how far. Said first: after a crash in between it is said again, and nothing is lost.
 */
export async function goOnAfterTheLog({ database, log, clock, say }: Parts): Promise<void> {
  const [stored, logged] = [lastEventNumber(database), log.head.eventId];
  if (stored >= logged) return;
  const detail = { stored, logged };
  const event = { at: Math.floor(clock()), actorId: null, action: 'database_went_back', target: 'database', detail };
  await log.append([{ event, eventId: 0 }]);
  countEventsFrom(database, logged);
  say(
    `The database is older than the audit log: it knows ${stored} events, the log ${logged}. What happened in between is in the log alone.`,
  );
}
