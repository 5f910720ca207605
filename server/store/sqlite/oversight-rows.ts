import type { AccountId } from '../../../shared/ids.ts';
import type { PolicyChange } from '../../../shared/model/policy-change.ts';
import type { AuditEvent, StoredAuditEvent } from '../../core/ports.ts';
import { maybeNum, num, text, type Row } from './cells.ts';
import type { Statements } from './statements.ts';

/** Rows of what admins do and what the audit log is told, and the model's values. */

export const fromPolicyChange = (change: PolicyChange): Row => ({
  id: change.id,
  at: change.at,
  author_id: change.authorId,
  reason: change.reason,
  changes: JSON.stringify(change.changes),
  state: change.state,
  decided_at: change.decidedAt ?? null,
  decided_by: change.decidedBy ?? null,
  version: change.version ?? null,
  settings: JSON.stringify(change.settings),
});

const toPolicyChange = (row: Row): PolicyChange => ({
  id: num(row, 'id'),
  at: num(row, 'at'),
  authorId: num(row, 'author_id') as AccountId,
  reason: text(row, 'reason'),
  changes: JSON.parse(text(row, 'changes')) as PolicyChange['changes'],
  state: text(row, 'state') as PolicyChange['state'],
  decidedAt: maybeNum(row, 'decided_at'),
  decidedBy: maybeNum(row, 'decided_by') as AccountId | undefined,
  version: maybeNum(row, 'version'),
  settings: JSON.parse(text(row, 'settings')) as PolicyChange['settings'],
});

export const fromAuditEvent = ({ at, actorId, action, target, detail }: AuditEvent): Row => ({
  at,
  actor_id: actorId,
  action,
  target,
  detail: JSON.stringify(detail),
});

export const policyChanges = (from: Statements): PolicyChange[] =>
  from.all('SELECT * FROM policy_change ORDER BY id').map(toPolicyChange);

export const waitingAuditEvents = (from: Statements, limit: number): StoredAuditEvent[] =>
  from.all('SELECT * FROM audit_event ORDER BY id LIMIT ?', limit).map((row) => ({
    id: num(row, 'id'),
    at: num(row, 'at'),
    actorId: (maybeNum(row, 'actor_id') as AccountId | undefined) ?? null,
    action: text(row, 'action'),
    target: text(row, 'target'),
    detail: JSON.parse(text(row, 'detail')) as AuditEvent['detail'],
  }));
