import { must } from '../../shared/assert.ts';
import type { AccountId } from '../../shared/ids.ts';
import type { Role } from '../../shared/model/device.ts';
import type { World } from './world.ts';

/** Another role, by a proposal that its author carries out alone: who may is decided before the coordinator hears of it. */
export async function changeRole(
  { store, coordinator }: World,
  id: AccountId,
  role: Role,
  by: AccountId,
): Promise<void> {
  const row = store.database
    .prepare<unknown[], { id: number }>(
      'INSERT INTO role_change (account_id, role, proposed_by, proposed_at) VALUES (?, ?, ?, 1) RETURNING id',
    )
    .get(id, role, by);
  const { id: proposalId } = must(row, 'a proposal');
  const changed = await coordinator.changeRole({ accountId: id, role, by, proposalId, detail: {} });
  if (!changed.ok) throw new Error(`a role was not changed: ${changed.error}`);
}
