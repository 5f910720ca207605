import type { DeviceId } from '../../shared/ids.ts';
import type { Exchange, ExchangeReply, ResultGroup, ResultOutcome, TaskResult } from '../../shared/model/exchange.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { MainframeResult } from '../core/facts.ts';
import type { WriteSet } from '../core/ports.ts';
import type { Draws } from './audit-draws.ts';
import type { Promises } from './audit-promises.ts';
import { contradictsItself } from './audit-truth.ts';
import {
  fillSlot,
  rowName,
  type AuditedWorld,
  type BlockModel,
  type DeviceModel,
  type RowModel,
} from './audited-world.ts';
import { digestsIn, hashOf, lowest, type NaiveDigest } from './naive-tiny.ts';
import { slotName, type Report } from './observer.ts';

/** A result refused because it contradicts itself: a finding without a re-run. */
export interface Contradiction {
  readonly deviceId: DeviceId;
  readonly seq: number;
  readonly block: BlockModel;
  readonly index: number;
  /** What its best digest says, and what the candidate hashes to that should be it. */
  readonly best: NaiveDigest | undefined;
  readonly candidateHash: number;
}

export interface ExchangeParts {
  readonly world: AuditedWorld;
  readonly policy: Policy;
  readonly promises: Promises;
  readonly draws: Draws;
  readonly report: Report;
}

/** What one commit adds: rows that should have changed, and results that contradict themselves. */
export interface Taken {
  readonly now: number;
  readonly writes: WriteSet;
  readonly replies: ReadonlyMap<DeviceId, ExchangeReply>;
  readonly touched: Set<RowModel>;
  readonly contradictions: Contradiction[];
}

/** One message of a phone: what becomes of each result, and what the accepted ones are worth. */
export function takeExchange(exchange: Exchange, parts: ExchangeParts, taken: Taken): void {
  const { world, policy, promises, report } = parts;
  const { deviceId, seq } = exchange;
  const device = world.devices.get(deviceId);
  if (!device) return;
  world.counts.exchanges++;
  const told = taken.replies.get(deviceId)?.outcomes ?? [];
  const outcomes: ResultOutcome[] = [];
  const accepted = new Map<BlockModel, TaskResult[]>();
  for (const group of exchange.groups) {
    const block = world.blocks.get(group.blockId);
    for (const result of group.results) {
      const among = block && accepted.get(block);
      let outcome = judge(parts, device, block, group, result, among ?? []);
      // Only an empty budget is a reason to refuse good work: how much of it is promised to others is not known here.
      const isBroke = world.balance('budget') < policy.priceMicros;
      if (outcome === 'accepted' && isBroke && told[outcomes.length] === 'too_late') outcome = 'too_late';
      outcomes.push(outcome);
      const slot = block?.slots[result.taskIndex];
      const isReplica = (block?.job.replicas ?? 1) > 1;
      if (outcome !== 'bad_token') promises.endAt(slot, outcome === 'accepted' && !isReplica ? undefined : deviceId);
      if (block && outcome === 'invalid_result') taken.contradictions.push(contradiction(deviceId, seq, block, result));
      if (outcome !== 'accepted' || !block || !slot) continue;
      if (!isReplica) fillSlot(slot, { state: 'done', deviceId, seq, digests: digestsIn(result.output) });
      accepted.set(block, [...(among ?? []), result]);
    }
  }
  if (told.join() !== outcomes.join())
    report(
      'outcome_as_predicted',
      `device ${deviceId}, exchange ${seq}: told ${told.join()}, expected ${outcomes.join()}`,
    );
  suspect(device, [...accepted.values()].flat(), parts, taken);
  device.lastSeq = seq;
  const before = device.taskCount;
  for (const [, results] of accepted) device.taskCount += results.length;
  for (const [block, results] of accepted) credit(device, seq, block, results, before, parts, taken);
}

/** Who says that a unit took it less than half of what it takes is looked at more closely for a while. */
function suspect(
  device: DeviceModel,
  accepted: readonly TaskResult[],
  { policy: { audit }, report }: ExchangeParts,
  { writes }: Taken,
): void {
  const least = audit.fastestShare * 64 * device.chunkMs;
  if (!accepted.some(({ cpuMs }) => cpuMs < least)) return;
  const until = writes.devices.find(({ id }) => id === device.id)?.suspectUntil ?? 0;
  if (until < device.taskCount + audit.suspectTasks)
    report(
      'implausible_is_suspect',
      `device ${device.id}: until ${until}, expected ${device.taskCount + audit.suspectTasks}`,
    );
}

/** The row of one block's accepted results: which of them are due for a whole re-run is the coordinator's draw. */
function credit(
  device: DeviceModel,
  seq: number,
  block: BlockModel,
  results: readonly TaskResult[],
  before: number,
  { world, policy, draws }: ExchangeParts,
  { now, writes, touched }: Taken,
): void {
  const written = writes.exchanges.find((one) => rowIs(one, device.id, seq, block.id));
  const amount = results.length * policy.priceMicros;
  const row: RowModel = {
    deviceId: device.id,
    seq,
    block,
    indices: results.map(({ taskIndex }) => taskIndex),
    amount,
    state: 'pending',
    audit: 'none',
    wholeDue: written?.wholeDue ?? 0,
    wholeDone: 0,
    isSettled: block.job.replicas > 1, // what copies have agreed on is not audited
    voidedBy: 0,
    taskNo: device.taskCount,
    acceptedAt: now,
    agreed: new Set(),
  };
  world.rows.set(rowName(device.id, seq, block.id), row);
  device.rows.push(row);
  touched.add(row);
  world.counts.accepted += row.indices.length;
  if (block.job.state === 'cancelling') world.counts.acceptedAfterCancel += row.indices.length;
  world.move('reserved', `pending:${device.accountId}`, amount);
  if (block.job.replicas > 1) {
    for (const { taskIndex, output } of results)
      block.slots[taskIndex]?.votes.push({ row, digests: digestsIn(output) });
  }
  const said = writes.devices.find(({ id }) => id === device.id)?.suspectUntil;
  draws.accepted(row, device, before, said === device.suspectUntil, now);
}

const rowIs = (
  row: { readonly deviceId: number; readonly seq: number; readonly blockId: number },
  deviceId: number,
  seq: number,
  blockId: number,
): boolean => row.deviceId === deviceId && row.seq === seq && row.blockId === blockId;

function judge(
  { promises, world }: ExchangeParts,
  device: DeviceModel,
  block: BlockModel | undefined,
  group: ResultGroup,
  result: TaskResult,
  among: readonly TaskResult[],
): ResultOutcome {
  if (!block?.round.isOpen) return 'too_late';
  const slot = block.slots[result.taskIndex];
  const isIssued = promises.isIssued(device.id, block.id, group.terms, result.taskIndex, result.token);
  if (!slot || !isIssued) return 'bad_token';
  const accounts = slot.votes.map(({ row }) => world.devices.get(row.deviceId)?.accountId);
  const hasVoted = accounts.includes(device.accountId);
  const isTwice = block.job.replicas > 1 && among.some(({ taskIndex }) => taskIndex === result.taskIndex);
  if (slot.state !== 'open' || hasVoted || isTwice) return 'slot_taken';
  return contradictsItself(block.job, result.output) ? 'invalid_result' : 'accepted';
}

function contradiction(
  deviceId: DeviceId,
  seq: number,
  block: BlockModel,
  { taskIndex, output }: TaskResult,
): Contradiction {
  const digests = output.length < 512 ? [] : digestsIn(output);
  const candidateHash = output.length > 512 ? hashOf(output.subarray(512)) : 0;
  return { deviceId, seq, block, index: taskIndex, best: digests[lowest(digests)], candidateHash };
}

/** The mainframe's results are the server's own: checked at once, no row, no money. */
export function takeOwn(
  { blockId, taskIndex, output }: MainframeResult,
  { world, promises, report }: ExchangeParts,
): void {
  const slot = world.blocks.get(blockId)?.slots[taskIndex];
  if (slot?.state !== 'open')
    return report('slot_was_open', `the mainframe's result for ${slotName(blockId, taskIndex)} was taken`);
  promises.endAt(slot);
  const mainframe = 1 as DeviceId; // the house's first device, by its founding
  fillSlot(slot, { state: 'checked', deviceId: mainframe, seq: 0, digests: digestsIn(output) });
}
