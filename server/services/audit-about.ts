import type { AccountId } from '../../shared/ids.ts';
import type { LogRecord } from '../audit-log/record.ts';
import type { AuditEvent } from '../core/ports.ts';

/** Whom an export is for. */
export interface Subject {
  readonly accountId: AccountId;
  readonly deviceIds: ReadonlySet<number>;
}

/** A record of the audit log as the person it is about may read it: nobody else is in it, not even by a number. */
export interface RecordAboutMe {
  /** Its number in the log. */
  readonly n: number;
  /** ISO 8601, as all instants of an export. */
  readonly at: string;
  readonly action: string;
  readonly actor: 'you' | 'an admin' | 'the server';
  readonly target: string;
  readonly detail: AuditEvent['detail'];
}

/**
 * What of an action's detail its person may read. An action or a field that is not here is exported without it: what a later
 * change adds must not tell where checks look, or of somebody else, until somebody has said so here.
 */
const READABLE: Readonly<Record<string, readonly string[]>> = {
  account_opened: ['role'],
  adjustment_expired: ['micros'],
  adjustment_proposed: ['micros'],
  adjustment_rejected: ['micros'],
  appeal_decided: ['outcome', 'deviceId'],
  audit_key_rotated: ['keyId'],
  consent_granted: ['version', 'classes', 'networks', 'unitsLeased', 'lastExchange', 'commit'],
  consent_narrowed: ['version', 'classes', 'networks', 'unitsLeased', 'lastExchange', 'commit'],
  consent_withdrawn: ['version', 'classes', 'networks', 'unitsLeased', 'lastExchange', 'commit'],
  credits_adjusted: ['micros'],
  invite_accepted: ['role'],
  invite_created: ['role', 'expiresAt'],
  policy_change_proposed: ['version'],
  policy_change_rejected: ['version'],
  policy_changed: ['version'],
  programme_changed: ['isOn', 'targetPercent', 'version'],
  role_changed: ['role', 'before', 'alone'],
  role_proposed: ['role', 'change'],
  role_rejected: ['role', 'change'],
  signed_in: ['by'],
};

/** Nothing when the record is not about them: they did it, or it was done to their account, a phone or a key of theirs. */
export function recordAbout({ n, entry: { event } }: LogRecord, subject: Subject): RecordAboutMe | undefined {
  const { at, actorId, action, target, detail } = event;
  const isMine = isOwn(event, subject);
  if (actorId !== subject.accountId && !isMine) return undefined;
  const shown = isMine ? target : withoutPerson(target);
  const readable = shown === target ? (READABLE[action] ?? []) : []; // else it is somebody else's
  return {
    n,
    at: instantText(at),
    action,
    actor: actorId === subject.accountId ? 'you' : actorId === null ? 'the server' : 'an admin',
    target: shown,
    detail: Object.fromEntries(
      Object.entries(detail)
        .filter(([name]) => readable.includes(name))
        .map(([name, value]) => [name, name.endsWith('At') && typeof value === 'number' ? instantText(value) : value]),
    ),
  };
}

const instantText = (at: number): string => new Date(at).toISOString();

/** Keys are told by their account: the number of a key that is gone is given again. */
function isOwn({ target, detail }: AuditEvent, { accountId, deviceIds }: Subject): boolean {
  const [what, number] = target.split(':');
  if (what === 'account') return Number(number) === accountId;
  if (what === 'device') return deviceIds.has(Number(number));
  return detail['account'] === accountId || detail['accountId'] === accountId;
}

/** What an admin did to somebody else: that it was somebody's is all that is theirs to take along. */
const withoutPerson = (target: string): string => target.replace(/^(account|device|key|adjustment):\d+$/, 'another $1');
