import type { Account } from '../../shared/model/device.ts';
import { availableOf, pendingOf } from '../../shared/model/ledger.ts';
import { ZERO } from '../../shared/money.ts';
import { ok, refuse } from '../../shared/result.ts';
import type { Context } from './context.ts';
import { callOff } from './decide-cancel.ts';
import { withdraw } from './decide-consent.ts';
import { isLastAdmin } from './decide-people.ts';
import type { Draft } from './draft.ts';
import type { Answers, Erased, FactOf } from './facts.ts';
import { OPERATOR } from './found.ts';
import { giveUp } from './ledger.ts';

/**
 * Somebody goes, with everything that leads to them. One transaction: the name and the way in, keys, requests and answers are
 * gone with it; the books keep their rows under a number nobody is behind. What was owed goes back to the budget, as one
 * transfer. What lies outside the store follows, until `erased_outside` says that it has.
 *
 * Requests that phones are at work on drain first, as if their asker had called them off: what comes in is checked by its gate,
 * then paid or not, and only then are their inputs deleted. Deleting them at once would leave nothing to check against, and
 * an asker and a friend could erase the account before whatever was about to be found.
 */
export function decideErase(fact: FactOf<'erase'>, draft: Draft, context: Context): Answers['erase'] {
  const { accountId, found } = fact;
  const account = draft.account(accountId);
  if (!account) return refuse('unauthorised');
  if (accountId === OPERATOR) return refuse('house_account');
  if (account.erasedAt !== undefined) return ok(NOTHING_LEFT);
  if (isLastAdmin(account, fact)) return refuse('last_admin');
  const own = [...draft.liveJobs()].filter(({ job }) => job.accountId === accountId);
  const draining = own.filter((live) => callOff(live, draft, context.book)).length;
  for (const row of found.pending) draft.putExchange({ ...row, state: 'void' });
  endDevices(found.deviceIds, draft, context);
  const pendingMicros = draft.balance(pendingOf(accountId));
  const availableMicros = draft.balance(availableOf(accountId));
  if (pendingMicros + availableMicros > 0) draft.transfer(giveUp(accountId, pendingMicros, availableMicros));
  draft.putAccount(emptied(account, draft.now));
  draft.eraseAccount(accountId, found.deviceIds);
  const erased = {
    devices: found.deviceIds.length,
    jobs: found.jobIds.length,
    draining,
    pendingMicros,
    availableMicros,
  };
  draft.note({ actorId: accountId, action: 'account_erased', target: `account:${accountId}`, detail: { ...erased } });
  return ok(erased);
}

/** Everything outside is gone, too. A job that still drains is not: the erasure is done after it. */
export function decideErasedOutside({ accountId }: FactOf<'erased_outside'>, draft: Draft): void {
  if (!draft.hasLiveJobs(accountId)) draft.markErasedOutside(accountId);
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

const NOTHING_LEFT: Erased = { devices: 0, jobs: 0, draining: 0, pendingMicros: ZERO, availableMicros: ZERO };
