import type { DeviceId } from '../../shared/ids.ts';
import type { Exchange, ExchangeReply, ResultGroup, ResultOutcome, TaskResult } from '../../shared/model/exchange.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { MainframeResult } from '../core/facts.ts';
import type { OutboxRow, WriteSet } from '../core/ports.ts';
import { compareWrites } from './audit-compare.ts';
import { Inbox, type HandedAudit } from './audit-inbox.ts';
import { closeRounds, contradictsItself, isTrue, learnJobs } from './audit-jobs.ts';
import { moveSlabs, post } from './audit-money.ts';
import { Promises } from './audit-promises.ts';
import { AuditedWorld, emptySlot, rowName, type BlockModel, type RowModel, type SlotModel } from './audited-world.ts';
import { digestsIn } from './naive-tiny.ts';
import { slotName, type Asked, type AskedRerun, type Committed, type Observer, type Report } from './observer.ts';

/**
 * The independent auditor. It shares no code with what it audits: types only, and a model of its own, object by object.
 *
 * It observes what goes in (requests as the asker wrote them, exchanges as decoded from the bytes that arrived, results of
 * the mainframe, which chunk was re-run when) and what comes to rest (write sets the store has taken). Of a write set it
 * believes only *that* something happened: that exchange n of a device is in, a slot was checked, a device convicted, a
 * round closed, a posting made, a slab taken. *What follows* it works out itself: which results are accepted, what they
 * are worth, whether the audited chunk was right (by its own sums), what a conviction voids, what has matured, who won a
 * round, the answer, and with them every exchange's state and every account's balance. Then it compares.
 *
 * Facts are applied in the order they were handed in, as the coordinator promises; a conviction comes at the end of its
 * commit. What it cannot know is how many slabs are reserved when (that depends on the lease book): it takes their number
 * from the write sets and works out their size.
 */
export class Auditor implements Observer {
  readonly world = new AuditedWorld();
  readonly #inbox = new Inbox();
  readonly #promises = new Promises();
  readonly #asked = new Map<string, Asked>();
  readonly #lastReplies = new Map<DeviceId, Uint8Array>();
  readonly #policy: Policy;
  readonly #report: Report;

  constructor(policy: Policy, report: Report) {
    this.#policy = policy;
    this.#report = report;
  }

  // ---- What goes in ----

  asked(request: Asked): void {
    this.#asked.set(`${request.accountId}:${request.idempotencyKey}`, request);
  }

  lifeBegan(): void {
    this.#inbox.clear();
    this.#promises.clear(); // what runs on from before is covered by the money stranded then
  }

  linked(deviceId: DeviceId): void {
    this.#promises.endOf(deviceId);
  }

  handedSoFar(): number {
    return this.#inbox.handedSoFar;
  }

  exchangeHanded(exchange: Exchange): number {
    return this.#inbox.hand({ type: 'exchange', exchange });
  }

  exchangeRefused(handed: number): void {
    this.#inbox.refuse(handed);
  }

  replySent(deviceId: DeviceId, bytes: Uint8Array): void {
    const stored = this.#lastReplies.get(deviceId);
    if (String(stored) !== String(bytes))
      this.#report('reply_is_stored', `device ${deviceId} was told ${bytes.join()}, stored is ${stored?.join()}`);
  }

  mainframeHanded(results: readonly MainframeResult[]): void {
    for (const result of results) this.#inbox.hand({ type: 'mainframe', result });
  }

  rerunAsked({ jobId, round, task, chunk }: AskedRerun): number {
    const block = this.world.jobs
      .get(jobId)
      ?.blocks.find((one) => one.round === round && one.firstTask <= task && task < one.firstTask + one.slots.length);
    const taskIndex = task - (block?.firstTask ?? 0);
    const slot = block?.slots[taskIndex];
    if (!block || !slot?.deviceId) {
      this.#report(
        'audit_has_a_result',
        `job ${jobId}, round ${round}, task ${task}, chunk ${chunk} is re-run, and nobody did it`,
      );
      return 0;
    }
    const { deviceId, seq } = slot;
    const isNew = (this.world.devices.get(deviceId)?.probationLeft ?? 0) > 0;
    if (slot.state === 'done' && isNew !== (chunk === 'all'))
      // else a winner's one chunk
      this.#report('newcomers_are_rerun_whole', `${slotName(block.id, taskIndex)} of device ${deviceId}: ${chunk}`);
    this.#inbox.forgetAnswers(slot);
    return this.#inbox.hand({
      type: 'audit',
      block,
      taskIndex,
      slot,
      deviceId,
      seq,
      chunk,
      isAnswered: false,
    });
  }

  rerunAnswered(rerun: number, now: number): void {
    const audit = this.#inbox.answer(rerun);
    if (!audit) return;
    const { slot, block, taskIndex, chunk } = audit;
    if (slot.deviceId !== audit.deviceId || slot.seq !== audit.seq) return; // overtaken
    const chunks = chunk === 'all' ? Array.from({ length: 64 }, (_, i) => i) : [chunk];
    const isRight = chunks.every((one) => isTrue(block, taskIndex, one, slot));
    if (slot.audit !== 'wrong') slot.audit = isRight ? 'right' : 'wrong';
    slot.auditedAt = now;
  }

  delivered({ jobId, topic }: OutboxRow): void {
    const job = this.world.jobs.get(jobId);
    if (job?.state !== 'answered' || topic !== 'job_answered')
      this.#report('news_is_true', `${topic} of job ${jobId} was delivered`);
    else job.isDelivered = true;
  }

  // ---- What comes to rest ----

  committed(commit: Committed): void {
    const { writes, replies, handedBefore } = commit;
    const now = this.#nowOf(commit);
    this.world.counts.commits++;
    this.#learnDevices(writes);
    learnJobs(this.world, writes, this.#asked, this.#report);
    const touched = new Set<RowModel>();
    const convicted = new Set<DeviceId>();
    for (const fact of this.#inbox.takeFrom(writes, handedBefore, this.world)) {
      if (fact.type === 'exchange') this.#takeExchange(fact.exchange, replies, now, touched, convicted);
      else if (fact.type === 'mainframe') this.#takeOwn(fact.result);
      else this.#takeVerdict(fact, touched, convicted);
    }
    for (const deviceId of convicted) this.#convict(deviceId, touched);
    closeRounds(this.world, writes, this.#report);
    post(this.world, this.#policy, writes, now, touched);
    moveSlabs(this.world, this.#policy, writes);
    this.#promises.grant(commit, now, this.world, this.#report);
    compareWrites(this.world, writes, touched, this.#report);
  }

  /** When a commit says that it happened: within the minute, and not later than the clock. */
  #nowOf({ writes, now }: Committed): number {
    const booked = writes.transfers[0]?.at ?? now;
    if (booked > now || booked < now - 60_000)
      this.#report('time_is_told', `booked at ${booked}, the clock said ${now}`);
    return booked;
  }

  #learnDevices(writes: WriteSet): void {
    for (const { id, accountId, executor, lastReply } of writes.devices) {
      this.#lastReplies.set(id, lastReply);
      if (this.world.devices.has(id)) continue;
      const probationLeft = executor === 'peer' ? this.#policy.probationTasks : 0;
      this.world.devices.set(id, { accountId, taskCount: 0, lastSeq: 0, convictions: 0, probationLeft, rows: [] });
    }
  }

  #takeExchange(
    exchange: Exchange,
    replies: ReadonlyMap<DeviceId, ExchangeReply>,
    now: number,
    touched: Set<RowModel>,
    convicted: Set<DeviceId>,
  ): void {
    const { deviceId, seq } = exchange;
    const device = this.world.devices.get(deviceId);
    if (!device) return;
    this.world.counts.exchanges++;
    const told = replies.get(deviceId)?.outcomes ?? [];
    const outcomes: ResultOutcome[] = [];
    const accepted = new Map<BlockModel, number[]>();
    for (const group of exchange.groups) {
      const block = this.world.blocks.get(group.blockId);
      for (const result of group.results) {
        let outcome = this.#judge(deviceId, block, group, result);
        // Only an empty budget is a reason to refuse good work: how much of it is promised to others is not known here.
        const isBroke = this.world.balance('budget') < this.#policy.priceMicros;
        if (outcome === 'accepted' && isBroke && told[outcomes.length] === 'too_late') outcome = 'too_late';
        outcomes.push(outcome);
        if (outcome === 'invalid_result') convicted.add(deviceId);
        const slot = block?.slots[result.taskIndex];
        if (outcome !== 'bad_token') this.#promises.endAt(slot, outcome === 'accepted' ? undefined : deviceId);
        if (outcome !== 'accepted' || !block || !slot) continue;
        Object.assign(slot, {
          state: 'done',
          deviceId,
          seq,
          digests: digestsIn(result.output),
          audit: 'none',
        } satisfies Partial<SlotModel>);
        accepted.set(block, [...(accepted.get(block) ?? []), result.taskIndex]);
      }
    }
    if (told.join() !== outcomes.join()) {
      this.#report(
        'outcome_as_predicted',
        `device ${deviceId}, exchange ${seq}: told ${told.join()}, expected ${outcomes.join()}`,
      );
    }
    device.lastSeq = seq;
    for (const [, indices] of accepted) device.taskCount += indices.length;
    for (const [block, indices] of accepted) {
      const amount = indices.length * this.#policy.priceMicros;
      const row: RowModel = {
        deviceId,
        seq,
        block,
        indices,
        amount,
        state: 'pending',
        audit: 'none',
        taskNo: device.taskCount,
        acceptedAt: now,
      };
      this.world.rows.set(rowName(deviceId, seq, block.id), row);
      device.rows.push(row);
      touched.add(row);
      this.world.counts.accepted += indices.length;
      this.world.move('reserved', `pending:${device.accountId}`, amount);
    }
  }

  #judge(deviceId: DeviceId, block: BlockModel | undefined, group: ResultGroup, result: TaskResult): ResultOutcome {
    if (!block?.isLive) return 'too_late';
    const slot = block.slots[result.taskIndex];
    const isIssued = this.#promises.isIssued(deviceId, block.id, group.terms, result.taskIndex, result.token);
    if (!slot || !isIssued) return 'bad_token';
    if (slot.state !== 'open') return 'slot_taken';
    return contradictsItself(block.job, result.output) ? 'invalid_result' : 'accepted';
  }

  #takeOwn({ blockId, taskIndex, output }: MainframeResult): void {
    const slot = this.world.blocks.get(blockId)?.slots[taskIndex];
    if (slot?.state !== 'open')
      return this.#report('slot_was_open', `the mainframe's result for ${slotName(blockId, taskIndex)} was taken`);
    this.#promises.endAt(slot);
    const mainframe = 1 as DeviceId; // the house's first device, by its founding
    Object.assign(slot, {
      state: 'checked',
      deviceId: mainframe,
      seq: 0,
      digests: digestsIn(output),
      audit: 'right',
    } satisfies Partial<SlotModel>);
  }

  #takeVerdict(
    { slot, block, deviceId, seq, chunk }: HandedAudit,
    touched: Set<RowModel>,
    convicted: Set<DeviceId>,
  ): void {
    if (slot.deviceId !== deviceId || slot.seq !== seq) return; // overtaken within this commit
    const row = this.world.rows.get(rowName(deviceId, seq, block.id));
    if (slot.audit === 'wrong') {
      convicted.add(deviceId);
      if (row) row.audit = 'failed';
      if (row) touched.add(row);
      if (row?.state === 'posted') this.world.counts.paidLies++;
      emptySlot(slot);
      return;
    }
    slot.state = 'checked';
    const device = this.world.devices.get(deviceId);
    if (device && chunk === 'all') device.probationLeft = Math.max(0, device.probationLeft - 1);
    if (row?.audit !== 'none' || !row.indices.every((index) => row.block.slots[index]?.state === 'checked')) return;
    row.audit = 'passed';
    touched.add(row);
  }

  /** Everything of the device that is still pending is undone, and its slots that hold its own results are open again. */
  #convict(deviceId: DeviceId, touched: Set<RowModel>): void {
    const device = this.world.devices.get(deviceId);
    if (!device) return;
    device.convictions++;
    device.probationLeft = this.#policy.probationTasks;
    this.world.counts.convictions++;
    for (const row of device.rows) {
      if (row.state !== 'pending') continue;
      row.state = 'void';
      touched.add(row);
      this.world.counts.voids++;
      this.world.move(`pending:${device.accountId}`, 'reserved', row.amount);
      if (!row.block.isLive) continue;
      for (const index of row.indices) {
        const slot = row.block.slots[index];
        if (slot?.deviceId === deviceId && slot.seq === row.seq) emptySlot(slot);
      }
    }
  }
}
