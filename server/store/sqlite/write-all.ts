import { assert } from '../../../shared/assert.ts';
import type { LedgerAccount, Transfer } from '../../../shared/model/ledger.ts';
import type { WriteSet } from '../../core/ports.ts';
import { fromAccount, fromConsent, fromDevice, fromEvidence, fromExchange, fromInvite } from './device-rows.ts';
import { eraseAccount } from './erase-account.ts';
import { fromAdjustment } from './adjustment-rows.ts';
import { fromAuditEvent, fromPolicyChange } from './oversight-rows.ts';
import { fromBlock, fromJob, fromResult, fromRound, fromVote } from './job-rows.ts';
import { PUTS, type Statements } from './statements.ts';

/** What one transaction writes; the caller's is open. Rows that others refer to go first. */
export function writeAll(to: Statements, writes: WriteSet): void {
  for (const account of writes.accounts) to.put(PUTS.account, fromAccount(account));
  for (const device of writes.devices) to.put(PUTS.device, fromDevice(device));
  for (const consent of writes.consents) to.put(PUTS.consent, fromConsent(consent));
  for (const invite of writes.invites) to.put(PUTS.invite, fromInvite(invite));
  for (const job of writes.jobs) to.put(PUTS.job, fromJob(job));
  for (const round of writes.rounds) to.put(PUTS.round, fromRound(round));
  for (const block of writes.blocks) to.put(PUTS.block, fromBlock(block));
  for (const { blockId, taskIndex } of writes.droppedResults) {
    to.run('DELETE FROM result WHERE block_id = ? AND task_index = ?', blockId, taskIndex);
  }
  for (const result of writes.results) to.put(PUTS.result, fromResult(result));
  for (const { blockId, taskIndex, deviceId } of writes.droppedVotes) {
    to.run('DELETE FROM vote WHERE block_id = ? AND task_index = ? AND device_id = ?', blockId, taskIndex, deviceId);
  }
  for (const vote of writes.votes) to.put(PUTS.vote, fromVote(vote));
  for (const evidence of writes.evidence) to.put(PUTS.evidence, fromEvidence(evidence));
  for (const row of writes.exchanges) to.put(PUTS.exchange, fromExchange(row));
  // Taken ones first: when one transaction takes a task over and finds it wrong anew, doing it twice is the safe side.
  for (const { jobId, round, task } of writes.takenCorrections) {
    to.run('DELETE FROM correction WHERE job_id = ? AND round = ? AND task = ?', jobId, round, task);
  }
  for (const { jobId, round, task } of writes.corrections) {
    to.run('INSERT OR IGNORE INTO correction (job_id, round, task) VALUES (?, ?, ?)', jobId, round, task);
  }
  bookTransfers(to, writes.transfers);
  for (const { key, topic, jobId } of writes.outbox) {
    to.run('INSERT INTO outbox (key, topic, job_id) VALUES (?, ?, ?)', key, topic, jobId);
  }
  if (writes.programme) {
    const { version, isOn, targetPercent, at, authorId, reason } = writes.programme;
    to.run(
      'INSERT INTO programme (version, is_on, target_percent, at, author_id, reason) VALUES (?, ?, ?, ?, ?, ?)',
      ...[version, isOn ? 1 : 0, targetPercent, at, authorId ?? null, reason],
    );
  }
  for (const adjustment of writes.adjustments) to.put(PUTS.adjustment, fromAdjustment(adjustment));
  for (const accountId of writes.erased) eraseAccount(to, accountId);
  for (const id of writes.erasedOutside) to.run('UPDATE erasure SET is_done = 1 WHERE account_id = ?', id);
  for (const change of writes.policyChanges) to.put(PUTS.policyChange, fromPolicyChange(change));
  for (const { id, by, at } of writes.approvedRoleChanges) {
    const { changes } = to.run(
      'UPDATE role_change SET approved_by = ?, approved_at = ? WHERE id = ? AND approved_at IS NULL AND rejected_at IS NULL',
      by,
      at,
      id,
    );
    assert(changes === 1, `proposal ${id} of another role is no longer open`);
  }
  for (const event of writes.auditEvents) to.put(PUTS.auditEvent, fromAuditEvent(event));
  if (writes.loggedAuditEvents > 0) to.run('DELETE FROM audit_event WHERE id <= ?', writes.loggedAuditEvents);
  for (const id of writes.sentOutbox) to.run('UPDATE outbox SET sent = 1 WHERE id = ?', id);
}

/** Entries one by one, balances once per account and commit. */
function bookTransfers(to: Statements, transfers: readonly Transfer[]): void {
  const deltas = new Map<LedgerAccount, number>();
  for (const { id, kind, cause, at, entries } of transfers) {
    to.run('INSERT INTO transfer (id, kind, cause, at) VALUES (?, ?, ?, ?)', id, kind, cause, at);
    for (const { account, micros } of entries) {
      to.run('INSERT INTO entry (transfer_id, account, micros) VALUES (?, ?, ?)', id, account, micros);
      deltas.set(account, (deltas.get(account) ?? 0) + micros);
    }
  }
  for (const [account, delta] of deltas) {
    // Two steps, not an upsert: the check on the row an upsert would insert refuses a debit before it finds the conflict.
    const { changes } = to.run('UPDATE balance SET micros = micros + ? WHERE account = ?', delta, account);
    if (changes === 0) to.run('INSERT INTO balance (account, micros) VALUES (?, ?)', account, delta);
  }
}
