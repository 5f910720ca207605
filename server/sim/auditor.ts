import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { Exchange } from '../../shared/model/exchange.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { MainframeResult } from '../core/facts.ts';
import type { OutboxRow, WriteSet } from '../core/ports.ts';
import { Adjustments } from './audit-adjustments.ts';
import { closeRounds, countHidden } from './audit-answers.ts';
import { takeAppeals } from './audit-appeals.ts';
import { compareWrites } from './audit-compare.ts';
import { convict } from './audit-convictions.ts';
import { Consents } from './audit-consents.ts';
import { Draws } from './audit-draws.ts';
import { takeDropped, takeErasures } from './audit-erasures.ts';
import { takeExchange, takeOwn, type Contradiction, type ExchangeParts } from './audit-exchanges.ts';
import { Inbox } from './audit-inbox.ts';
import { learnJobs } from './audit-jobs.ts';
import { moveSlabs, post } from './audit-money.ts';
import { takePasses } from './audit-passes.ts';
import { Promises } from './audit-promises.ts';
import { Reruns } from './audit-reruns.ts';
import { settleVotes } from './audit-votes.ts';
import { AuditedWorld, type RowModel } from './audited-world.ts';
import type { Asked, AskedRerun, Committed, Observer, Report } from './observer.ts';

/** The clock may be set forward by this much between the reading of a commit and the last one. */
const CLOCK_JUMPS_MS = 20 * 60_000;

/**
 * The independent auditor. It shares no code with what it audits: types only, and a model of its own, object by object,
 * written from the rules in docs/TRUST.md.
 *
 * It observes what goes in (requests as the asker wrote them, exchanges as decoded from the bytes that arrived, results of
 * the mainframe, which chunks were re-run when, what was said on an appeal) and what comes to rest (write sets the store
 * has taken). Of a write set it believes only *that* something happened: that exchange n of a device is in, a slot was
 * checked, something was found about a chunk, a round closed, a posting made, a slab taken. *What follows* it works out
 * itself: which results are accepted and what they are worth, whether a chunk is wrong (by its own sums), what a finding is
 * ruled, voids and bans, what has to be corrected, what has matured, who won a round, the answer, and with them every
 * exchange's state, every device's record and every account's balance. Then it compares.
 *
 * What it cannot know: draws under a secret (which chunks, which results are re-run whole) it checks for what is certain
 * and counts the rest; how many slabs are reserved when depends on the lease book, so it takes their number from the write
 * sets and works out their size.
 */
export class Auditor implements Observer {
  readonly world = new AuditedWorld();
  readonly #inbox = new Inbox();
  readonly #reruns: Reruns;
  readonly #promises: Promises;
  readonly #draws: Draws;
  readonly #consents: Consents;
  readonly #adjustments: Adjustments;
  readonly #asked = new Map<string, Asked>();
  readonly #appeals = new Map<number, Set<boolean>>();
  readonly #lastReplies = new Map<DeviceId, Uint8Array>();
  readonly #policy: Policy;
  readonly #report: Report;
  readonly #parts: ExchangeParts;
  /** When the last commit was. */
  #now = 0;

  constructor(policy: Policy, report: Report) {
    this.#policy = policy;
    this.#report = report;
    this.#draws = new Draws(policy, report);
    this.#reruns = new Reruns(this.world, policy, this.#draws, report);
    this.#promises = new Promises(policy);
    this.world.promisedOf = (job, now) => this.#promises.outOf(job, now);
    this.#consents = new Consents(policy, this.world.counts, report);
    this.#adjustments = new Adjustments(this.world, policy, report);
    this.#parts = { world: this.world, policy, promises: this.#promises, draws: this.#draws, report };
  }

  // ---- What goes in ----

  asked(request: Asked): void {
    this.#asked.set(`${request.accountId}:${request.idempotencyKey}`, request);
  }

  cancelAsked(jobId: JobId): void {
    this.world.cancelAsked.add(jobId);
  }

  /** What the asker was told. */
  cancelAnswered(jobId: JobId, isCancelled: boolean): void {
    const state = this.world.jobs.get(jobId)?.state;
    const isSo = state === 'cancelling' || state === 'cancelled';
    if (isSo !== isCancelled)
      this.#report('cancel_is_told', `job ${jobId} is ${state}, told cancelled: ${isCancelled}`);
  }

  lifeBegan(): void {
    this.#inbox.clear();
    this.#reruns.clear();
    this.#promises.clear(); // what runs on from before is covered by the money stranded then
  }

  linked(deviceId: DeviceId, zoneMinutes: number): void {
    this.#consents.hours.zoneSaid(deviceId, zoneMinutes);
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

  rerunAsked(asked: AskedRerun): number {
    return this.#reruns.ask(asked, this.#now);
  }

  rerunAnswered(rerun: number, now: number): void {
    this.#reruns.answer(rerun, now);
  }

  /** Somebody re-ran an evidence's chunk and says whether the device was right. */
  appealed(evidenceId: number, wasRight: boolean): void {
    const said = this.#appeals.get(evidenceId) ?? new Set();
    this.#appeals.set(evidenceId, said.add(wasRight));
  }

  delivered({ jobId, topic, key }: OutboxRow): void {
    const job = this.world.jobs.get(jobId);
    const isTrue =
      (topic === 'job_answered' && job?.answer !== undefined) ||
      (topic === 'job_corrected' && job?.correctedAt !== undefined);
    if (!job || !isTrue) this.#report('news_is_true', `${topic} (${key}) of job ${jobId} was delivered`);
    else if (topic === 'job_answered') job.isDelivered = true;
  }

  /** The end of a run: what only many draws together can tell. */
  conclude(): void {
    this.#draws.judge();
    countHidden(this.world);
  }

  // ---- What comes to rest ----

  committed(commit: Committed): void {
    const { writes, replies, handedBefore } = commit;
    const { world } = this;
    const now = this.#nowOf(commit);
    this.#now = now;
    world.counts.commits++;
    this.#learnDevices(writes, now);
    const banned = new Set([...replies.keys()].filter((id) => world.devices.get(id)?.isBanned));
    const touched = new Set<RowModel>();
    const contradictions: Contradiction[] = [];
    learnJobs(world, writes, this.#asked, this.#report);
    takePasses(writes, now, touched, { world, report: this.#report });
    const taken = { now, writes, replies, touched, contradictions };
    for (const fact of this.#inbox.takeFrom(writes, handedBefore, world)) {
      if (fact.type === 'exchange') takeExchange(fact.exchange, this.#parts, taken);
      else takeOwn(fact.result, this.#parts);
    }
    const evidence = writes.evidence.filter(({ id }) => !world.findings.has(id));
    takeErasures(world, writes, touched, this.#report);
    takeDropped(world, writes, this.#report);
    takeAppeals(world, writes, this.#appeals, touched, this.#report);
    convict(evidence, contradictions, writes, now, touched, this.#parts);
    settleVotes(world, writes, touched, this.#report);
    closeRounds(world, writes, now, touched, this.#report);
    post(writes, now, touched, this.#parts);
    moveSlabs(world, this.#policy, writes);
    this.#adjustments.committed(writes, now);
    for (const deviceId of this.#consents.committed(commit)) this.#promises.endOf(deviceId);
    this.#promises.grant(commit, now, world, banned, this.#report);
    compareWrites(world, writes, now, touched, this.#report);
  }

  /** When a commit says that it happened: not long before the clock was last read, and not later. */
  #nowOf({ writes, now }: Committed): number {
    const booked =
      writes.transfers[0]?.at ??
      writes.evidence.find(({ appeal }) => !appeal)?.at ??
      writes.evidence[0]?.appeal?.at ??
      now;
    if (booked > now || booked < now - CLOCK_JUMPS_MS)
      this.#report('time_is_told', `booked at ${booked}, the clock said ${now}`);
    return booked;
  }

  #learnDevices(writes: WriteSet, now: number): void {
    for (const { id, accountId, executor, lastReply } of writes.devices) {
      this.#lastReplies.set(id, lastReply);
      if (this.world.devices.has(id)) continue;
      const isPeer = executor === 'peer';
      this.world.devices.set(id, {
        id,
        accountId,
        isPeer,
        taskCount: 0,
        lastSeq: 0,
        convictions: 0,
        probationLeft: isPeer ? this.#policy.probationTasks : 0,
        probationAt: now,
        cleanTasks: 0,
        verified: new Map(),
        isBanned: false,
        isErased: false,
        frozenAt: undefined,
        suspectUntil: 0,
        chunkMs: 0,
        recentLeased: 0,
        recentFinished: 0,
        postedOn: 0,
        findings: [],
        rows: [],
      });
    }
  }
}
