import type { Evidence, Ruling } from '../../shared/model/evidence.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { WriteSet } from '../core/ports.ts';
import type { Contradiction } from './audit-exchanges.ts';
import { ALL_CHUNKS, isSame, truthOf, wrongAmong } from './audit-truth.ts';
import {
  emptySlot,
  isDue,
  rowName,
  type AuditedWorld,
  type BlockModel,
  type DeviceModel,
  type FindingModel,
  type RowModel,
  type VoteModel,
} from './audited-world.ts';
import { slotName, type Report } from './observer.ts';

export interface ConvictionParts {
  readonly world: AuditedWorld;
  readonly policy: Policy;
  readonly report: Report;
}

const DAY_MS = 86_400_000;
const dayOf = (at: number): number => Math.floor(at / DAY_MS);

/**
 * Findings of one commit and all that follows from them: what is void, which slots are open again, what has to be
 * corrected, who is banned. Believed is only that something was found about a chunk; the auditor works out by its own sums
 * whether that chunk is wrong, and by the rules what it costs.
 */
export function convict(
  evidence: readonly Evidence[],
  contradictions: readonly Contradiction[],
  writes: WriteSet,
  now: number,
  touched: Set<RowModel>,
  parts: ConvictionParts,
): void {
  const { world, report } = parts;
  const corrections = new Set<string>();
  for (const one of evidence.toSorted((a, b) => a.id - b.id))
    takeFinding(one, contradictions, writes, now, touched, corrections, parts);
  for (const { deviceId } of contradictions) {
    if (!evidence.some((one) => one.deviceId === deviceId))
      report('contradictions_are_findings', `device ${deviceId} was refused a result, and there is no evidence`);
  }
  const said = writes.corrections.map(({ jobId, round, task }) => `${jobId}:${round}:${task}`);
  if (said.toSorted().join() !== [...corrections].toSorted().join())
    report('corrections_as_predicted', `${said.join()}, expected ${[...corrections].join()}`);
  for (const key of corrections) {
    const [jobId, ...task] = key.split(':');
    for (const job of world.jobs.values()) if (String(job.id) === jobId) job.due.add(task.join(':'));
  }
}

function takeFinding(
  evidence: Evidence,
  contradictions: readonly Contradiction[],
  writes: WriteSet,
  now: number,
  touched: Set<RowModel>,
  corrections: Set<string>,
  parts: ConvictionParts,
): void {
  const { world, report } = parts;
  const device = world.devices.get(evidence.deviceId);
  const block = world.blocks.get(evidence.blockId);
  if (!device || !block) return report('evidence_as_predicted', `${evidence.id} is about nothing we know`);
  const isReal = checkEvidence(evidence, block, contradictions, parts);
  const claim = claimOf(evidence);
  const alike = isReal ? [...world.findings.values()].filter((one) => one.claim === claim && !one.isGranted) : [];
  const others = alike.filter(({ deviceId }) => deviceId !== device.id);
  const ruling = rulingOf(device, evidence.wrongChunks, others.length > 0, parts.policy);
  if (evidence.ruling !== ruling)
    report(
      'ruling_as_predicted',
      `device ${device.id}, evidence ${evidence.id}: ${evidence.ruling}, expected ${ruling}`,
    );
  if (evidence.appeal) report('evidence_as_predicted', `${evidence.id} is new and appealed against`);

  const row = world.rows.get(rowName(device.id, evidence.seq, block.id));
  openAgain(device, block, [evidence.taskIndex], evidence.seq, world); // also of a row that was posted before it was found out
  if (row?.state === 'posted') world.counts.paidLies++;
  if (row && isOfRow(row, evidence)) {
    row.audit = 'failed';
    touched.add(row);
  }
  for (const one of rowsToVoid(device, row, ruling, now)) undo(one, evidence.id, device, touched, corrections, world);
  if (ruling === 'lenient') lookAtSome(device, writes, touched, parts);
  sentence(device, ruling, now, parts);
  for (const { deviceId } of others) ban(world.devices.get(deviceId), now, world);
  if (block.job.replicas > 1) dropSameVotes(block, evidence.taskIndex, device, touched, world);
  const finding: FindingModel = {
    id: evidence.id,
    deviceId: device.id,
    ruling,
    claim,
    isGranted: false,
    isAppealed: false,
  };
  world.findings.set(evidence.id, finding);
  device.findings.push(finding);
}

/** A refused result is in no row. */
const isOfRow = ({ indices }: RowModel, { taskIndex }: Evidence): boolean => indices.includes(taskIndex);

const claimOf = ({ jobId, round, task, chunk, claimed }: Evidence): string =>
  `${jobId}:${round}:${task}:${chunk}:${claimed.score}:${claimed.hash}`;

/** Every field of an evidence that can be worked out. Says whether it stands on a re-run (not on a contradiction). */
function checkEvidence(
  evidence: Evidence,
  block: BlockModel,
  contradictions: readonly Contradiction[],
  { world, report }: ConvictionParts,
): boolean {
  const { deviceId, taskIndex: index, seq, chunk } = evidence;
  const slot = block.slots[index];
  const name = `${evidence.id}, ${slotName(block.id, index)} chunk ${chunk} of device ${deviceId}`;
  const expect = (what: string, said: unknown, expected: unknown): void => {
    if (String(said) !== String(expected))
      report('evidence_as_predicted', `${name}: ${what} ${String(said)}, expected ${String(expected)}`);
  };
  expect('job', evidence.jobId, block.job.id);
  expect('round', evidence.round, block.round.round);
  expect('task', evidence.task, block.firstTask + index);
  const refused = contradictions.find(
    (one) => one.deviceId === deviceId && one.seq === seq && one.block === block && one.index === index,
  );
  if (refused) {
    expect('wrong chunks', evidence.wrongChunks, 1);
    // No score of its own: what was refused is the candidate, which anybody can hash.
    expect('claim', show(evidence.claimed), show({ score: 0xffff_ffff, hash: refused.candidateHash }));
    if (refused.best) expect('best digest', show(evidence.expected), show(refused.best));
    return false;
  }
  const digests = slot?.deviceId === deviceId && slot.seq === seq ? slot.digests : [];
  const claimed = digests[chunk];
  if (!slot || !claimed) {
    report('evidence_as_predicted', `${name}: there is no such result`);
    return false;
  }
  const truth = truthOf(block, index, chunk);
  if (isSame(claimed, truth)) report('the_innocent_go_free', `${name}: it said what the numbers say`);
  if (!slot.confirmed.has(chunk)) report('findings_are_confirmed', `${name}: the second build was not asked`);
  expect('claim', show(evidence.claimed), show(claimed));
  expect('truth', show(evidence.expected), show(truth));
  expect('wrong chunks', evidence.wrongChunks, wrongAmong(block, index, digests, ALL_CHUNKS).length);
  world.wrong.delete(slot);
  return true;
}

const show = ({ score, hash }: { readonly score: number; readonly hash: number }): string => `${score}/${hash}`;

function rulingOf(device: DeviceModel, wrongChunks: number, isCopied: boolean, { audit }: Policy): Ruling {
  const isRepeated = device.findings.some(({ isGranted }) => !isGranted) && device.cleanTasks < audit.banWithinTasks;
  if (isRepeated || wrongChunks >= audit.skipChunks || isCopied || device.isBanned) return 'fraud';
  return device.cleanTasks >= audit.lenientTasks ? 'lenient' : 'fault';
}

function rowsToVoid(
  device: DeviceModel,
  found: RowModel | undefined,
  ruling: Ruling,
  now: number,
): readonly RowModel[] {
  const pending = device.rows.filter(({ state }) => state === 'pending');
  if (ruling !== 'lenient') return pending;
  const day = dayOf(found?.acceptedAt ?? now); // when it was handed in, not when it was found out
  return pending.filter((row) => row === found || dayOf(row.acceptedAt) === day);
}

/** Its money goes back, its open slots are open again, and what has closed with it has to be corrected. */
function undo(
  row: RowModel,
  evidenceId: number,
  device: DeviceModel,
  touched: Set<RowModel>,
  corrections: Set<string>,
  world: AuditedWorld,
): void {
  row.state = 'void';
  row.voidedBy = evidenceId;
  touched.add(row);
  world.counts.voids++;
  world.move(`pending:${device.accountId}`, 'reserved', row.amount);
  const { block } = row;
  if (block.round.isOpen) return openAgain(device, block, row.indices, row.seq, world);
  if (block.job.state === 'failed') return;
  for (const index of row.indices) {
    const slot = block.slots[index];
    if (slot?.deviceId !== device.id || slot.seq !== row.seq) continue;
    corrections.add(`${block.job.id}:${block.round.round}:${block.firstTask + index}`);
  }
}

/** Copies agreed on a lie, and the winner's re-run found it: whoever said the same is not paid either. */
function dropSameVotes(
  block: BlockModel,
  index: number,
  device: DeviceModel,
  touched: Set<RowModel>,
  world: AuditedWorld,
): void {
  const slot = block.slots[index];
  if (!slot) return;
  const { votes } = slot;
  const own = votes.find(({ row }) => row.deviceId === device.id);
  if (!own) return;
  const isSame = ({ digests }: VoteModel): boolean => String(digests.map(show)) === String(own.digests.map(show));
  for (const { row } of votes.filter(isSame)) {
    if (row.state !== 'pending') continue;
    row.state = 'void';
    row.audit = 'failed';
    touched.add(row);
    world.move(`pending:${world.devices.get(row.deviceId)?.accountId}`, 'reserved', row.amount);
  }
  emptySlot(slot);
  slot.votes.push(...votes.filter((vote) => !isSame(vote)));
}

function openAgain(
  device: DeviceModel,
  block: BlockModel,
  indices: readonly number[],
  seq: number,
  world: AuditedWorld,
): void {
  if (!block.round.isOpen) return;
  for (const index of indices) {
    const slot = block.slots[index];
    if (slot?.deviceId !== device.id || slot.seq !== seq) continue; // another device's result stays
    world.wrong.delete(slot);
    emptySlot(slot);
  }
}

/** Some older results of a device with a good record are looked at: which, is the coordinator's draw; how many, is not. */
function lookAtSome(
  device: DeviceModel,
  writes: WriteSet,
  touched: Set<RowModel>,
  { policy, report }: ConvictionParts,
): void {
  const rows = device.rows.filter(({ state }) => state === 'pending');
  let [open, drawn] = [0, 0];
  for (const row of rows) {
    const written = writes.exchanges.find(
      ({ deviceId, seq, blockId }) => deviceId === row.deviceId && seq === row.seq && blockId === row.block.id,
    );
    row.indices.forEach((_, i) => {
      if (isDue(row.wholeDue, i) || row.isSettled) return; // a settled row has had its draw
      open++;
      if (isDue(written?.wholeDue ?? 0, i)) drawn++;
    });
    if (!written || written.wholeDue === row.wholeDue) continue;
    row.wholeDue = written.wholeDue; // that no bit was lost is checked with every row
    touched.add(row);
  }
  const expected = Math.min(policy.audit.lenientSample, open);
  if (drawn !== expected) report('look_as_predicted', `device ${device.id}: ${drawn} of ${open}, expected ${expected}`);
}

function sentence(device: DeviceModel, ruling: Ruling, now: number, { world, policy }: ConvictionParts): void {
  device.convictions++;
  device.cleanTasks = 0;
  device.verified.clear();
  device.probationLeft = policy.probationTasks;
  device.probationAt = now;
  world.counts.convictions++;
  if (ruling === 'fault') world.counts.faults++;
  if (ruling === 'lenient') world.counts.lenient++;
  if (ruling !== 'fraud') return;
  world.counts.frauds++;
  ban(device, now, world, false);
}

/** Frozen since its first ban. */
function ban(device: DeviceModel | undefined, now: number, world: AuditedWorld, isByLikeness = true): void {
  if (!device || device.isBanned || device.isErased) return;
  if (isByLikeness) world.counts.bansByLikeness++;
  device.isBanned = true;
  device.frozenAt = now;
}
