import { must } from '../../shared/assert.ts';
import { equalBytes } from '../../shared/bytes.ts';
import type { BlockId, DeviceId, JobId } from '../../shared/ids.ts';
import type { ExchangeRow, Role } from '../../shared/model/device.ts';
import type { Exchange, JobInput } from '../../shared/model/exchange.ts';
import type { Job } from '../../shared/model/job.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { ZERO } from '../../shared/money.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';
import { DAY, dayOf } from '../../shared/time.ts';
import type { TaskKind } from '../../wasm/kind.ts';
import { pickWinner } from './assimilate-job.ts';
import { countBits } from './bitmap.ts';
import type { Context } from './context.ts';
import { decide } from './decide.ts';
import { convictDevice } from './decide-money.ts';
import { Draft } from './draft.ts';
import type { Answers, Fact, FactOf, LinkRequest, MainframeLease, MainframeResult, Slot } from './facts.ts';
import { LeaseBook } from './lease-book.ts';
import { overdueLeases } from './lease-tasks.ts';
import { blockOf, LiveJobs, liveJob, openSlots, roundOf } from './live-jobs.ts';
import {
  StoreError,
  type AuditExecutor,
  type LastIds,
  type Listener,
  type RoundOfJob,
  type Secrets,
  type Store,
} from './ports.ts';
import { isBatchable, readSetOf } from './read-set.ts';
import type { Stranded } from './reserve.ts';
import type { JobRequest } from './submit-job.ts';
import { transition, type Effect } from './transition.ts';
import { isOnProbation } from './trust.ts';
import { auditChunk } from './verify.ts';

export interface Ports {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly audit: AuditExecutor;
  readonly listener: Listener;
  /** Milliseconds since 1970, never read but here. It may jump; the coordinator's `now` never goes back. */
  readonly clock: () => number;
  /** Runs a function soon, after the callers of this turn: what gathers a batch. */
  readonly soon: (run: () => void) => void;
  readonly kindNamed: (name: string) => TaskKind<unknown, unknown> | undefined;
  /** SHA-256 of the kernel this server runs for a kind. */
  readonly kernelHash: (kind: string) => Uint8Array | undefined;
}

/** A refused fact whose cause lies here, not with the caller. */
export class Incident extends Error {
  override readonly name = 'Incident';
  readonly code: 'internal' | 'disk_full' | 'store_unavailable' | 'stopped';
  /** Under which the listener was told of it; none when the coordinator had stopped. */
  readonly id: string | undefined;
  constructor(code: Incident['code'], message: string, id?: string) {
    super(message);
    this.code = code;
    this.id = id;
  }
}

interface Queued {
  readonly fact: Fact;
  readonly resolve: (answer: never) => void;
  readonly reject: (reason: Incident) => void;
}

/**
 * The one loop. Facts queue up; a turn takes a batch of them, reads what they need, decides each in order on one draft,
 * writes once, and only then answers. Nothing else writes. In the order of the straight line from request to answer:
 *
 *   submit → exchange | mainframe → audited → winner_rerun → post
 *
 * A thrown error is a bug: the batch leaves no trace, each of its facts is tried once more alone, and the one that throws
 * again is refused with an incident id. A failed commit may have been stored all the same, so everything held in memory is
 * read anew before the next try: the same path as a start.
 */
export class Coordinator {
  readonly #ports: Ports;
  readonly #policy: Policy;
  readonly #queue: Queued[] = [];
  readonly #asked = new Set<string>();
  readonly #book = new LeaseBook();
  readonly #live = new LiveJobs();
  #ids: LastIds = { account: 0, device: 0, job: 0, block: 0, transfer: 0 };
  #stranded: Stranded = { micros: ZERO, until: 0 };
  #graceUntil = 0;
  /** Blocks with leases of before this start: for a moment only those who hold them may go on with them. */
  readonly #kept = new Set<BlockId>();
  /** Devices with an open link, as far as we were told. */
  readonly #linked = new Set<DeviceId>();
  #waiting = 0;
  #announced = 0;
  #now = 0;
  #isFresh = false;
  #isRunning = false;
  #isStopped = false;
  #incidents = 0;
  #idle: (() => void)[] = [];

  private constructor(ports: Ports, policy: Policy) {
    this.#ports = ports;
    this.#policy = policy;
  }

  /** Reads the running jobs and goes on where the last coordinator stopped. */
  static async start(ports: Ports, policy: Policy): Promise<Coordinator> {
    const coordinator = new Coordinator(ports, policy);
    const now = coordinator.#stamp();
    await coordinator.#recover();
    const reserved = (await ports.store.balance('reserved')) ?? ZERO;
    coordinator.#stranded = { micros: reserved, until: now + policy.leases.mostMs };
    coordinator.#graceUntil = now + policy.leases.relinkGraceMs;
    for (const { blocks } of coordinator.#live.all()) {
      for (const block of blocks) if (block.peerLeased) coordinator.#kept.add(block.id);
    }
    await coordinator.#add({ type: 'found', operator: 'Operator' });
    for (const { job } of [...coordinator.#live.all()]) {
      if (!coordinator.#isComputable(job)) await coordinator.failJob(job.id, 'kernel_changed');
    }
    await coordinator.settled();
    return coordinator;
  }

  openAccount(name: string, role: Role): Promise<Answers['open_account']> {
    return this.#add({ type: 'open_account', name, role });
  }

  enrolDevice(device: FactOf<'enrol_device'>['device']): Promise<Answers['enrol_device']> {
    return this.#add({ type: 'enrol_device', device, earlier: undefined });
  }

  createInvite(invite: FactOf<'create_invite'>['invite']): Promise<void> {
    return this.#add({ type: 'create_invite', invite });
  }

  /** An invite's code, by its hash, becomes an account. */
  join(codeHash: Uint8Array, name: string): Promise<Answers['join']> {
    return this.#add({ type: 'join', codeHash, name });
  }

  /** Opts a device in or out. */
  consent(consent: Omit<FactOf<'consent'>, 'type'>): Promise<Answers['consent']> {
    return this.#add({ type: 'consent', ...consent });
  }

  /** Files a request. The same idempotency key with the same request gives the same job. */
  submitJob(request: JobRequest): Promise<Answers['submit']> {
    return this.#add({ type: 'submit', request, earlier: undefined, usage: { units: 0, running: 0 } });
  }

  async link(link: LinkRequest): Promise<Answers['link']> {
    const linked = await this.#add({ type: 'link', link });
    if (linked.ok) this.#linked.add(link.deviceId);
    return linked;
  }

  exchange(exchange: Exchange): Promise<Answers['exchange']> {
    return this.#add({ type: 'exchange', exchange });
  }

  /** Results of mainframe threads, units that died with a thread, and how many units its idle threads would take. */
  mainframe(
    results: readonly MainframeResult[],
    want: number,
    lost: readonly Slot[] = [],
  ): Promise<readonly MainframeLease[]> {
    return this.#add({ type: 'mainframe', results, want, lost });
  }

  failJob(jobId: JobId, code: string): Promise<void> {
    return this.#add({ type: 'fail_job', jobId, code });
  }

  /** Whatever time alone makes due: expired leases, postings, effects whose executor died. Call it about once a second. */
  async tick(): Promise<void> {
    if (this.#isStopped) return;
    const now = this.#stamp();
    this.#book.expire(now);
    for (const { job } of this.#live.all()) this.#follow(job.id);
    for (const deviceId of await this.#ports.store.duePosts(now, DUE_AT_ONCE)) {
      await this.#add({ type: 'post', deviceId, pending: [] });
    }
    await this.#ports.store.indexHistory(HISTORY_AT_ONCE);
    await this.#deliver(); // mail that a fault kept back
    this.#announceWork(this.#overdueUnits(now));
  }

  /** The inputs of a job's running round, for a device that holds a lease of it; nothing for others, or once it has closed. */
  inputFor(deviceId: DeviceId, jobId: JobId, round: number): JobInput | undefined {
    const live = this.#live.job(jobId);
    if (!live || roundOf(live).round !== round) return undefined;
    const isHeld = [...this.#book.heldBy(deviceId)].some((lease) => this.#live.jobOf(lease.blockId)?.job.id === jobId);
    if (!isHeld) return undefined;
    const { kind, kindVersion, kernelHash, jobInput } = live.job;
    return { jobId, round, kind, kindVersion, kernelHash, jobInput, roundInput: roundOf(live).roundInput };
  }

  /** Tasks of a job's running round that are done, and checked; nothing once the job is settled. */
  progressOf(jobId: JobId): { readonly round: number; readonly done: number; readonly checked: number } | undefined {
    const live = this.#live.job(jobId);
    if (!live) return undefined;
    const count = (of: 'done' | 'checked'): number => live.blocks.reduce((sum, block) => sum + countBits(block[of]), 0);
    return { round: roundOf(live).round, done: count('done'), checked: count('checked') };
  }

  runningJobs(): number {
    return [...this.#live.all()].length;
  }

  /** A device's link is gone. It may come back with its leases; until then others may get copies of them. */
  unlinked(deviceId: DeviceId): void {
    this.#linked.delete(deviceId);
    this.#book.leave(deviceId, this.#stamp());
  }

  /** How many units a device holds. */
  holds(deviceId: DeviceId): number {
    return this.#book.heldBy(deviceId).size;
  }

  /** Slots nobody holds and everybody may have, over all running jobs. */
  waitingUnits(): number {
    const kept = this.#keptAt(this.#stamp());
    let units = 0;
    for (const { blocks } of this.#live.all()) {
      for (const block of blocks) {
        if (!kept.has(block.id)) units += Math.max(0, openSlots(block) - this.#book.countIn(block.id));
      }
    }
    return units;
  }

  /** Resolves when no fact is queued or being decided. Effects may still be with their executors. */
  async settled(): Promise<void> {
    while (this.#isRunning || this.#queue.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** No further fact is taken; those queued are refused with `stopped`. */
  stop(): void {
    this.#isStopped = true;
    for (const { reject } of this.#queue.splice(0)) reject(new Incident('stopped', 'the coordinator has stopped'));
  }

  #add<Type extends Fact['type']>(fact: FactOf<Type>): Promise<Answers[Type]> {
    if (this.#isStopped) return Promise.reject(new Incident('stopped', 'the coordinator has stopped'));
    return new Promise<Answers[Type]>((resolve, reject) => {
      this.#queue.push({ fact, resolve: resolve as (answer: never) => void, reject });
      if (!this.#isRunning) {
        this.#isRunning = true;
        this.#ports.soon(() => void this.#run());
      }
    });
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) await this.#process(this.#nextBatch());
    this.#isRunning = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** The longest run of facts that may share a transaction; a fact that reads more than rows by key goes alone. */
  #nextBatch(): Queued[] {
    let length = 0;
    while (length < Math.min(this.#queue.length, this.#policy.batchFacts) && isBatchable(this.#queue[length]!.fact))
      length++;
    return this.#queue.splice(0, Math.max(1, length));
  }

  async #process(batch: readonly Queued[]): Promise<void> {
    try {
      const answers = await this.#commit(batch);
      batch.forEach((queued, i) => queued.resolve(answers[i] as never));
    } catch (error) {
      if (batch.length === 1) await this.#retry(batch[0]!, error);
      else for (const queued of batch) await this.#process([queued]);
    }
  }

  async #retry(queued: Queued, first: unknown): Promise<void> {
    if (this.#isStopped) return queued.reject(new Incident('stopped', 'the coordinator has stopped'));
    try {
      const [answer] = await this.#commit([queued]);
      queued.resolve(answer as never);
    } catch (error) {
      const id = `${this.#now.toString(36)}-${++this.#incidents}`;
      this.#ports.listener.incident(id, error ?? first);
      const code = error instanceof StoreError ? error.code : 'internal';
      queued.reject(new Incident(code, `${queued.fact.type} failed, incident ${id}`, id));
    }
  }

  async #commit(batch: readonly Queued[]): Promise<readonly Answers[Fact['type']][]> {
    const { store, secrets } = this.#ports;
    if (!this.#isFresh) await this.#recover();
    const now = this.#stamp();
    const facts = await Promise.all(batch.map(({ fact }) => this.#complete(fact, now)));
    const draft = new Draft(now, await store.load(readSetOf(facts)), this.#live, this.#ids);
    const proven = new Set<DeviceId>();
    const context: Context = {
      policy: this.#policy,
      secrets,
      book: this.#book,
      stranded: this.#stranded,
      keptBlocks: this.#keptAt(now),
      fairShare: Math.max(1, Math.ceil(this.#waiting / Math.max(1, this.#linked.size))),
      proven,
    };
    let answers: Answers[Fact['type']][];
    this.#book.mark();
    try {
      answers = facts.map((fact) => decide(fact, draft, context));
      for (const deviceId of proven) await this.#convict(deviceId, draft, context);
      if (!draft.isEmpty()) {
        this.#isFresh = false; // until we know what became of the write
        await store.commit(draft.writes());
        this.#isFresh = true;
      }
      this.#book.keep();
    } catch (error) {
      this.#book.rollback();
      throw error;
    }
    this.#ids = draft.ids;
    this.#publish(draft);
    return answers;
  }

  /** A conviction is part of the transaction that found it: proof and consequence stand or fall together. */
  async #convict(deviceId: DeviceId, draft: Draft, context: Context): Promise<void> {
    const device = must(draft.device(deviceId), `device ${deviceId}`);
    if (device.executor === 'mainframe') return; // its slot is open again; the audit thread and it disagree: see the log
    const stored = await this.#ports.store.pendingOf(deviceId);
    const rows = new Map<string, ExchangeRow>();
    for (const row of [...stored, ...draft.exchangesOf(deviceId)]) rows.set(`${row.seq}:${row.blockId}`, row);
    convictDevice(device, [...rows.values()], draft, context);
  }

  /** Adds what a fact needs beyond rows by key. Such facts go alone, so nothing can change in between. */
  async #complete(fact: Fact, now: number): Promise<Fact> {
    const { store } = this.#ports;
    if (fact.type === 'post') return { ...fact, pending: await store.pendingOf(fact.deviceId) };
    if (fact.type === 'enrol_device') return { ...fact, earlier: await store.deviceByKey(fact.device.publicKey) };
    if (fact.type !== 'submit') return fact;
    const { accountId, idempotencyKey } = fact.request;
    const [earlier, usage] = await Promise.all([
      store.jobByKey(accountId, idempotencyKey),
      store.usage(accountId, dayOf(now) * DAY),
    ]);
    return { ...fact, earlier, usage };
  }

  #publish(draft: Draft): void {
    const changed = draft.apply();
    for (const job of changed) {
      this.#follow(job.id);
      this.#ports.listener.jobChanged(job.id, job.accountId);
    }
    for (const accountId of draft.touchedAccounts()) this.#ports.listener.accountChanged(accountId);
    if (changed.length > 0) this.#announceWork();
    if (draft.hasMail()) void this.#deliver();
  }

  /** Asks for what should follow in a job and has not been asked for. */
  #follow(jobId: JobId): void {
    const live = this.#live.job(jobId);
    if (!live) return;
    for (const effect of transition(live, this.#asked)) {
      this.#asked.add(effect.key);
      void this.#carryOut(effect, jobId);
    }
  }

  /** An effect that failed is asked for again by the next tick, one that was overtaken at once. */
  async #carryOut(effect: Effect, jobId: JobId): Promise<void> {
    let isDone = false;
    try {
      isDone = effect.type === 'audit' ? await this.#audit(effect) : await this.#rerunWinner(effect);
    } catch (error) {
      if (!this.#isStopped) this.#ports.listener.incident(effect.key, error);
    }
    this.#asked.delete(effect.key);
    if (isDone && !this.#isStopped) this.#follow(jobId);
  }

  /** True when the verdict was decided; false when there is nothing to audit any more. */
  async #audit({ blockId, taskIndex }: Slot): Promise<boolean> {
    const { store, secrets } = this.#ports;
    const { results } = await store.load({ ...readSetOf([]), results: [{ blockId, taskIndex }] });
    const live = this.#live.jobOf(blockId);
    const result = results[0];
    if (!live || !result) return false;
    const { devices } = await store.load({ ...readSetOf([]), devices: new Set([result.deviceId]) });
    const isWhole = isOnProbation(must(devices.get(result.deviceId), `device ${result.deviceId}`));
    const { output: _, ...audited } = result;
    const task = blockOf(live, blockId).firstTask + taskIndex;
    if (isWhole) {
      const rerun = await this.#ports.audit.rerunTask({ ...this.#inputsOf(live.job.id), task });
      await this.#add({ type: 'audited', result: audited, seen: { chunks: 'all', digests: rerun } });
    } else {
      const chunk = auditChunk(secrets, audited);
      const { digest } = await this.#ports.audit.rerun({
        ...this.#inputsOf(live.job.id),
        chunk: task * CHUNKS_PER_TASK + chunk,
      });
      await this.#add({ type: 'audited', result: audited, seen: { chunks: 'one', chunk, digest } });
    }
    return true;
  }

  async #rerunWinner({ jobId, round }: Effect & { type: 'rerun_winner' }): Promise<boolean> {
    const results = await this.#ports.store.resultsOf(jobId, round);
    const live = this.#live.job(jobId);
    if (!live || roundOf(live).round !== round) return false;
    const winner = must(pickWinner(live, results), `a winner of job ${jobId}, round ${round}`);
    const { digest, candidate } = await this.#ports.audit.rerun({
      ...this.#inputsOf(jobId),
      chunk: winner.chunkOfRound,
    });
    await this.#add({ type: 'winner_rerun', winner, jobId, round, rerun: digest, candidate });
    return true;
  }

  /** What a re-run needs of the round that runs. */
  #inputsOf(jobId: JobId): RoundOfJob {
    const live = must(this.#live.job(jobId), `running job ${jobId}`);
    const { round, roundInput } = roundOf(live);
    const { kind, jobInput } = live.job;
    return { kind, jobId, round, jobInput, roundInput };
  }

  /** Stragglers: idle executors are woken for second copies of them. */
  #overdueUnits(now: number): number {
    let units = 0;
    for (const { blocks } of this.#live.all()) {
      for (const block of blocks) units += overdueLeases(block, this.#book, now, this.#policy.leases).length;
    }
    return units;
  }

  #keptAt(now: number): ReadonlySet<BlockId> {
    return now < this.#graceUntil ? this.#kept : NONE;
  }

  #announceWork(overdue = 0): void {
    this.#waiting = this.waitingUnits();
    const units = this.#waiting + overdue;
    if (units > 0) this.#ports.listener.workAvailable(units, units > this.#announced);
    this.#announced = units;
  }

  /** Hands waiting mail over, then marks it. Whatever fails here leaves it in the outbox for the next time. */
  async #deliver(): Promise<void> {
    try {
      const rows = await this.#ports.store.unsentOutbox(MAIL_AT_ONCE);
      if (rows.length === 0 || this.#isStopped) return;
      for (const row of rows) this.#ports.listener.deliver(row);
      await this.#add({ type: 'sent', outboxIds: rows.map(({ id }) => id) });
    } catch (error) {
      if (!this.#isStopped) this.#ports.listener.incident('deliver', error);
    }
  }

  /** Reads what is held in memory anew and goes on from there: at a start, and after a commit whose fate is unknown. */
  async #recover(): Promise<void> {
    const { store, kindNamed } = this.#ports;
    this.#ids = await store.lastIds();
    const running = await store.runningJobs();
    for (const { job } of [...this.#live.all()]) this.#live.delete(job.id);
    for (const one of running) this.#live.put(liveJob(one, must(kindNamed(one.job.kind), `kind ${one.job.kind}`)));
    this.#isFresh = true;
    for (const { job } of running) if (this.#isComputable(job)) this.#follow(job.id);
    void this.#deliver();
  }

  /** A job planned for another kernel than ours: re-running its chunks here would prove honest phones wrong. */
  #isComputable(job: Job): boolean {
    const hash = this.#ports.kernelHash(job.kind);
    return hash !== undefined && equalBytes(hash, job.kernelHash);
  }

  #stamp(): number {
    this.#now = Math.max(this.#now, Math.floor(this.#ports.clock()));
    return this.#now;
  }
}

const NONE: ReadonlySet<BlockId> = new Set();
const DUE_AT_ONCE = 100;
const HISTORY_AT_ONCE = 50_000;
const MAIL_AT_ONCE = 100;
