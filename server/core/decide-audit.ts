import { must } from '../../shared/assert.ts';
import { hasBit, withBits } from './bitmap.ts';
import type { Context } from './context.ts';
import { convict } from './decide-conviction.ts';
import { reopen } from './decide-job.ts';
import type { Draft } from './draft.ts';
import type { FactOf } from './facts.ts';
import { voidExchange } from './ledger.ts';
import { blockOf } from './live-jobs.ts';
import { afterCleanGate, afterCleanTask } from './trust.ts';

/** A re-run came back and agreed. It may have been overtaken: then the slot holds another result, or the row is void. */
export function decideAudited(fact: FactOf<'audited'>, draft: Draft, context: Context): void {
  if (fact.depth === 'gate') passGate(fact, draft, context);
  else passWhole(fact, draft, context);
}

function passGate({ result, chunks }: FactOf<'audited'>, draft: Draft, { policy }: Context): void {
  const { blockId, taskIndex, deviceId, seq } = result;
  const live = draft.liveOf(blockId);
  const stored = draft.result(blockId, taskIndex);
  if (!live || !stored || stored.deviceId !== deviceId || stored.seq !== seq) return;
  const block = blockOf(live, blockId);
  if (hasBit(block.checked, taskIndex)) return; // once a task: a verdict that was stored and reported as failed comes again
  const checked = withBits(block.checked, [taskIndex]);
  draft.putBlock({ ...block, checked });
  draft.putDevice(afterCleanGate(must(draft.device(deviceId), `device ${deviceId}`), chunks, draft.now, policy.audit));
  const row = draft.exchange(result);
  if (row?.audit === 'none' && row.taskIndices.every((index) => hasBit(checked, index))) {
    draft.putExchange({ ...row, audit: 'passed' });
  }
}

function passWhole({ result, chunks }: FactOf<'audited'>, draft: Draft, { policy }: Context): void {
  const row = draft.exchange(result);
  if (row?.state !== 'pending') return;
  const bit = 1 << row.taskIndices.indexOf(result.taskIndex);
  if ((row.wholeDue & bit) === 0 || (row.wholeDone & bit) !== 0) return;
  draft.putExchange({ ...row, wholeDone: row.wholeDone | bit });
  if (chunks === 0) return; // it could not be re-run any more: that says nothing about the device
  const device = must(draft.device(result.deviceId), `device ${result.deviceId}`);
  draft.putDevice(afterCleanTask(device, chunks, draft.now, policy.audit));
}

/** A re-run came back and did not agree, in two builds: the result is refused after all, and its device convicted. */
export function decideFoundWrong(fact: FactOf<'found_wrong'>, draft: Draft, context: Context): void {
  const { result, finding, before } = fact;
  const device = must(draft.device(result.deviceId), `device ${result.deviceId}`);
  const stored = draft.result(result.blockId, result.taskIndex);
  if (!stored || stored.deviceId !== result.deviceId || stored.seq !== result.seq) return; // overtaken
  if (device.executor === 'mainframe') return reopen(result, draft); // our own threads disagree: the log has it
  const row = draft.exchange(result);
  voidSameVotes(fact, draft);
  if (row?.state !== 'pending') reopen(result, draft); // paid, or void, and its round may still be open
  if (!row || row.audit === 'failed' || row.state === 'void') return; // a finding before this one saw to the device
  draft.putExchange({ ...row, audit: 'failed' });
  convict({ device, result, finding, acceptedAt: row.acceptedAt }, before, draft, context);
}

/** In a replicated job others may have said the same: they are not paid either, and the slot is voted on anew. */
function voidSameVotes({ result, sameVotes }: FactOf<'found_wrong'>, draft: Draft): void {
  for (const vote of sameVotes) {
    draft.dropVote(vote);
    const row = draft.exchange(vote);
    if (vote.deviceId === result.deviceId || row?.state !== 'pending') continue;
    if (row.amountMicros > 0) draft.transfer(voidExchange(row, vote.accountId));
    draft.putExchange({ ...row, state: 'void', audit: 'failed' });
  }
  if (sameVotes.length > 0) reopen(result, draft);
}
