import type { AuditEvent } from '../core/ports.ts';

/** Tells the audit log what is being done. */
export type Note = (event: Omit<AuditEvent, 'at'>) => void;

/**
 * How an act that is none of the coordinator's (a sign-in, a key, a proposal) is done and told: what `act` writes and what it
 * notes are one transaction, so neither is there without the other, whatever happens to this process.
 */
export interface AuditPort {
  /** `act` is synchronous and writes on the store's own connection. What it throws undoes both, and is thrown on. */
  commit<T>(act: (note: Note) => T): T;
}
