import type { Device } from '../../shared/model/device.ts';
import { plus, ZERO } from '../../shared/money.ts';
import { ok, refuse } from '../../shared/result.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import type { Answers, FactOf } from './facts.ts';
import { restoreExchange } from './ledger.ts';
import { coverAmount } from './reserve.ts';

/**
 * A driver has asked for a finding to be checked again, and the chunk was run once more. Was the device right, everything
 * this finding voided is paid, and its ban ends unless another finding stands behind it. Once for each finding.
 */
export function decideAppeal(fact: FactOf<'appeal'>, draft: Draft, context: Context): Answers['appeal'] {
  const { evidence, others, voided, wasRight } = fact;
  const device = evidence && draft.device(evidence.deviceId);
  if (!evidence || device?.accountId !== fact.accountId || device.status === 'erased')
    return refuse('unknown_evidence');
  if (evidence.appeal) return refuse('already_appealed');
  const decided = {
    ...evidence,
    appeal: { at: draft.now, outcome: wasRight ? ('granted' as const) : ('upheld' as const) },
  };
  if (wasRight) {
    const rows = voided.filter(({ state }) => state === 'void');
    const amount = rows.reduce((sum, row) => plus(sum, row.amountMicros), ZERO);
    if (!coverAmount(draft, context.book, context.policy, amount)) return refuse('budget_spent');
    for (const row of rows) {
      if (row.amountMicros > 0) draft.transfer(restoreExchange(row, device.accountId));
      draft.putExchange({ ...row, state: 'restored' });
    }
    const isStillFraud = others.some(
      ({ id, ruling, appeal }) => id !== evidence.id && ruling === 'fraud' && appeal?.outcome !== 'granted',
    );
    draft.putDevice(isStillFraud ? acquitted(device) : freed(acquitted(device)));
  }
  draft.putEvidence(decided);
  const { outcome } = decided.appeal;
  const target = `evidence:${evidence.id}`;
  draft.note({ actorId: fact.accountId, action: 'appeal_decided', target, detail: { outcome, deviceId: device.id } });
  return ok(decided);
}

const acquitted = (device: Device): Device => ({ ...device, convictions: Math.max(0, device.convictions - 1) });

const freed = (device: Device): Device => ({
  ...device,
  status: device.status === 'banned' ? 'active' : device.status,
  frozenAt: undefined,
});
