import type { AccountId } from '../../shared/ids.ts';

/** Something that people may one day have to be shown to have happened. */
export interface AuditEvent {
  readonly at: number;
  /** Whose act it was; nothing when the server acted by itself, or does not know. */
  readonly actorId: AccountId | null;
  /** In snake_case and in the past: `consent_withdrawn`. */
  readonly action: string;
  /** What it was done to: `device:7`, `account:3`, `policy:2`. */
  readonly target: string;
  /** Plain values, no names and no secrets: the log is never erased. */
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** Takes an event down. Never waits and never throws: what cannot be written now is written later. */
export type AuditPort = (event: AuditEvent) => void;
