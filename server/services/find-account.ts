import type { AccountId } from '../../shared/ids.ts';
import type { Account } from '../../shared/model/device.ts';
import type { Store } from '../core/ports.ts';
import { readSetOf } from '../core/read-set.ts';

/** One account's row; one that was erased is nobody's. */
export async function findAccount(store: Pick<Store, 'load'>, id: AccountId): Promise<Account | undefined> {
  const account = (await store.load({ ...readSetOf([]), accounts: new Set([id]) })).accounts.get(id);
  return account?.erasedAt === undefined ? account : undefined;
}
