import type { BlockId, DeviceId, JobId } from '../../shared/ids.ts';
import type { Exchange, ExchangeReply, ResultGroup, ResultOutcome, TaskResult } from '../../shared/model/exchange.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { MainframeResult } from '../core/facts.ts';
import type { OutboxRow, RerunRequest, WriteSet } from '../core/ports.ts';
import {
  emptySlot,
  openSlot,
  rowName,
  type BlockModel,
  type DeviceModel,
  type JobModel,
  type PromiseModel,
  type RowModel,
  type SlotModel,
} from './audited-world.ts';
import {
  columnBytes,
  columnSums,
  digestOfColumn,
  digestsIn,
  firstUnitOf,
  hashOf,
  lowest,
  numbersIn,
} from './naive-tiny.ts';
import { slotName, type Asked, type Committed, type Observer, type Report } from './observer.ts';

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
  readonly balances = new Map<string, number>();
  readonly rows = new Map<string, RowModel>();
  readonly jobs = new Map<JobId, JobModel>();
  readonly devices = new Map<DeviceId, DeviceModel>();
  readonly counts = {
    commits: 0,
    exchanges: 0,
    accepted: 0,
    voids: 0,
    postings: 0,
    convictions: 0,
    hiddenAnswers: 0,
    paidLies: 0,
  };
  readonly #blocks = new Map<BlockId, BlockModel>();
  readonly #asked = new Map<string, Asked>();
  readonly #policy: Policy;
  readonly #report: Report;
  /** Tokens that devices were given, with their terms. */
  readonly #issued = new Set<string>();
  readonly #lastReplies = new Map<DeviceId, Uint8Array>();
  readonly #lastGrants = new Map<DeviceId, number>();
  #promises: PromiseModel[] = [];
  #inbox: Handed[] = [];
  #handed = 0;

  constructor(policy: Policy, report: Report) {
    this.#policy = policy;
    this.#report = report;
  }

  // ---- What goes in ----

  asked(request: Asked): void {
    this.#asked.set(`${request.accountId}:${request.idempotencyKey}`, request);
  }

  lifeBegan(): void {
    this.#inbox = [];
    this.#promises = []; // what runs on from before is covered by the money stranded then
  }

  linked(deviceId: DeviceId): void {
    this.#promises = this.#promises.filter((promise) => promise.deviceId !== deviceId);
  }

  exchangeHanded(exchange: Exchange): number {
    this.#inbox.push({ no: ++this.#handed, type: 'exchange', exchange });
    return this.#handed;
  }

  exchangeRefused(handed: number): void {
    this.#inbox = this.#inbox.filter(({ no }) => no !== handed);
  }

  replySent(deviceId: DeviceId, bytes: Uint8Array): void {
    const stored = this.#lastReplies.get(deviceId);
    if (String(stored) !== String(bytes))
      this.#report('reply_is_stored', `device ${deviceId} was told ${bytes.join()}, stored is ${stored?.join()}`);
  }

  mainframeHanded(results: readonly MainframeResult[]): void {
    for (const result of results) this.#inbox.push({ no: ++this.#handed, type: 'mainframe', result });
  }

  rerunAsked({ jobId, round, chunk }: RerunRequest): number {
    const task = Math.floor(chunk / 64);
    const block = this.jobs
      .get(jobId)
      ?.blocks.find((one) => one.round === round && one.firstTask <= task && task < one.firstTask + one.slots.length);
    const slot = block?.slots[task - block.firstTask];
    if (!block || !slot?.deviceId) {
      this.#report(
        'audit_has_a_result',
        `job ${jobId}, round ${round}, chunk ${chunk} is re-run, and nobody has done it`,
      );
      return 0;
    }
    const taskIndex = task - block.firstTask;
    // Asked again means that what became of the earlier question is settled.
    this.#inbox = this.#inbox.filter((one) => one.type !== 'audit' || one.slot !== slot || !one.isAnswered);
    this.#inbox.push({
      no: ++this.#handed,
      type: 'audit',
      block,
      taskIndex,
      slot,
      deviceId: slot.deviceId,
      seq: slot.seq,
      chunk: chunk % 64,
      isAnswered: false,
    });
    return this.#handed;
  }

  rerunAnswered(rerun: number, now: number): void {
    const at = this.#inbox.findIndex(({ no }) => no === rerun);
    const audit = this.#inbox[at];
    if (audit?.type !== 'audit') return;
    this.#inbox.splice(at, 1);
    this.#inbox.push({ ...audit, no: ++this.#handed, isAnswered: true }); // it goes in now
    const { slot, block, taskIndex, chunk } = audit;
    if (slot.deviceId !== audit.deviceId || slot.seq !== audit.seq) return; // overtaken
    const isRight = this.#isTrue(block, taskIndex, chunk, slot);
    if (slot.audit !== 'wrong') slot.audit = isRight ? 'right' : 'wrong';
    slot.auditedAt = now;
  }

  delivered({ jobId, topic }: OutboxRow): void {
    const job = this.jobs.get(jobId);
    if (job?.state !== 'answered' || topic !== 'job_answered')
      this.#report('news_is_true', `${topic} of job ${jobId} was delivered`);
    else job.isDelivered = true;
  }

  // ---- What comes to rest ----

  committed(commit: Committed): void {
    const { writes, replies } = commit;
    const now = writes.transfers[0]?.at ?? commit.now;
    if (now > commit.now || now < commit.now - 1_000)
      this.#report('time_is_told', `booked at ${now}, the clock said ${commit.now}`);
    this.counts.commits++;
    this.#learnNames(writes, now);
    const touched = new Set<RowModel>();
    const convicted = new Set<DeviceId>();
    for (const fact of this.#factsOf(writes)) {
      if (fact.type === 'exchange') this.#takeExchange(fact.exchange, replies, now, touched, convicted);
      else if (fact.type === 'mainframe') this.#takeOwn(fact.result);
      else this.#takeVerdict(fact, touched, convicted);
    }
    for (const deviceId of convicted) this.#convict(deviceId, touched);
    this.#closeRounds(writes);
    this.#post(writes, now, touched);
    this.#moveSlabs(writes);
    this.#grant(commit, now);
    this.#compareWrites(writes, touched);
  }

  /** New accounts, devices, jobs and blocks: that they exist is a fact, what they hold is checked against what was asked. */
  #learnNames(writes: WriteSet, now: number): void {
    for (const { id, accountId } of writes.devices) {
      if (!this.devices.has(id))
        this.devices.set(id, { accountId, taskCount: 0, lastSeq: 0, convictions: 0, rows: [] });
    }
    for (const job of writes.jobs) {
      if (this.jobs.has(job.id)) continue;
      const asked = this.#asked.get(`${job.accountId}:${job.idempotencyKey}`);
      if (!asked) {
        this.#report('job_was_asked', `job ${job.id}`);
        continue;
      }
      const columnCount = asked.units * 64;
      const sums = columnSums(numbersIn(job.jobInput), columnCount);
      const sorted = (list: readonly number[]): string => list.toSorted((a, b) => a - b).join();
      if (sorted(sums) !== sorted(columnSums(asked.numbers, columnCount))) {
        this.#report('blinding_keeps_sums', `job ${job.id} is not what account ${asked.accountId} asked`);
      }
      this.jobs.set(job.id, {
        id: job.id,
        asked,
        rounds: job.rounds,
        sums,
        filedAt: now,
        round: 1,
        blocks: [],
        winners: [],
        state: 'running',
        isTrue: true,
        isDelivered: false,
      });
    }
    for (const block of writes.blocks) {
      const job = this.jobs.get(block.jobId);
      if (this.#blocks.has(block.id) || !job) continue;
      const slots = Array.from({ length: block.taskCount }, openSlot);
      const model: BlockModel = {
        id: block.id,
        job,
        round: block.round,
        firstTask: block.firstTask,
        slots,
        isLive: true,
      };
      this.#blocks.set(block.id, model);
      job.blocks.push(model);
      const { units } = job.asked;
      const tasks = job.blocks
        .filter(({ round }) => round === block.round)
        .reduce((sum, one) => sum + one.slots.length, 0);
      const planned = firstUnitOf(units, job.rounds, block.round + 1) - firstUnitOf(units, job.rounds, block.round);
      if (tasks !== planned)
        this.#report('round_is_planned', `job ${job.id}, round ${block.round}: ${tasks} tasks, expected ${planned}`);
    }
  }

  /** Which of the facts on their way are in this write set, in the order they were handed in. */
  #factsOf(writes: WriteSet): readonly Handed[] {
    const lastSeqs = new Map(writes.devices.map(({ id, lastSeq }) => [id, lastSeq]));
    const convicted = new Set(
      writes.devices
        .filter(({ id, convictions }) => convictions > (this.devices.get(id)?.convictions ?? 0))
        .map(({ id }) => id),
    );
    const own = new Set(
      writes.results.filter(({ seq }) => seq === 0).map(({ blockId, taskIndex }) => slotName(blockId, taskIndex)),
    );
    const blocks = new Map(writes.blocks.map((block) => [block.id, block]));
    const seen = new Set<string>();
    const facts: Handed[] = [];
    const later: Handed[] = [];
    for (const handed of this.#inbox) {
      let isIn = false;
      let isStale = false;
      if (handed.type === 'exchange') {
        const { deviceId, seq } = handed.exchange;
        isStale = seq <= (this.devices.get(deviceId)?.lastSeq ?? 0);
        const name = `${deviceId}:${seq}`;
        isIn = !isStale && seq <= (lastSeqs.get(deviceId) ?? 0) && !seen.has(name);
        if (isIn) seen.add(name);
      } else if (handed.type === 'mainframe') {
        isIn = own.delete(slotName(handed.result.blockId, handed.result.taskIndex));
      } else if (handed.isAnswered) {
        const { slot, block, taskIndex, deviceId, seq } = handed;
        isStale = slot.deviceId !== deviceId || slot.seq !== seq;
        const isChecked = hasBit(blocks.get(block.id)?.checked, taskIndex) && slot.state === 'done';
        isIn = !isStale && (slot.audit === 'wrong' ? convicted.has(deviceId) : isChecked);
      }
      if (isIn) facts.push(handed);
      else if (!isStale) later.push(handed);
    }
    this.#inbox = later;
    return facts;
  }

  #takeExchange(
    exchange: Exchange,
    replies: ReadonlyMap<DeviceId, ExchangeReply>,
    now: number,
    touched: Set<RowModel>,
    convicted: Set<DeviceId>,
  ): void {
    const { deviceId, seq } = exchange;
    const device = this.devices.get(deviceId);
    if (!device) return;
    this.counts.exchanges++;
    const told = replies.get(deviceId)?.outcomes ?? [];
    const outcomes: ResultOutcome[] = [];
    const accepted = new Map<BlockModel, number[]>();
    for (const group of exchange.groups) {
      const block = this.#blocks.get(group.blockId);
      for (const result of group.results) {
        let outcome = this.#judge(deviceId, block, group, result);
        // Only an empty budget is a reason to refuse good work: how much of it is promised to others is not known here.
        const isBroke = (this.balances.get('budget') ?? 0) < this.#policy.priceMicros;
        if (outcome === 'accepted' && isBroke && told[outcomes.length] === 'too_late') outcome = 'too_late';
        outcomes.push(outcome);
        if (outcome === 'invalid_result') convicted.add(deviceId);
        const slot = block?.slots[result.taskIndex];
        if (outcome !== 'bad_token')
          this.#promises = this.#promises.filter((one) => one.slot !== slot || one.deviceId !== deviceId); // it had its turn
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
      this.rows.set(rowName(deviceId, seq, block.id), row);
      device.rows.push(row);
      touched.add(row);
      this.counts.accepted += indices.length;
      this.#move('reserved', `pending:${device.accountId}`, amount);
    }
  }

  #judge(deviceId: DeviceId, block: BlockModel | undefined, group: ResultGroup, result: TaskResult): ResultOutcome {
    if (!block?.isLive) return 'too_late';
    const slot = block.slots[result.taskIndex];
    const isIssued = this.#issued.has(tokenName(deviceId, block.id, group.terms, result.taskIndex, result.token));
    if (!slot || !isIssued) return 'bad_token';
    if (slot.state !== 'open') return 'slot_taken';
    return this.#contradictsItself(block.job, result.output) ? 'invalid_result' : 'accepted';
  }

  #contradictsItself(job: JobModel, output: Uint8Array): boolean {
    if (output.length < 512) return true;
    const digests = digestsIn(output);
    const best = digests[lowest(digests)];
    if (!best || best.score === 0xffff_ffff) return true;
    if (output.length === 512) return false;
    const candidate = output.subarray(512);
    const column =
      (candidate[0] ?? 0) + 256 * (candidate[1] ?? 0) + 65_536 * ((candidate[2] ?? 0) + 256 * (candidate[3] ?? 0));
    return candidate.length !== 4 || column >= job.sums.length || hashOf(candidate) !== best.hash;
  }

  #takeOwn({ blockId, taskIndex, output }: MainframeResult): void {
    const slot = this.#blocks.get(blockId)?.slots[taskIndex];
    if (slot?.state !== 'open')
      return this.#report('slot_was_open', `the mainframe's result for ${slotName(blockId, taskIndex)} was taken`);
    const mainframe = 1 as DeviceId; // the house's first device, by its founding
    Object.assign(slot, {
      state: 'checked',
      deviceId: mainframe,
      seq: 0,
      digests: digestsIn(output),
      audit: 'right',
    } satisfies Partial<SlotModel>);
  }

  #takeVerdict({ slot, block, deviceId, seq }: Audit, touched: Set<RowModel>, convicted: Set<DeviceId>): void {
    if (slot.deviceId !== deviceId || slot.seq !== seq) return; // overtaken within this commit
    const row = this.rows.get(rowName(deviceId, seq, block.id));
    if (slot.audit === 'wrong') {
      convicted.add(deviceId);
      if (row) row.audit = 'failed';
      if (row) touched.add(row);
      if (row?.state === 'posted') this.counts.paidLies++;
      emptySlot(slot);
      return;
    }
    slot.state = 'checked';
    if (row?.audit !== 'none' || !row.indices.every((index) => row.block.slots[index]?.state === 'checked')) return;
    row.audit = 'passed';
    touched.add(row);
  }

  /** Everything of the device that is still pending is undone, and its slots that hold its own results are open again. */
  #convict(deviceId: DeviceId, touched: Set<RowModel>): void {
    const device = this.devices.get(deviceId);
    if (!device) return;
    device.convictions++;
    this.counts.convictions++;
    for (const row of device.rows) {
      if (row.state !== 'pending') continue;
      row.state = 'void';
      touched.add(row);
      this.counts.voids++;
      this.#move(`pending:${device.accountId}`, 'reserved', row.amount);
      if (!row.block.isLive) continue;
      for (const index of row.indices) {
        const slot = row.block.slots[index];
        if (slot?.deviceId === deviceId && slot.seq === row.seq) emptySlot(slot);
      }
    }
  }

  #closeRounds(writes: WriteSet): void {
    for (const { jobId, round, outcome } of writes.rounds) {
      const job = this.jobs.get(jobId);
      if (!outcome || !job || job.round !== round || job.state !== 'running') continue;
      const blocks = job.blocks.filter((block) => block.round === round);
      let best: { score: number; column: number } | undefined;
      for (const block of blocks) {
        block.isLive = false;
        block.slots.forEach((slot, index) => {
          if (slot.state !== 'checked')
            this.#report(
              'round_is_checked',
              `job ${jobId}, round ${round} closed on ${slot.state} slot ${slotName(block.id, index)}`,
            );
          slot.digests.forEach(({ score }, chunk) => {
            const column = this.#columnOf(block, index, chunk);
            if (!this.#isTrue(block, index, chunk, slot)) job.isTrue = false;
            if (!best || score < best.score || (score === best.score && column < best.column)) best = { score, column };
          });
        });
      }
      if (!best) continue;
      const isPlanted = job.sums[best.column] !== best.score;
      const isSame =
        outcome.score === best.score && String(outcome.candidate) === String(Uint8Array.from(columnBytes(best.column)));
      if (isPlanted || !isSame)
        this.#report(
          'winner_as_predicted',
          `job ${jobId}, round ${round}: closed on ${outcome.score}, expected ${best.score}${isPlanted ? ', which is a lie' : ''}`,
        );
      job.winners.push(best);
      job.round++;
    }
    for (const { id, state } of writes.jobs) {
      const job = this.jobs.get(id);
      if (state.name === 'running' || !job || job.state === 'answered') continue;
      if (state.name === 'answered') this.#takeAnswer(job, state.answer);
      else this.#report('job_is_answered', `job ${id} failed: ${state.code}`);
    }
  }

  #takeAnswer(job: JobModel, answer: Uint8Array): void {
    job.state = 'answered';
    const rounds = Math.max(1, Math.min(job.rounds, job.asked.units));
    if (job.winners.length !== rounds)
      this.#report('answer_after_all_rounds', `job ${job.id} after ${job.winners.length} of ${rounds}`);
    const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
    const column = view.getUint32(0, true);
    const sum = view.getUint32(4, true);
    const own = columnSums(job.asked.numbers, job.asked.units * 64);
    const predicted = Math.min(...job.winners.map(({ score }) => score));
    const smallest = Math.min(...own);
    if (own[column] !== sum)
      this.#report('answer_is_real', `job ${job.id}: column ${column} sums to ${own[column]}, not ${sum}`);
    if (sum !== predicted) this.#report('answer_as_predicted', `job ${job.id}: ${sum}, expected ${predicted}`);
    if (job.isTrue && sum !== smallest)
      this.#report('answer_is_best', `job ${job.id}: ${sum}, the smallest is ${smallest}`);
    if (sum !== smallest) this.counts.hiddenAnswers++; // a liar may hide a good candidate: it loses quality, never truth
  }

  /** A posting of a device: everything that has matured by now, and nothing else. */
  #post(writes: WriteSet, now: number, touched: Set<RowModel>): void {
    const posting = new Set(writes.exchanges.filter((row) => row.state === 'posted').map(({ deviceId }) => deviceId));
    for (const { kind, cause } of writes.transfers)
      if (kind === 'post') posting.add(Number(cause.split(':')[1]) as DeviceId);
    for (const deviceId of posting) {
      const device = this.devices.get(deviceId);
      let amount = 0;
      for (const row of device?.rows ?? []) {
        const { maturityTasks, maturityMs } = this.#policy;
        const isOld = (device?.taskCount ?? 0) - row.taskNo >= maturityTasks || now - row.acceptedAt >= maturityMs;
        if (row.state !== 'pending' || row.audit !== 'passed' || !isOld) continue;
        row.state = 'posted';
        touched.add(row);
        amount += row.amount;
      }
      if (amount > 0) this.counts.postings++;
      this.#move(`pending:${device?.accountId}`, `available:${device?.accountId}`, amount);
    }
  }

  #moveSlabs(writes: WriteSet): void {
    const { phaseBudgetMicros, priceMicros, slabUnits } = this.#policy;
    for (const { kind } of writes.transfers) {
      if (kind === 'fund') this.#move('funding', 'budget', phaseBudgetMicros);
      if (kind !== 'slab') continue;
      const whole = Math.floor((this.balances.get('budget') ?? 0) / priceMicros);
      this.#move('budget', 'reserved', Math.min(slabUnits, whole) * priceMicros);
    }
  }

  #move(from: string, to: string, amount: number): void {
    if (amount === 0) return;
    this.balances.set(from, (this.balances.get(from) ?? 0) - amount);
    this.balances.set(to, (this.balances.get(to) ?? 0) + amount);
  }

  /** Leases given: never of the device's own account's jobs, never of a slot that is done, never without money behind them. */
  #grant({ writes, replies, isReported }: Committed, now: number): void {
    for (const { id, lastReply } of writes.devices) this.#lastReplies.set(id, lastReply);
    for (const [deviceId, reply] of replies) {
      if (this.#lastGrants.get(deviceId) === reply.seq) continue;
      this.#lastGrants.set(deviceId, reply.seq);
      for (const { blockId, terms, leases } of reply.leases) {
        const block = this.#blocks.get(blockId);
        if (!block) continue;
        if (block.job.asked.accountId === this.devices.get(deviceId)?.accountId) {
          this.#report('never_to_the_asker', `device ${deviceId} was leased its own account's job ${block.job.id}`);
        }
        for (const { taskIndex, token } of leases) {
          const slot = block.slots[taskIndex];
          this.#issued.add(tokenName(deviceId, blockId, terms, taskIndex, token));
          if (slot && isReported)
            this.#promises.push({ deviceId, slot, block, price: terms.priceMicros, until: terms.leaseUntil });
        }
      }
    }
    this.#promises = this.#promises.filter(
      ({ slot, block, until }) => slot.state === 'open' && block.isLive && until >= now,
    );
    const promised = this.#promises.reduce((sum, { price }) => sum + price, 0);
    const reserved = this.balances.get('reserved') ?? 0;
    if (promised > reserved)
      this.#report(
        'promises_are_covered',
        `${promised} promised to ${this.#promises.length} leases, ${reserved} reserved`,
      );
  }

  /** What this commit wrote against what should have followed. */
  #compareWrites(writes: WriteSet, touched: ReadonlySet<RowModel>): void {
    for (const { id, taskCount, convictions } of writes.devices) {
      const device = this.devices.get(id);
      if (device?.taskCount !== taskCount)
        this.#report('units_as_predicted', `device ${id}: ${taskCount}, expected ${device?.taskCount}`);
      if (device?.convictions !== convictions)
        this.#report('conviction_as_predicted', `device ${id}: ${convictions}, expected ${device?.convictions}`);
    }
    const written = new Set<RowModel | undefined>();
    for (const row of writes.exchanges) {
      const model = this.rows.get(rowName(row.deviceId, row.seq, row.blockId));
      written.add(model);
      const name = rowName(row.deviceId, row.seq, row.blockId);
      const said = `${row.state} ${row.audit} ${row.amountMicros} ${row.taskIndices.join()} no ${row.taskNo} at ${row.acceptedAt}`;
      const expected =
        model &&
        `${model.state} ${model.audit} ${model.amount} ${model.indices.join()} no ${model.taskNo} at ${model.acceptedAt}`;
      if (said !== expected) this.#report('exchange_as_predicted', `${name}: ${said}, expected ${expected}`);
    }
    for (const row of touched) {
      if (!written.has(row))
        this.#report(
          'exchange_as_predicted',
          `${rowName(row.deviceId, row.seq, row.block.id)} should be ${row.state} ${row.audit}, and was not written`,
        );
    }
    for (const { id, done, checked } of writes.blocks) {
      this.#blocks.get(id)?.slots.forEach((slot, i) => {
        const said = hasBit(checked, i) ? 'checked' : hasBit(done, i) ? 'done' : 'open';
        if (said !== slot.state)
          this.#report(
            'slot_as_predicted',
            `${slotName(id, i)}: ${said}, expected ${slot.state} (audit ${slot.audit})`,
          );
      });
    }
  }

  #columnOf = (block: BlockModel, taskIndex: number, chunk: number): number =>
    (firstUnitOf(block.job.asked.units, block.job.rounds, block.round) + block.firstTask + taskIndex) * 64 + chunk;

  #isTrue(block: BlockModel, taskIndex: number, chunk: number, slot: SlotModel): boolean {
    const truth = digestOfColumn(block.job.sums, this.#columnOf(block, taskIndex, chunk));
    const said = slot.digests[chunk];
    return said?.score === truth.score && said.hash === truth.hash;
  }
}

interface Audit {
  readonly no: number;
  readonly type: 'audit';
  readonly block: BlockModel;
  readonly taskIndex: number;
  readonly slot: SlotModel;
  readonly deviceId: DeviceId;
  readonly seq: number;
  readonly chunk: number;
  readonly isAnswered: boolean;
}

/** Something on its way into the coordinator, numbered in the order it was handed over. */
type Handed =
  | { readonly no: number; readonly type: 'exchange'; readonly exchange: Exchange }
  | { readonly no: number; readonly type: 'mainframe'; readonly result: MainframeResult }
  | Audit;

const hasBit = (bitmap: Uint8Array | undefined, index: number): boolean =>
  Math.floor((bitmap?.[Math.floor(index / 8)] ?? 0) / 2 ** (index % 8)) % 2 === 1;

const tokenName = (deviceId: DeviceId, blockId: BlockId, terms: object, taskIndex: number, token: Uint8Array): string =>
  `${deviceId} ${blockId} ${taskIndex} ${JSON.stringify(terms)} ${token.join()}`;
