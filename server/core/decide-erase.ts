import type { Account } from '../../shared/model/device.ts';
import { availableOf, pendingOf } from '../../shared/model/ledger.ts';
import { ZERO } from '../../shared/money.ts';
import { ok, refuse } from '../../shared/result.ts';
import type { Context } from './context.ts';
import { withdraw } from './decide-consent.ts';
import { endJob } from './decide-job.ts';
import type { Draft } from './draft.ts';
import type { Answers, Erased, FactOf } from './facts.ts';
import { OPERATOR } from './found.ts';
import { giveUp } from './ledger.ts';

/**
 * Somebody goes, with everything that leads to them. One transaction: the name and the way in, keys, requests and answers are
 * gone with it; the books keep their rows under a number nobody is behind. What was owed goes back to the budget, as one
 * transfer. Work for the requests of this account ends without blame: phones keep what they did. What lies outside the store
 * follows, until `erased_outside` says that it has.
 */
export function decideErase({ accountId, found }: FactOf<'erase'>, draft: Draft, context: Context): Answers['erase'] {
  const account = draft.account(accountId);
  if (!account) return refuse('unauthorised');
  if (accountId === OPERATOR) return refuse('house_account');
  if (account.erasedAt !== undefined) return ok(NOTHING_LEFT);
  for (const { job } of [...draft.liveJobs()]) {
    if (job.accountId !== accountId) continue;
    endJob(job.id, 'erased', draft, context);
  }
  for (const row of found.ungated) draft.putExchange({ ...row, audit: 'passed', wholeDue: row.wholeDone }); // nobody can check it now
  for (const row of found.pending) draft.putExchange({ ...row, state: 'void' });
  endDevices(found.deviceIds, draft, context);
  const pendingMicros = draft.balance(pendingOf(accountId));
  const availableMicros = draft.balance(availableOf(accountId));
  if (pendingMicros + availableMicros > 0) draft.transfer(giveUp(accountId, pendingMicros, availableMicros));
  draft.putAccount(emptied(account, draft.now));
  draft.eraseAccount(accountId, found.deviceIds);
  const detail = { devices: found.deviceIds.length, jobs: found.jobIds.length, pendingMicros, availableMicros };
  draft.note({ actorId: accountId, action: 'account_erased', target: `account:${accountId}`, detail });
  return ok({ devices: found.deviceIds.length, jobs: found.jobIds.length, pendingMicros, availableMicros });
}

function endDevices(ids: FactOf<'erase'>['found']['deviceIds'], draft: Draft, context: Context): void {
  for (const id of ids) {
    const device = draft.device(id);
    if (!device) continue;
    const scope = { classes: device.consentClasses, hours: undefined, networks: 'any' as const };
    const out = device.consentVersion > 0 ? withdraw(device, scope, device.consentVersion, draft, context) : device;
    draft.putDevice({
      ...out,
      status: 'erased',
      lastReply: new Uint8Array(),
      postAt: undefined,
      throttle: { ...out.throttle, zoneMinutes: 0, zoneAt: 0 },
    });
  }
}

const emptied = (account: Account, now: number): Account => ({ ...account, name: '', role: 'driver', erasedAt: now });

const NOTHING_LEFT: Erased = { devices: 0, jobs: 0, pendingMicros: ZERO, availableMicros: ZERO };
