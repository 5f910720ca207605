import type { AuditEvent } from '../core/ports.ts';

/**
 * Takes down an event that is none of the coordinator's (a sign-in, an export). Never waits and never throws: what cannot be
 * written now is written later. What only memory holds yet is lost with the process; facts of the coordinator never are.
 */
export type AuditPort = (event: AuditEvent) => void;
