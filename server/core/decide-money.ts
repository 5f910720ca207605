import { must } from '../../shared/assert.ts';
import type { Device, ExchangeRow } from '../../shared/model/device.ts';
import { DAY, dayOf } from '../../shared/time.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import { fraction } from './draws.ts';
import type { FactOf } from './facts.ts';
import { postExchanges, voidExchange } from './ledger.ts';
import { isMature, needsSettling, settleRate } from './trust.ts';

/**
 * A device's postings are due: what has matured becomes its driver's, in one transfer for the day. In two steps: of rows
 * that only time makes mature some results are first re-run whole, and the posting waits a few minutes for that.
 */
export function decidePost(fact: FactOf<'post'>, draft: Draft, context: Context): void {
  const { policy } = context;
  const device = must(draft.device(fact.deviceId), `device ${fact.deviceId}`);
  if (device.postAt === undefined || device.postAt > draft.now) return; // another pass was quicker
  if (device.frozenAt !== undefined) return postNothing(device, device.frozenAt, fact, draft, context);

  const today = dayOf(draft.now) * DAY; // days are counted to midnight, so that rows that age meanwhile wait for the next
  const rows = fact.pending.map((row) =>
    needsSettling(row, device, today, policy) ? settle(row, device, draft.now, context) : row,
  );
  rows.forEach((row, i) => {
    if (row !== fact.pending[i]) draft.putExchange(row);
  });
  if (rows.some(({ wholeDue }, i) => wholeDue !== fact.pending[i]?.wholeDue)) {
    draft.putDevice({ ...device, postAt: draft.now + policy.audit.settleMs });
    return;
  }
  const mature = rows.filter((row) => isMature(row, device, today, policy));
  const paid = mature.filter((row) => row.amountMicros > 0);
  if (paid.length > 0) draft.transfer(postExchanges(paid, device.accountId, draft.now));
  for (const row of mature) draft.putExchange({ ...row, state: 'posted' });
  draft.putDevice({ ...device, postAt: mature.length === rows.length ? undefined : nextMidnight(draft.now) });
}

/** Draws which results of a row are re-run whole before it may post by time. */
function settle(row: ExchangeRow, device: Device, now: number, { policy, secrets }: Context): ExchangeRow {
  const rate = settleRate(row, device, now, policy);
  let { wholeDue } = row;
  row.taskIndices.forEach((taskIndex, i) => {
    if (fraction(secrets, 'settle', { ...row, taskIndex }) < rate) wholeDue |= 1 << i;
  });
  return { ...row, wholeDue, isSettled: true };
}

/** Escrow is held. When the time for an appeal is over, what is still pending is void under the finding that banned it. */
function postNothing(
  device: Device,
  frozenAt: number,
  { pending, standing }: FactOf<'post'>,
  draft: Draft,
  { policy }: Context,
): void {
  const isOver = draft.now >= frozenAt + policy.audit.appealMs;
  if (isOver) {
    for (const row of pending) {
      if (row.amountMicros > 0) draft.transfer(voidExchange(row, device.accountId));
      draft.putExchange({ ...row, state: 'void', voidedBy: standing });
    }
  }
  draft.putDevice({ ...device, postAt: isOver ? undefined : nextMidnight(draft.now) });
}

export const nextMidnight = (now: number): number => (dayOf(now) + 1) * DAY;
