import { unreachable } from '../../shared/assert.ts';
import type { AccountId, DeviceId } from '../../shared/ids.ts';
import { availableOf, pendingOf, type LedgerAccount } from '../../shared/model/ledger.ts';
import type { Fact } from './facts.ts';
import { MAINFRAME, OPERATOR } from './found.ts';
import type { ExchangeKey, ReadSet, SlotKey } from './ports.ts';

/** Facts that read rows by key only, so that many may be decided on one draft. The others go alone. */
export const isBatchable = (fact: Fact): boolean =>
  fact.type === 'exchange' ||
  fact.type === 'mainframe' ||
  fact.type === 'audited' ||
  fact.type === 'link' ||
  fact.type === 'sent' ||
  fact.type === 'audit_logged';

/** The rows a batch needs. Running jobs and their blocks are in memory and need no reading. */
export function readSetOf(facts: readonly Fact[]): ReadSet {
  const accounts = new Set<AccountId>();
  const devices = new Set<DeviceId>();
  const invites: Uint8Array[] = [];
  const results: SlotKey[] = [];
  const exchanges: ExchangeKey[] = [];
  const balances = new Set<LedgerAccount>();
  for (const fact of facts) {
    switch (fact.type) {
      case 'found':
        accounts.add(OPERATOR);
        break;
      case 'submit':
        accounts.add(fact.request.accountId);
        break;
      case 'exchange':
        devices.add(fact.exchange.deviceId);
        balances.add('budget').add('reserved');
        break;
      case 'link':
        devices.add(fact.link.deviceId);
        break;
      case 'post':
        devices.add(fact.deviceId);
        break;
      case 'mainframe':
        devices.add(MAINFRAME);
        break;
      case 'audited':
      case 'found_wrong':
      case 'winner_rerun': {
        const result = fact.type === 'winner_rerun' ? fact.winner.result : fact.result;
        devices.add(result.deviceId);
        results.push(result);
        exchanges.push(result);
        if (fact.type !== 'found_wrong') break;
        for (const { deviceId } of fact.before.sameChunk) devices.add(deviceId); // they said the same
        exchanges.push(...fact.sameVotes);
        break;
      }
      case 'settle_votes':
        exchanges.push(...fact.votes);
        break;
      case 'appeal':
        if (fact.evidence) devices.add(fact.evidence.deviceId);
        balances.add('budget').add('reserved');
        break;
      case 'calibrate':
        devices.add(fact.deviceId);
        break;
      case 'change_role':
        accounts.add(fact.accountId);
        break;
      case 'revoke_invite':
      case 'join':
        invites.push(fact.codeHash);
        break;
      case 'consent':
      case 'narrow_consent':
        devices.add(fact.deviceId);
        break;
      case 'enrol_device':
        accounts.add(fact.device.accountId);
        break;
      case 'erase':
        accounts.add(fact.accountId);
        for (const id of fact.found.deviceIds) devices.add(id);
        balances.add(pendingOf(fact.accountId)).add(availableOf(fact.accountId));
        break;
      case 'fail_job':
      case 'end_cancelled':
        if (fact.asker !== undefined) accounts.add(fact.asker);
        break;
      case 'change_policy':
      case 'decide_policy':
        accounts.add(fact.by);
        if (fact.type === 'decide_policy' && fact.authorId !== undefined) accounts.add(fact.authorId);
        balances.add('budget').add('funding');
        break;
      case 'adjust':
        accounts.add(fact.by).add(fact.request.accountId);
        balances.add('budget').add(availableOf(fact.request.accountId));
        break;
      case 'decide_adjustment':
        accounts.add(fact.by);
        balances.add('budget');
        if (!fact.found) break;
        accounts.add(fact.found.accountId).add(fact.found.authorId);
        balances.add(availableOf(fact.found.accountId));
        break;
      case 'expire_proposals':
      case 'expire_adjustment':
      case 'audit_logged':
      case 'set_programme':
      case 'create_invite':
      case 'open_account':
      case 'cancel_job':
      case 'correct':
      case 'erased_outside':
      case 'sent':
        break;
      default:
        unreachable(fact);
    }
  }
  return { accounts, devices, invites, results, exchanges, balances };
}
