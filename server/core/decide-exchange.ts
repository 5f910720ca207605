import { assert, must } from '../../shared/assert.ts';
import { concatBytes } from '../../shared/bytes.ts';
import type { BlockId } from '../../shared/ids.ts';
import type { Device, ExchangeRow, Throttle } from '../../shared/model/device.ts';
import type { Exchange, HeldGroup, LeaseGroup, LeaseStatus, ResultOutcome } from '../../shared/model/exchange.ts';
import { plus } from '../../shared/money.ts';
import { decodeFrame, encodeReply } from '../../shared/protocol/frames.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import { acceptExchange } from './accept-exchange.ts';
import { hasBit } from './bitmap.ts';
import type { Context } from './context.ts';
import { nextMidnight } from './decide-money.ts';
import type { Draft } from './draft.ts';
import type { ExchangeRefusal, Linked, LinkRequest } from './facts.ts';
import { creditExchange } from './ledger.ts';
import { isLeaseToken, leaseToken } from './lease-token.ts';
import { chooseSlots, holdLimit, leaseMs, unitMs } from './lease-tasks.ts';
import { blockOf } from './live-jobs.ts';
import { afterTimes, type UnitTime } from './plausibility.ts';
import { coverLease, coverResult } from './reserve.ts';
import { gateSize, isOnProbation, wholeRate } from './trust.ts';
import { isOutsideConsent, leaseRefusal, pacedUnits, throttleAt, withBreach, withUnits, withZone } from './throttle.ts';
import { certificateFinding } from './verify.ts';

/** One message of a phone: its results in, new leases out, the reply stored beside them. */
export function decideExchange(
  exchange: Exchange,
  wireBytes: number,
  draft: Draft,
  context: Context,
): Result<Uint8Array, ExchangeRefusal> {
  const device = draft.device(exchange.deviceId);
  if (!device || device.executor !== 'peer' || device.status === 'erased') return refuse('unknown_device');
  if (exchange.seq === device.lastSeq) {
    if (wireBytes > 0) draft.putDevice({ ...device, throttle: counted(device, wireBytes, draft.now) });
    return ok(repeatReply(device, draft, context));
  }
  if (exchange.seq !== device.lastSeq + 1) return refuse('bad_seq');

  const { outcomes, rows, times, beaten } = takeResults(exchange, device, draft, context);
  const unitCount = rows.reduce((sum, row) => sum + row.taskIndices.length, 0);
  for (const row of rows) {
    draft.putExchange({ ...row, taskNo: device.taskCount + unitCount });
    if (row.amountMicros > 0) draft.transfer(creditExchange(row, device.accountId));
  }
  const worked: Device = {
    ...afterTimes(device, times, context.policy.audit),
    taskCount: device.taskCount + unitCount,
    recentFinished: device.recentFinished + unitCount + beaten,
    lastSeq: exchange.seq,
    throttle: counted(device, wireBytes, draft.now),
    postAt: unitCount > 0 ? (device.postAt ?? nextMidnight(draft.now)) : device.postAt,
  };
  const { leases, status, retryMs, throttle } = answerAsk(worked, exchange, draft, context);
  const granted = leases.reduce((sum, group) => sum + group.leases.length, 0);
  const lastReply = encodeReply({ seq: exchange.seq, outcomes, leases, status, retryMs });
  const leasedCommit = granted > 0 ? draft.commitNo : device.leasedCommit;
  draft.putDevice(withLeased({ ...worked, throttle, lastReply, leasedCommit }, granted));
  return ok(lastReply);
}

const counted = ({ throttle }: Device, wireBytes: number, now: number): Throttle => {
  const today = throttleAt(throttle, now);
  return { ...today, bytes: today.bytes + wireBytes };
};

/** Leases for who asks and may have them; else why not and until when. `retryMs`: results may come sooner, bare asks not. */
function answerAsk(
  device: Device,
  { want, report }: Exchange,
  draft: Draft,
  context: Context,
): Granted & { readonly retryMs: number; readonly throttle: Throttle } {
  const { policy } = context;
  const { throttle } = device;
  const { idleMs } = policy.leases;
  if (want === 0) return { leases: [], status: 'ok', retryMs: 0, throttle };
  const refused = leaseRefusal(device, throttle, report, context, draft.now);
  if (refused) {
    const { code, retryMs = idleMs, isBreach } = refused;
    const after = isBreach ? withBreach(throttle, policy.throttle, draft.now) : throttle;
    return { leases: [], status: code, retryMs, throttle: after };
  }
  // Bench duty is not paid for, so its pace is nobody's loss.
  const isPaced = report.duty <= policy.share.ceilingPercent * 100;
  const paced = isPaced ? pacedUnits(device, throttle, policy, draft.now) : undefined;
  if (paced?.units === 0) return { leases: [], status: 'too_fast', retryMs: paced.nextMs, throttle };
  const { leases, status } = grantLeases(device, Math.min(want, paced?.units ?? want), draft, context);
  const granted = leases.reduce((sum, group) => sum + group.leases.length, 0);
  const counted = granted === 0 ? throttle : { ...throttle, unitsEver: throttle.unitsEver + granted };
  const after = isPaced ? withUnits(device, counted, granted, policy, draft.now) : counted;
  if (granted === want) return { leases, status, retryMs: 0, throttle: after };
  if (granted < (paced?.units ?? want)) return { leases, status, retryMs: idleMs, throttle: after };
  return { leases, status: 'too_fast', retryMs: pacedUnits(device, after, policy, draft.now).nextMs, throttle: after };
}

/**
 * It came twice: the answer is the one it had. The leases in it may be unknown here (the commit was reported as failed but
 * was stored, or we restarted since): they are entered again.
 */
function repeatReply(device: Device, draft: Draft, context: Context): Uint8Array {
  for (const group of leasesIn(device.lastReply)) relink(device, group, draft, context);
  return device.lastReply;
}

function takeResults(
  exchange: Exchange,
  device: Device,
  draft: Draft,
  context: Context,
): {
  readonly outcomes: readonly ResultOutcome[];
  readonly rows: readonly ExchangeRow[];
  readonly times: readonly UnitTime[];
  /** Results that came second, or too late, of leases it still held: it did its part. */
  readonly beaten: number;
} {
  const { audit } = context.policy;
  const times = timesOf(exchange, device, draft, context);
  const judged = afterTimes(device, times, audit); // what looks wrong now counts for these results already
  const outcomes: ResultOutcome[] = [];
  let beaten = 0;
  const rows = new Map<BlockId, ExchangeRow>();
  let owed = 0; // to the groups before: their leases have left the book, their credit is not booked yet
  for (const group of exchange.groups) {
    const live = draft.liveOf(group.blockId);
    if (!live) {
      outcomes.push(...group.results.map(() => 'too_late' as const)); // its round has closed
      continue;
    }
    let spent = owed;
    const acceptance = acceptExchange(live, blockOf(live, group.blockId), device, group, {
      now: draft.now,
      seq: exchange.seq,
      secrets: context.secrets,
      isUncredited: isBenchDuty(exchange, context),
      own: false,
      wholeRate: wholeRate(judged, draft.now, audit),
      isGateless: gateSize(device, audit) === 0,
      covers: ({ terms }, { taskIndex }) => {
        if (context.book.at(group.blockId, taskIndex).some((lease) => lease.deviceId === device.id)) return true;
        if (!coverResult(draft, context.book, context.policy, terms.priceMicros, spent)) return false;
        spent += terms.priceMicros;
        return true;
      },
    });
    outcomes.push(...acceptance.outcomes);
    if (acceptance.contradiction && !context.proven.has(device.id)) {
      const { taskIndex, output } = acceptance.contradiction;
      const result = { deviceId: device.id, seq: exchange.seq, blockId: group.blockId, taskIndex };
      context.proven.set(device.id, { result, finding: certificateFinding(live, output) });
    }
    acceptance.outcomes.forEach((outcome, i) => {
      if (outcome === 'accepted' || outcome === 'bad_token') return;
      const { taskIndex } = must(group.results[i], 'a result per outcome');
      if (dropOwnLease(device, group.blockId, taskIndex, context) && outcome !== 'invalid_result') beaten++; // done with
    });
    if (!acceptance.row) continue;
    owed += acceptance.row.amountMicros;
    draft.putBlock(acceptance.block);
    for (const result of acceptance.results) {
      draft.putResult(result);
      context.book.dropSlot(result.blockId, result.taskIndex);
    }
    for (const vote of acceptance.votes) {
      draft.addVote(vote);
      dropOwnLease(device, vote.blockId, vote.taskIndex, context); // its copy is in; others' are still out
    }
    draft.countUnits(live.job.id, device.accountId, acceptance.row.taskIndices.length);
    const better = Math.min(live.scoreToBeat, acceptance.bestScore ?? live.scoreToBeat);
    if (better < live.scoreToBeat) draft.putScoreToBeat(live.job.id, better);
    const earlier = rows.get(group.blockId);
    rows.set(group.blockId, earlier ? joinRows(earlier, acceptance.row, context) : acceptance.row);
  }
  return { outcomes, rows: [...rows.values()], times, beaten };
}

/** What the device says each unit took, beside what we know of when it was leased. */
function timesOf(exchange: Exchange, device: Device, draft: Draft, { book }: Context): readonly UnitTime[] {
  return exchange.groups.flatMap(({ blockId, results }) =>
    results.map(({ taskIndex, cpuMs }) => {
      const lease = book.at(blockId, taskIndex).find(({ deviceId }) => deviceId === device.id);
      return { cpuMs, wallMs: lease && draft.now - lease.leasedAt };
    }),
  );
}

/** Counts what it was given against what it finishes, of late: both halve now and then. */
function withLeased(device: Device, granted: number): Device {
  const recentLeased = device.recentLeased + granted;
  if (recentLeased <= RECENT_LEASES) return { ...device, recentLeased };
  return { ...device, recentLeased: recentLeased >> 1, recentFinished: device.recentFinished >> 1 };
}

const RECENT_LEASES = 64;

/** The device itself says that it ran above the line. */
const isBenchDuty = ({ report }: Exchange, { policy }: Context): boolean =>
  report.duty > policy.share.ceilingPercent * 100 && !policy.creditsBenchDuty;

/** Whether there was one. */
function dropOwnLease(device: Device, blockId: BlockId, taskIndex: number, { book }: Context): boolean {
  const own = book.at(blockId, taskIndex).filter((lease) => lease.deviceId === device.id);
  for (const lease of own) book.drop(lease);
  return own.length > 0;
}

/** Two groups of one exchange in one block (leased under different terms): still one row, one transfer. */
const joinRows = (a: ExchangeRow, b: ExchangeRow, { secrets }: Context): ExchangeRow => ({
  ...a,
  taskIndices: [...a.taskIndices, ...b.taskIndices],
  wholeDue: a.wholeDue | (b.wholeDue << a.taskIndices.length),
  amountMicros: plus(a.amountMicros, b.amountMicros),
  digest: secrets.sha256(concatBytes(a.digest, b.digest)),
});

interface Granted {
  readonly leases: readonly LeaseGroup[];
  readonly status: LeaseStatus;
}

function grantLeases(device: Device, want: number, draft: Draft, context: Context): Granted {
  const { policy, book, secrets, keptBlocks, stranded, fairShare, probation } = context;
  const room = holdLimit(device, book.heldBy(device.id).size, policy.leases) - book.heldBy(device.id).size;
  if (room <= 0) return { leases: [], status: 'enough_held' };
  const isNew = isOnProbation(device);
  // Nobody is told of this limit.
  const auditedRoom = (): number => (isNew ? probation.room(draft.now, context.probationPerHour) : want);

  const leases: LeaseGroup[] = [];
  const time = { now: draft.now, keptBlocks };
  for (const choice of chooseSlots(draft.liveJobs(), book, device, Math.min(want, room, fairShare), time, {
    ...context,
    auditedRoom,
  })) {
    const { live, block } = choice;
    const price = block.priceMicros;
    const held = book.heldBy(device.id).size + choice.taskIndices.length;
    const lasts = leaseMs(device, held, policy.leases);
    const terms = {
      keyId: secrets.leaseKeyId,
      priceMicros: price,
      leaseUntil: draft.now + lasts,
      policyVersion: policy.version,
    };
    const slots = [];
    for (const taskIndex of choice.taskIndices) {
      if (!coverLease(draft, book, stranded, policy, price)) return { leases, status: 'budget_spent' };
      const slot = { blockId: block.id, taskIndex, deviceId: device.id, accountId: device.accountId };
      const expectedMs = unitMs(device, policy.leases) * held;
      book.add({ ...slot, priceMicros: price, leasedAt: draft.now, leaseUntil: terms.leaseUntil, expectedMs });
      const token = leaseToken(secrets, { ...slot, terms, kernelHash: live.job.kernelHash });
      slots.push({ taskIndex, token: must(token, 'the current lease key') });
      if (isNew && live.job.replicas === 1) probation.take(draft.now, 1);
      context.replication(live.job.replicas).leased?.(slot, device.id);
    }
    if (!block.peerLeased) draft.putBlock({ ...block, peerLeased: true });
    leases.push({
      jobId: live.job.id,
      blockId: block.id,
      round: block.round,
      firstTask: block.firstTask,
      terms,
      leaseMs: lasts,
      scoreToBeat: live.scoreToBeat,
      leases: slots,
    });
  }
  return { leases, status: leases.length > 0 ? 'ok' : 'nothing_to_do' };
}

/**
 * A phone's link opens: the leases it names and can prove are its own again, those it no longer names are free. A reply
 * that was stored but never reached it gave leases that it cannot name yet: it will get that reply again, so they are kept.
 * Writes nothing but a changed time zone: a lease is not a row.
 */
export function decideLink(link: LinkRequest, draft: Draft, context: Context): Result<Linked, 'unknown_device'> {
  const { book, policy } = context;
  const known = draft.device(link.deviceId);
  if (!known || known.executor !== 'peer' || known.status === 'erased') return refuse('unknown_device');
  const today = throttleAt(known.throttle, draft.now);
  const throttle = withZone(today, link.zoneMinutes, policy.throttle, draft.now);
  const device: Device = { ...known, throttle };
  if (throttle !== today) draft.putDevice(device);
  for (const lease of [...book.heldBy(device.id)]) book.drop(lease);
  const unseen = link.awaiting > 0 && link.awaiting === device.lastSeq ? leasesIn(device.lastReply) : [];
  for (const group of [...link.held, ...unseen]) relink(device, group, draft, context);
  return ok({ lastSeq: device.lastSeq, maxHeld: policy.leases.most, policyVersion: context.wireVersion });
}

function leasesIn(reply: Uint8Array): readonly HeldGroup[] {
  const frame = decodeFrame(reply, reply.length);
  assert(frame.ok && frame.value.type === 'reply', 'a stored reply is a reply frame');
  return frame.value.leases;
}

function relink(
  device: Device,
  { blockId, terms, leases }: HeldGroup,
  draft: Draft,
  { book, secrets, policy }: Context,
): void {
  const live = draft.liveOf(blockId);
  if (!live || terms.leaseUntil < draft.now || !device.consentClasses.includes(live.kind.class)) return;
  if (isOutsideConsent(device, device.throttle, draft.now)) return; // it rests: others may go on with it
  const block = blockOf(live, blockId);
  const expectedMs = unitMs(device, policy.leases) * leases.length;
  for (const { taskIndex, token } of leases) {
    const slot = { blockId, taskIndex, deviceId: device.id, accountId: device.accountId };
    if (!isLeaseToken(secrets, { ...slot, terms, kernelHash: live.job.kernelHash }, token)) continue;
    if (taskIndex >= block.taskCount || hasBit(block.done, taskIndex)) continue;
    if (book.at(blockId, taskIndex).some((lease) => lease.deviceId === device.id)) continue; // named twice, or never forgotten
    book.add({
      ...slot,
      priceMicros: terms.priceMicros,
      leasedAt: draft.now,
      leaseUntil: terms.leaseUntil,
      expectedMs,
    });
  }
}
