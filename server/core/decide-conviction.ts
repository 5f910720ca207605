import { must } from '../../shared/assert.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Device, ExchangeRow } from '../../shared/model/device.ts';
import type { Evidence } from '../../shared/model/evidence.ts';
import { equalDigests } from '../../shared/protocol/output.ts';
import { dayOf } from '../../shared/time.ts';
import type { Context } from './context.ts';
import { reopen } from './decide-job.ts';
import type { Draft } from './draft.ts';
import { fraction, type ResultKey } from './draws.ts';
import type { BeforeConviction } from './facts.ts';
import { voidExchange } from './ledger.ts';
import { banned, convicted, ruleOn } from './trust.ts';
import type { Finding } from './verify.ts';

export interface Accusation {
  readonly device: Device;
  readonly result: ResultKey;
  readonly finding: Finding;
  /** When the wrong result was accepted. */
  readonly acceptedAt: number;
}

/**
 * A device is proven wrong: evidence, ruling, money and slots in one transaction with the proof. What is void is done again:
 * in its slot while the round is open, as a correction of the job after that.
 */
export function convict(accused: Accusation, before: BeforeConviction, draft: Draft, context: Context): void {
  const { device, result, finding } = accused;
  const { audit, probationTasks } = context.policy;
  draft.readAlso(before.results);
  const sameLie = before.sameChunk.filter(
    ({ deviceId, claimed, appeal }) =>
      deviceId !== device.id && appeal?.outcome !== 'granted' && equalDigests(claimed, finding.claimed),
  );
  const ruling = ruleOn(device, finding.wrongChunks, sameLie, audit);
  const evidence = evidenceOf(accused, before, ruling, draft);
  draft.putEvidence(evidence);
  draft.putDevice(convicted(device, ruling, draft.now, probationTasks));
  if (ruling === 'fraud') free(device.id, context);
  for (const { deviceId } of sameLie) {
    const other = draft.device(deviceId);
    if (!other) continue;
    draft.putDevice(banned(other, draft.now));
    free(deviceId, context);
  }

  const kept: ExchangeRow[] = [];
  for (const row of pendingRows(device, before, draft)) {
    const isOwn = row.seq === result.seq && row.blockId === result.blockId;
    const isSameDay = dayOf(row.acceptedAt) === dayOf(accused.acceptedAt);
    if (isOwn || isSameDay || ruling !== 'lenient') undo(row, evidence, device, before, draft);
    else kept.push(row);
  }
  if (ruling === 'lenient') lookInto(kept, draft, context);
}

/** What a banned device holds is free at once: nobody waits for it. */
function free(deviceId: DeviceId, { book }: Context): void {
  for (const lease of [...book.heldBy(deviceId)]) book.drop(lease);
}

/** As stored, and as this batch has changed them. */
function pendingRows(device: Device, { pending }: BeforeConviction, draft: Draft): readonly ExchangeRow[] {
  const rows = new Map<string, ExchangeRow>();
  for (const row of [...pending, ...draft.exchangesOf(device.id)]) rows.set(`${row.seq}:${row.blockId}`, row);
  return [...rows.values()].filter(({ state }) => state === 'pending');
}

function evidenceOf(
  { device, result, finding }: Accusation,
  { blocks }: BeforeConviction,
  ruling: Evidence['ruling'],
  draft: Draft,
): Evidence {
  const { seq, blockId, taskIndex } = result;
  const block = must(blocks.get(blockId), `block ${blockId}`);
  return {
    id: draft.nextId('evidence'),
    deviceId: device.id,
    at: draft.now,
    jobId: block.jobId,
    round: block.round,
    task: block.firstTask + taskIndex,
    ...finding,
    seq,
    blockId,
    taskIndex,
    ruling,
    appeal: undefined,
  };
}

function undo(row: ExchangeRow, evidence: Evidence, device: Device, { blocks }: BeforeConviction, draft: Draft): void {
  if (row.amountMicros > 0) draft.transfer(voidExchange(row, device.accountId));
  draft.putExchange({ ...row, state: 'void', voidedBy: evidence.id });
  const live = draft.liveOf(row.blockId);
  for (const taskIndex of row.taskIndices) {
    // A slot may hold another's result: a vote that agreed came before it, or one of this batch after it. That one stays.
    const holder = draft.result(row.blockId, taskIndex);
    if (holder?.deviceId !== row.deviceId || holder.seq !== row.seq) continue;
    if (live) {
      reopen({ blockId: row.blockId, taskIndex }, draft);
      continue;
    }
    const { jobId, round, firstTask } = must(blocks.get(row.blockId), `block ${row.blockId}`);
    draft.addCorrection({ jobId, round, task: firstTask + taskIndex });
  }
}

/** After long clean work one wrong chunk may be chance: a sample of what stays pending is re-run whole before it may post. */
function lookInto(rows: readonly ExchangeRow[], draft: Draft, { policy, secrets }: Context): void {
  const candidates = rows.flatMap((row) =>
    row.taskIndices.flatMap((taskIndex, i) =>
      (row.wholeDue & (1 << i)) === 0 && !row.isSettled
        ? [{ row, bit: 1 << i, draw: fraction(secrets, 'look', { ...row, taskIndex }) }]
        : [],
    ),
  );
  candidates.sort((a, b) => a.draw - b.draw);
  const due = new Map<ExchangeRow, number>();
  for (const { row, bit } of candidates.slice(0, policy.audit.lenientSample)) due.set(row, (due.get(row) ?? 0) | bit);
  for (const [row, bits] of due) draft.putExchange({ ...row, wholeDue: row.wholeDue | bits });
}
