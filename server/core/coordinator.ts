import { must } from '../../shared/assert.ts';
import { equalBytes } from '../../shared/bytes.ts';
import type { AccountId, BlockId, DeviceId, JobId } from '../../shared/ids.ts';
import type { Role } from '../../shared/model/device.ts';
import type { Exchange, JobInput } from '../../shared/model/exchange.ts';
import type { Job, Vote } from '../../shared/model/job.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { ZERO } from '../../shared/money.ts';
import { HOUR, SECOND } from '../../shared/time.ts';
import type { Programme } from '../../shared/model/programme.ts';
import type { TaskKind } from '../../wasm/kind.ts';
import { countBits } from './bitmap.ts';
import type { Context, Contradiction } from './context.ts';
import { decide } from './decide.ts';
import { isDrained } from './decide-cancel.ts';
import { beforeConviction, completeFact, type Reading } from './complete-fact.ts';
import { convict } from './decide-conviction.ts';
import { OPERATOR } from './found.ts';
import { FactQueue } from './fact-queue.ts';
import { FollowUp } from './follow-up.ts';
import { Draft } from './draft.ts';
import type { Answers, Fact, FactOf, LinkRequest, MainframeLease, MainframeResult, Slot } from './facts.ts';
import { LeaseBook } from './lease-book.ts';
import { LiveJobs, liveJob, roundOf, type LiveJob } from './live-jobs.ts';
import { Mail } from './mail.ts';
import { PolicyInForce } from './policy-in-force.ts';
import type { AuditExecutor, LastIds, Listener, RunningJob, Secrets, Store } from './ports.ts';
import { ProbationQuota } from './probation-quota.ts';
import { readSetOf } from './read-set.ts';
import { agreementOf, type ReplicationRule } from './replication.ts';
import type { Stranded } from './reserve.ts';
import { isLarge, type JobRequest } from './submit-job.ts';
import { PROPOSAL_MS } from './two-people.ts';
import { overdueUnits, waitingUnits } from './waiting.ts';

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
  /** When copies of a replicated task settle it. The shipped rule unless another is given. */
  readonly replication?: (copies: number) => ReplicationRule;
}

/**
 * The one loop. Facts queue up; a turn takes a batch of them, reads what they need, decides each in order on one draft,
 * writes once, and only then answers. Nothing else writes. In the order of the straight line from request to answer:
 *
 *   submit → exchange | mainframe → audited | found_wrong → winner_rerun → post
 *
 * A failed commit may have been stored all the same, so everything held in memory is read anew before the next try: the same
 * path as a start.
 */
export class Coordinator {
  readonly #ports: Ports;
  readonly #inForce: PolicyInForce;
  readonly #facts: FactQueue;
  readonly #mail: Mail;
  readonly #book = new LeaseBook();
  readonly #live = new LiveJobs();
  readonly #probation = new ProbationQuota();
  readonly #followUp: FollowUp;
  readonly #replication: (copies: number) => ReplicationRule;
  #ids: LastIds = {
    account: 0,
    device: 0,
    job: 0,
    block: 0,
    transfer: 0,
    evidence: 0,
    commit: 0,
    policyChange: 0,
    adjustment: 0,
  };
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
  #incidents = 0;

  private constructor(ports: Ports, policy: Policy) {
    this.#ports = ports;
    this.#inForce = new PolicyInForce(policy);
    this.#replication = ports.replication ?? agreementOf;
    this.#facts = new FactQueue({
      commit: (batch) => this.#commit(batch),
      soon: ports.soon,
      batchFacts: () => this.policy.batchFacts,
      incident: (error) => {
        const id = `${this.#now.toString(36)}-${++this.#incidents}`;
        ports.listener.incident(id, error);
        return id;
      },
    });
    this.#mail = new Mail({
      store: ports.store,
      listener: ports.listener,
      sent: (outboxIds) => this.#add({ type: 'sent', outboxIds }),
      isStopped: () => this.#facts.isStopped,
    });
    this.#followUp = new FollowUp({
      store: ports.store,
      secrets: ports.secrets,
      executor: ports.audit,
      live: this.#live,
      policy: policy.audit,
      replication: this.#replication,
      add: (fact) => this.#add(fact),
      isComputable: this.#isComputable,
      incident: (where, error) => {
        if (!this.#facts.isStopped) ports.listener.incident(where, error);
      },
      isStopped: () => this.#facts.isStopped,
    });
  }

  /** Reads the running jobs and goes on where the last coordinator stopped. */
  static async start(ports: Ports, policy: Policy): Promise<Coordinator> {
    const coordinator = new Coordinator(ports, policy);
    const now = coordinator.#stamp();
    await coordinator.#recover();
    const reserved = (await ports.store.balance('reserved')) ?? ZERO;
    coordinator.#stranded = { micros: reserved, until: now + policy.leases.mostMs };
    coordinator.#probation.begin(now, await ports.store.probationUnits(now - HOUR, policy.probationTasks));
    coordinator.#graceUntil = now + policy.leases.relinkGraceMs;
    for (const { blocks } of coordinator.#live.all()) {
      for (const block of blocks) if (block.peerLeased) coordinator.#kept.add(block.id);
    }
    coordinator.#waiting = coordinator.waitingUnits(); // until the first news of work, what waits is shared all the same
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
    return this.#add({ type: 'enrol_device', device, earlier: undefined, newDevices: 0 });
  }

  /** A device has passed its self-test: `chunkMs` is what a chunk took it at full speed. Opting in needs one. */
  calibrate(test: Omit<FactOf<'calibrate'>, 'type'>): Promise<Answers['calibrate']> {
    return this.#add({ type: 'calibrate', ...test });
  }

  /** A finding was checked once more at its driver's wish; `wasRight`: the chunk gave what the device had said. */
  appeal(appeal: Pick<FactOf<'appeal'>, 'accountId' | 'evidenceId' | 'wasRight'>): Promise<Answers['appeal']> {
    return this.#add({ type: 'appeal', ...appeal, evidence: undefined, others: [], voided: [] });
  }

  createInvite(invite: FactOf<'create_invite'>['invite'], by: AccountId = OPERATOR): Promise<void> {
    return this.#add({ type: 'create_invite', invite, by });
  }

  revokeInvite(codeHash: Uint8Array, by: AccountId): Promise<Answers['revoke_invite']> {
    return this.#add({ type: 'revoke_invite', codeHash, by });
  }

  /** An account gets another role; its proposal, if there was one, is answered in the same commit. */
  changeRole(change: Omit<FactOf<'change_role'>, 'type' | 'isOpen' | 'otherAdmins'>): Promise<Answers['change_role']> {
    return this.#add({ type: 'change_role', ...change, isOpen: false, otherAdmins: 0 });
  }

  /** An invite's code, by its hash, becomes an account. */
  join(codeHash: Uint8Array, name: string): Promise<Answers['join']> {
    return this.#add({ type: 'join', codeHash, name });
  }

  /** Opts a device in or out. */
  consent(consent: Omit<FactOf<'consent'>, 'type'>): Promise<Answers['consent']> {
    return this.#add({ type: 'consent', ...consent });
  }

  /** Less of what a device's driver has agreed to; holds at once. */
  narrowConsent(narrowed: Omit<FactOf<'narrow_consent'>, 'type' | 'last'>): Promise<Answers['narrow_consent']> {
    return this.#add({ type: 'narrow_consent', ...narrowed, last: undefined });
  }

  /** Takes everything personal of an account out of the store; requests that phones are at work on go when they have drained. Again: nothing more. */
  erase(accountId: AccountId): Promise<Answers['erase']> {
    return this.#add({ type: 'erase', accountId, found: NOTHING_FOUND, otherAdmins: 0 });
  }

  /** Whether requests of an erased account still drain: its erasure is not done before they have. */
  isDraining(accountId: AccountId): boolean {
    for (const { job } of this.#live.all()) if (job.accountId === accountId) return true;
    return false;
  }

  /** Sessions and whatever else lies elsewhere are gone. Not heard while requests drain. */
  erasedOutside(accountId: AccountId): Promise<void> {
    return this.#add({ type: 'erased_outside', accountId });
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

  /** `wireBytes`: what the device's links have sent and received since its last exchange. */
  exchange(exchange: Exchange, wireBytes = 0): Promise<Answers['exchange']> {
    return this.#add({ type: 'exchange', exchange, wireBytes });
  }

  /** An operator's lever. Every open link hears of it. */
  setProgramme(
    lever: Omit<FactOf<'set_programme'>, 'type' | 'by'>,
    by: AccountId = OPERATOR,
  ): Promise<Answers['set_programme']> {
    return this.#add({ type: 'set_programme', ...lever, by });
  }

  /** An admin changes numbers of the policy, or proposes to where it moves money. */
  changePolicy(change: Omit<FactOf<'change_policy'>, 'type'>): Promise<Answers['change_policy']> {
    return this.#add({ type: 'change_policy', ...change });
  }

  /** Another admin approves a proposal, or any rejects it. */
  decidePolicy(verdict: Omit<FactOf<'decide_policy'>, 'type' | 'authorId'>): Promise<Answers['decide_policy']> {
    const authorId = this.#inForce.proposals.find(({ id }) => id === verdict.changeId)?.authorId;
    return this.#add({ type: 'decide_policy', ...verdict, authorId });
  }

  /** An admin gives or takes credits by hand, or proposes to. The same key with the same request is one adjustment. */
  adjust(by: AccountId, request: FactOf<'adjust'>['request']): Promise<Answers['adjust']> {
    return this.#add({ type: 'adjust', by, request, earlier: undefined, recent: [], waiting: 0 });
  }

  /** Another admin approves an adjustment, or any rejects it. */
  decideAdjustment(
    verdict: Omit<FactOf<'decide_adjustment'>, 'type' | 'found'>,
  ): Promise<Answers['decide_adjustment']> {
    return this.#add({ type: 'decide_adjustment', ...verdict, found: undefined });
  }

  /** The audit log holds all events up to this one. */
  auditLogged(upTo: number): Promise<void> {
    return this.#add({ type: 'audit_logged', upTo });
  }

  /** What holds now: the program's own, with what admins have set. */
  get policy(): Policy {
    return this.#inForce.policy;
  }

  /** What open links are told: counts up with every change of the programme or the policy. */
  get wireVersion(): number {
    return this.#inForce.wireVersion;
  }

  get programme(): Programme {
    return this.#inForce.programme;
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
    return this.#add({ type: 'fail_job', jobId, code, ...UNREAD_JOB });
  }

  /** Its asker calls a job off. What phones have of it is still taken and paid. Once is as good as twice. */
  cancelJob(accountId: AccountId, jobId: JobId): Promise<Answers['cancel_job']> {
    return this.#add({ type: 'cancel_job', accountId, jobId, found: undefined });
  }

  /** Whatever time alone makes due: expired leases, postings, effects whose executor died. Call it about once a second. */
  async tick(): Promise<void> {
    if (this.#facts.isStopped) return;
    const now = this.#stamp();
    this.#book.expire(now);
    for (const { job } of this.#live.all()) this.#followUp.job(job.id);
    for (const live of [...this.#live.all()]) {
      if (isDrained(live, now, this.policy.leases))
        await this.#add({ type: 'end_cancelled', jobId: live.job.id, ...UNREAD_JOB });
    }
    for (const deviceId of await this.#ports.store.duePosts(now, DUE_AT_ONCE)) {
      await this.#add({ type: 'post', deviceId, pending: [], standing: 0 });
    }
    for (const jobId of await this.#ports.store.correctionsDue(CORRECTIONS_AT_ONCE)) {
      await this.#add({ type: 'correct', jobId, ...NOT_READ });
    }
    for (const id of await this.#ports.store.erasuresDue(ERASURES_AT_ONCE)) this.#ports.listener.accountErased(id, []);
    for (const row of await this.#ports.store.wholeDue(WHOLE_AT_ONCE)) this.#followUp.wholeDue(row);
    if (this.#inForce.proposals.some(({ at }) => now >= at + PROPOSAL_MS))
      await this.#add({ type: 'expire_proposals' });
    for (const adjustmentId of await this.#ports.store.adjustmentsDue(now - PROPOSAL_MS, ADJUSTMENTS_AT_ONCE)) {
      await this.#add({ type: 'expire_adjustment', adjustmentId, found: undefined });
    }
    await this.#ports.store.indexHistory(HISTORY_AT_ONCE);
    await this.#mail.deliver(); // mail that a fault kept back
    this.#announceWork(overdueUnits(this.#live.all(), this.#book, now, this.policy.leases));
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

  /** Slots nobody holds and everybody may have, over all running jobs; of replicated ones, copies that are missing. */
  waitingUnits(): number {
    const now = this.#stamp();
    return waitingUnits(this.#live, this.#book, this.#keptAt(now), now, {
      policy: this.policy,
      replication: this.#replication,
    });
  }

  /** Leases to devices on probation in the last hour, and how many an hour may see: each costs whole re-runs. */
  probation(): { readonly lastHour: number; readonly mostPerHour: number } {
    return { lastHour: this.#probation.lastHour(this.#stamp()), mostPerHour: this.#probationPerHour() };
  }

  /** Resolves when no fact is queued or being decided. Effects may still be with their executors. */
  async settled(): Promise<void> {
    await this.#facts.settled();
  }

  /** No further fact is taken; those queued are refused with `stopped`. */
  stop(): void {
    this.#facts.stop();
  }

  #add<Type extends Fact['type']>(fact: FactOf<Type>): Promise<Answers[Type]> {
    return this.#facts.add(fact);
  }

  async #commit(batch: readonly Fact[]): Promise<readonly Answers[Fact['type']][]> {
    const { store, secrets } = this.#ports;
    if (!this.#isFresh) await this.#recover();
    const now = this.#stamp();
    const facts = await Promise.all(batch.map((fact) => completeFact(fact, now, this.#reading)));
    const draft = new Draft(now, await store.load(readSetOf(facts)), this.#live, this.#ids);
    const proven = new Map<DeviceId, Contradiction>();
    const context: Context = {
      policy: this.policy,
      programme: this.programme,
      policySettings: this.#inForce.settings,
      proposals: this.#inForce.proposals,
      wireVersion: this.wireVersion,
      secrets,
      book: this.#book,
      stranded: this.#stranded,
      keptBlocks: this.#keptAt(now),
      fairShare: Math.max(1, Math.ceil(this.#waiting / Math.max(1, this.#linked.size))),
      proven,
      probation: this.#probation,
      probationPerHour: this.#probationPerHour(),
      replication: this.#replication,
      kindNamed: this.#ports.kindNamed,
    };
    let answers: Answers[Fact['type']][];
    this.#book.mark();
    this.#probation.mark();
    try {
      answers = facts.map((fact) => decide(fact, draft, context));
      for (const [deviceId, found] of proven) await this.#convict(deviceId, found, draft, context);
      if (!draft.isEmpty()) {
        this.#isFresh = false; // until we know what became of the write
        await store.commit(draft.writes());
        this.#isFresh = true;
      }
      this.#book.keep();
    } catch (error) {
      this.#book.rollback();
      this.#probation.rollback();
      throw error;
    }
    this.#ids = draft.ids;
    this.#publish(draft);
    return answers;
  }

  /** A result that contradicts itself convicts its device in the transaction it came with: proof and consequence are one. */
  async #convict(
    deviceId: DeviceId,
    { result, finding }: Contradiction,
    draft: Draft,
    context: Context,
  ): Promise<void> {
    const device = must(draft.device(deviceId), `device ${deviceId}`);
    const own = draft.exchangesOf(deviceId).map(({ blockId }) => blockId);
    const before = await beforeConviction(this.#ports.store, deviceId, [...own, result.blockId]);
    convict({ device, result, finding, acceptedAt: draft.now }, before, draft, context);
  }

  #publish(draft: Draft): void {
    const changed = draft.apply();
    for (const job of changed) {
      this.#followUp.job(job.id);
      this.#ports.listener.jobChanged(job.id, job.accountId);
    }
    if (draft.programme) {
      this.#inForce.takeProgramme(draft.programme);
      this.#ports.listener.programmeChanged(draft.programme);
    }
    for (const change of draft.policyChanges) this.#inForce.take(change);
    if (draft.policyChanges.some(({ state }) => state === 'approved')) {
      this.#ports.listener.policyChanged(this.policy);
    }
    if (draft.hasAuditEvents) this.#ports.listener.auditWaiting();
    for (const row of draft.wholeDue()) this.#followUp.wholeDue(row);
    for (const accountId of draft.touchedAccounts()) this.#ports.listener.accountChanged(accountId);
    for (const [id, devices] of draft.erasedAccounts()) this.#ports.listener.accountErased(id, devices);
    for (const deviceId of draft.bannedDevices()) this.#ports.listener.deviceBanned(deviceId);
    if (changed.length > 0) this.#announceWork();
    if (draft.hasMail()) void this.#mail.deliver();
  }

  #probationPerHour(): number {
    const { probationShare, probationFloorPerHour } = this.policy.audit;
    const mostByCapacity = probationShare * this.#ports.audit.unitsPerSecond() * (HOUR / SECOND);
    return Math.max(probationFloorPerHour, Math.floor(mostByCapacity));
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

  /** Reads what is held in memory anew and goes on from there: at a start, and after a commit whose fate is unknown. */
  async #recover(): Promise<void> {
    const { store, kindNamed } = this.#ports;
    this.#ids = await store.lastIds();
    const running = await store.runningJobs();
    for (const { job } of [...this.#live.all()]) this.#live.delete(job.id);
    for (const one of running) {
      const [votes, units] = [await this.#votesOf(one), await this.#accountUnitsOf(one)];
      this.#live.put(liveJob(one, must(kindNamed(one.job.kind), `kind ${one.job.kind}`), votes, units));
    }
    this.#inForce.read(await store.policyChanges(), await store.lastProgramme());
    this.#isFresh = true;
    for (const { job } of running) if (this.#isComputable(job)) this.#followUp.job(job.id);
    void this.#mail.deliver();
  }

  async #votesOf({ job, rounds }: RunningJob): Promise<readonly Vote[]> {
    const last = must(rounds.at(-1), `a round of job ${job.id}`);
    return job.replicas === 1 ? [] : this.#ports.store.votesOf(job.id, last.round);
  }

  async #accountUnitsOf({ job }: RunningJob): Promise<LiveJob['accountUnits']> {
    return isLarge(job, this.policy.leases) ? this.#ports.store.accountUnits(job.id) : undefined;
  }

  /** A job planned for another kernel than ours: re-running its chunks here would prove honest phones wrong. */
  readonly #isComputable = ({ kind, kernelHash }: Job): boolean => {
    const own = this.#ports.kernelHash(kind);
    return own !== undefined && equalBytes(own, kernelHash);
  };

  get #reading(): Reading {
    return {
      store: this.#ports.store,
      live: this.#live,
      leases: this.policy.leases,
      isComputable: this.#isComputable,
    };
  }

  #stamp(): number {
    this.#now = Math.max(this.#now, Math.floor(this.#ports.clock()));
    return this.#now;
  }
}

/** What a correction needs is read when it is decided. */
const NOT_READ = { found: undefined, corrections: [], isComputable: false, accountUnits: undefined };
const UNREAD_JOB = { asker: undefined, ungated: [] };
const NOTHING_FOUND = { deviceIds: [], pending: [], jobIds: [] };
const NONE: ReadonlySet<BlockId> = new Set();
const DUE_AT_ONCE = 100;
const CORRECTIONS_AT_ONCE = 20;
const ERASURES_AT_ONCE = 20;
const WHOLE_AT_ONCE = 200;
const ADJUSTMENTS_AT_ONCE = 20;
const HISTORY_AT_ONCE = 50_000;
