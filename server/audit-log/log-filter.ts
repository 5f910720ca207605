import type { AuditEvent } from '../core/ports.ts';

/** Which records to show; what is not given does not matter. */
export interface LogFilter {
  /** Milliseconds since 1970. */
  readonly since?: number | undefined;
  readonly action?: string | undefined;
  readonly actorId?: number | undefined;
}

export const isShown = ({ at, action, actorId }: AuditEvent, filter: LogFilter): boolean =>
  at >= (filter.since ?? 0) &&
  (filter.action === undefined || filter.action === action) &&
  (filter.actorId === undefined || filter.actorId === actorId);
