import { must } from '../../shared/assert.ts';
import type { Device, ExchangeRow } from '../../shared/model/device.ts';
import { DAY, dayOf } from '../../shared/time.ts';
import type { Context } from './context.ts';
import { reopen } from './decide-job.ts';
import type { Draft } from './draft.ts';
import type { FactOf } from './facts.ts';
import { postExchanges, voidExchange } from './ledger.ts';
import { convict, isMature } from './trust.ts';

/** A device's postings are due: what has matured becomes its driver's, in one transfer for the day. */
export function decidePost(fact: FactOf<'post'>, draft: Draft, { policy }: Context): void {
  const device = must(draft.device(fact.deviceId), `device ${fact.deviceId}`);
  if (device.postAt === undefined || device.postAt > draft.now) return; // another pass was quicker
  const mature = fact.pending.filter((row) => isMature(row, device, draft.now, policy));
  const paid = mature.filter((row) => row.amountMicros > 0);
  if (paid.length > 0) draft.transfer(postExchanges(paid, device.accountId, draft.now));
  for (const row of mature) draft.putExchange({ ...row, state: 'posted' });
  const isAllPosted = mature.length === fact.pending.length;
  draft.putDevice({ ...device, postAt: isAllPosted ? undefined : (dayOf(draft.now) + 1) * DAY });
}

/** A device was proven wrong: what trust rules is carried out, money and slots alike. */
export function convictDevice(
  device: Device,
  pending: readonly ExchangeRow[],
  draft: Draft,
  { policy }: Context,
): void {
  const sentence = convict(device, pending, policy.probationTasks);
  draft.putDevice(sentence.device);
  for (const row of sentence.voids) {
    if (row.amountMicros > 0) draft.transfer(voidExchange(row, device.accountId));
    draft.putExchange({ ...row, state: 'void' });
    for (const taskIndex of row.taskIndices) {
      // Within a batch a slot proven wrong may already hold another device's result: that one stays.
      const holder = draft.result(row.blockId, taskIndex);
      const isTaken = holder !== undefined && (holder.deviceId !== row.deviceId || holder.seq !== row.seq);
      if (!isTaken) reopen({ blockId: row.blockId, taskIndex }, draft);
    }
  }
}
