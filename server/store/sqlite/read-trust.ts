import type { DeviceId, JobId } from '../../../shared/ids.ts';
import type { ExchangeRow } from '../../../shared/model/device.ts';
import type { Evidence } from '../../../shared/model/evidence.ts';
import type { Correction, Vote } from '../../../shared/model/job.ts';
import type { ChunkKey } from '../../core/ports.ts';
import { num } from './cells.ts';
import { toEvidence, toExchange } from './device-rows.ts';
import { toCorrection, toVote } from './job-rows.ts';
import type { Statements } from './statements.ts';

/** What is held until it is believed, what was found wrong, and what follows. */

/**
 * Looks through all the device ever handed in: 0.4 ms for one with 3,000 exchanges of 16 units, once a day. A partial index of
 * pending rows makes that 0.03 ms and costs every exchange about a tenth (measured), so there is none.
 */
export const pendingOf = (from: Statements, deviceId: DeviceId): ExchangeRow[] =>
  from
    .all(`SELECT * FROM exchange WHERE device_id = ? AND state = 'pending' ORDER BY seq, block_id`, deviceId)
    .map(toExchange);

/** The index holds these rows and no others; naming it makes a condition that no longer fits it an error, not a long look. */
export const wholeDue = (from: Statements, limit: number): ExchangeRow[] =>
  from
    .all(
      `SELECT * FROM exchange INDEXED BY exchange_whole
       WHERE state = 'pending' AND audit = 'passed' AND whole_due <> whole_done
       ORDER BY accepted_at, device_id, seq, block_id LIMIT ?`,
      limit,
    )
    .map(toExchange);

/**
 * Found by way of the job's results and votes: an index by block would be written twice for every exchange there is, and
 * this is asked only when a job fails.
 */
export const ungatedOf = (from: Statements, jobId: JobId): ExchangeRow[] =>
  from
    .all(
      `SELECT x.*
       FROM (SELECT r.device_id, r.seq, r.block_id FROM block b JOIN result r ON r.block_id = b.id WHERE b.job_id = ?
             UNION
             SELECT v.device_id, v.seq, v.block_id FROM block b JOIN vote v ON v.block_id = b.id WHERE b.job_id = ?) done
       JOIN exchange x ON x.device_id = done.device_id AND x.seq = done.seq AND x.block_id = done.block_id
       WHERE x.state = 'pending' AND x.audit = 'none' ORDER BY x.accepted_at, x.device_id, x.seq, x.block_id`,
      jobId,
      jobId,
    )
    .map(toExchange);

export const voidedBy = (from: Statements, evidenceId: number): ExchangeRow[] =>
  from
    .all(
      'SELECT * FROM exchange INDEXED BY exchange_voided WHERE voided_by = ? ORDER BY device_id, seq, block_id',
      evidenceId,
    )
    .map(toExchange);

export function evidence(from: Statements, id: number): Evidence | undefined {
  const row = from.one('SELECT * FROM evidence WHERE id = ?', id);
  return row && toEvidence(row);
}

export const evidenceOf = (from: Statements, deviceId: DeviceId): Evidence[] =>
  from.all('SELECT * FROM evidence WHERE device_id = ? ORDER BY id', deviceId).map(toEvidence);

export const evidenceAt = (from: Statements, { jobId, round, task, chunk }: ChunkKey): Evidence[] =>
  from
    .all(
      'SELECT * FROM evidence WHERE job_id = ? AND round = ? AND task = ? AND chunk = ? ORDER BY id',
      jobId,
      round,
      task,
      chunk,
    )
    .map(toEvidence);

/** Corrections are few and leave the table when a round takes them over, so the jobs that have any are found from there. */
export const correctionsDue = (from: Statements, limit: number): JobId[] =>
  from
    .all(
      `SELECT due.job_id FROM (SELECT DISTINCT job_id FROM correction) due JOIN job j ON j.id = due.job_id
       WHERE j.state IN ('answered', 'failed') ORDER BY due.job_id LIMIT ?`,
      limit,
    )
    .map((row) => num(row, 'job_id') as JobId);

export const correctionsOf = (from: Statements, jobId: JobId): Correction[] =>
  from.all('SELECT * FROM correction WHERE job_id = ? ORDER BY round, task', jobId).map(toCorrection);

export const votesOf = (from: Statements, jobId: JobId, round: number): Vote[] =>
  from
    .all(
      'SELECT v.* FROM block b JOIN vote v ON v.block_id = b.id WHERE b.job_id = ? AND b.round = ? ORDER BY v.id',
      jobId,
      round,
    )
    .map(toVote);
