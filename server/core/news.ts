import type { AccountId, DeviceId } from '../../shared/ids.ts';
import type { Device } from '../../shared/model/device.ts';
import { ownerOf, type Transfer } from '../../shared/model/ledger.ts';

/**
 * Accounts that something they may see has changed for: their money, or a device of theirs. What audits write is none of it:
 * whoever counted the news would know which results are looked at.
 */
export function accountsWithNews(
  before: ReadonlyMap<DeviceId, Device>,
  devices: Iterable<Device>,
  transfers: readonly Transfer[],
): ReadonlySet<AccountId> {
  const accounts = new Set<AccountId>();
  for (const device of devices) if (isNews(before.get(device.id), device)) accounts.add(device.accountId);
  for (const { entries } of transfers) {
    for (const { account } of entries) {
      const owner = ownerOf(account);
      if (owner !== undefined) accounts.add(owner);
    }
  }
  return accounts;
}

/** Whether a device differs in what its driver may see. */
const isNews = (before: Device | undefined, now: Device): boolean =>
  before === undefined ||
  before.status !== now.status ||
  before.consentVersion !== now.consentVersion ||
  before.frozenAt !== now.frozenAt ||
  before.taskCount !== now.taskCount ||
  before.convictions !== now.convictions;
