/** One act that somebody may have to answer for. */
export interface AuditEvent {
  readonly at: number;
  /** The account that acted. */
  readonly actorId: number;
  /** In snake_case: `role_changed`. */
  readonly action: string;
  /** What it was done to: `account:7`, `invite:9f3c51d0`. */
  readonly target: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/** Takes an act into the log. Never fails for whoever acts. */
export type Audit = (event: AuditEvent) => void;

/** Onto the console, a line each. */
export const sayAudit =
  (say: (line: string) => void): Audit =>
  ({ actorId, action, target, detail }) => {
    const more = Object.entries(detail).map(([name, value]) => ` ${name}=${value}`);
    say(`audit: account ${actorId} ${action} ${target}${more.join('')}`);
  };
