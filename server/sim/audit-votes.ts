import type { WriteSet } from '../core/ports.ts';
import { fillSlot, type AuditedWorld, type BlockModel, type RowModel, type VoteModel } from './audited-world.ts';
import { slotName, type Report } from './observer.ts';

/**
 * Replicated jobs: nothing is re-run, copies are compared. Believed is that a slot was settled; whether enough accounts
 * said the same, whose result it is and who was outvoted is worked out.
 */
export function settleVotes(world: AuditedWorld, writes: WriteSet, touched: Set<RowModel>, report: Report): void {
  for (const { blockId, taskIndex, deviceId, seq } of writes.results) {
    const block = world.blocks.get(blockId);
    const slot = block?.slots[taskIndex];
    if (!block || !slot || seq === 0 || block.job.replicas <= 1 || slot.state !== 'open') continue;
    const { votes } = slot;
    const first = votes.find((vote) => votes.filter((other) => agrees(vote, other)).length >= block.job.replicas);
    if (first?.row.deviceId !== deviceId || first.row.seq !== seq) {
      report(
        'vote_as_predicted',
        `${slotName(blockId, taskIndex)} went to device ${deviceId}, expected ${first?.row.deviceId}`,
      );
      continue;
    }
    fillSlot(slot, { state: 'checked', deviceId, seq, digests: first.digests });
    for (const vote of votes) count(vote, agrees(vote, first), block, taskIndex, touched, world);
  }
}

function count(
  { row }: VoteModel,
  isAgreed: boolean,
  block: BlockModel,
  index: number,
  touched: Set<RowModel>,
  world: AuditedWorld,
): void {
  const device = world.devices.get(row.deviceId);
  if (isAgreed) {
    world.counts.agreements++;
    row.agreed.add(index);
    if (row.state !== 'pending' || row.audit !== 'none' || row.agreed.size < row.indices.length || row.block !== block)
      return;
    row.audit = 'passed';
    touched.add(row);
    return;
  }
  if (row.state !== 'pending') return;
  row.state = 'void';
  row.audit = 'failed';
  touched.add(row);
  world.counts.outvoted++;
  world.move(`pending:${device?.accountId}`, 'reserved', row.amount);
}

const agrees = (a: VoteModel, b: VoteModel): boolean =>
  a.digests.every(({ score, hash }, i) => b.digests[i]?.score === score && b.digests[i].hash === hash);
