import type { DeviceId } from '../../../shared/ids.ts';
import { CHUNKS_PER_TASK } from '../../../shared/protocol/output.ts';
import { MAX_UNITS } from '../../../shared/protocol/frame-table.ts';
import { below } from '../../../shared/rng.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/time.ts';
import type { MainframeResult } from '../../core/facts.ts';
import { openKernels, runTask } from '../kernels.ts';
import { openPool, START_AT, untilSettled, type Pool } from './pool.ts';
import { quickRng } from './quick-rng.ts';
import { noReruns } from './rerunner.ts';
import type { Rival, Scheme } from './schemes.ts';
import { Seat, UNIT_CPU_MS, type Cheat } from './seat.ts';
import { SpotChecker } from './spot-checker.ts';
import { Tally } from './tally.ts';
import { WorkQueue } from './work-queue.ts';

export interface TrialPlan {
  readonly scheme: Scheme;
  readonly seats: number;
  /** Share of the seats whose holders cheat. */
  readonly f: number;
  readonly cheat: Cheat | undefined;
  readonly tasksPerSeat: number;
  /** Units an honest device takes at once; the product's most if left out. */
  readonly unitsAtOnce?: number;
  /** Units a device does on one day; the product's most if left out. */
  readonly unitsADay?: number;
  /** Within which time after midnight shifts begin; most of the day if left out. */
  readonly startsWithinMs?: number;
  readonly unitsPerJob: number;
  readonly seed: number;
}

export interface TrialResult {
  readonly tally: Tally['counts'] & ReturnType<Tally['atLast']>;
  readonly reruns: Pool['reruns'];
  readonly days: number;
  readonly identities: number;
  readonly events: number;
  readonly logHash: string;
  readonly incidents: readonly string[];
}

/** What a device does on one day at most, in units. */
const UNITS_A_DAY = 300;
/** A shift of 300 units takes 2.2 hours; it begins so that it ends before midnight. */
const SHIFTS_START_WITHIN_MS = 21 * HOUR;
const QUIET_DAYS = 8;
/** A phone that gets nothing although this much waits is kept from it by a rule, not by want of work. */
const MOST_WAITING = 200;

export async function runTrial(plan: TrialPlan): Promise<TrialResult> {
  const trial = await Trial.open(plan);
  try {
    return await trial.run();
  } finally {
    trial.close();
  }
}

class Trial {
  readonly #plan: TrialPlan;
  readonly #pool: Pool;
  readonly #queue: WorkQueue;
  readonly #tally: Tally;
  readonly #seats: readonly Seat[];
  #isOpen = true;

  private constructor(plan: TrialPlan, pool: Pool, queue: WorkQueue, tally: Tally, rival: Rival | undefined) {
    this.#plan = plan;
    this.#pool = pool;
    this.#queue = queue;
    this.#tally = tally;
    this.#seats = this.#populate(rival);
  }

  static async open(plan: TrialPlan): Promise<Trial> {
    const { scheme, seed, f, unitsPerJob } = plan;
    const kernels = openKernels();
    const queue = new WorkQueue(unitsPerJob, kernels.hash, quickRng(seed, 3));
    const tally = new Tally(queue);
    const reruns = noReruns();
    const checker = new SpotChecker(kernels, reruns);
    const rival = scheme.rival?.({
      rng: quickRng(seed, 4),
      f,
      isRight: (slot, vote) => checker.isRight(slot, vote),
      blacklisted: (deviceId) => tally.blacklisted(deviceId),
    });
    const rule = rival?.rule;
    const pool = await openPool({
      policy: scheme.policy,
      seed,
      kernels,
      reruns,
      replication: rule && (() => rule),
      committed: (writes, now) => {
        if (rule) checker.committed(writes);
        tally.committed(writes, now);
      },
      handed: (exchange) => rival?.handed?.(exchange),
    });
    return new Trial(plan, pool, queue, tally, rival);
  }

  async run(): Promise<TrialResult> {
    const { timeline, reruns, incidents } = this.#pool;
    await untilSettled(timeline, Promise.all(this.#seats.map((seat) => seat.enrol())));
    this.#tick();
    this.#keepFilled();
    const { tasksPerSeat, unitsADay = UNITS_A_DAY } = this.#plan;
    const days = Math.ceil(tasksPerSeat / unitsADay);
    for (let day = 0; day < days; day++) {
      this.#planDay(Math.min(unitsADay, tasksPerSeat - day * unitsADay));
      await this.#until(START_AT + (day + 1) * DAY);
    }
    this.#isOpen = false;
    this.#mainframe([]);
    await this.#until(START_AT + (days + QUIET_DAYS) * DAY + HOUR);
    const tally = { ...this.#tally.counts, ...this.#tally.atLast() };
    const identities = this.#seats.reduce((sum, seat) => sum + seat.identities, 0);
    const logHash = timeline.hashSoFar();
    return {
      tally,
      reruns,
      days: this.#tally.meanDaysToFinal(),
      identities,
      events: timeline.events,
      logHash,
      incidents,
    };
  }

  close(): void {
    this.#pool.coordinator.stop();
    this.#pool.store.close();
  }

  #populate(rival: Rival | undefined): readonly Seat[] {
    const { seats, f, cheat, seed, scheme, unitsAtOnce = MAX_UNITS } = this.#plan;
    const { timeline, network, kernels, coordinator } = this.#pool;
    const cheaters = Math.round(seats * f);
    const { leases, limits, consentVersion } = scheme.policy;
    const pace = leases.unitMsByCores.at(-1)?.unitMs ?? 0;
    return Array.from({ length: seats }, (_, i) => {
      const rng = quickRng(seed, 100 + i);
      return new Seat(i < cheaters ? cheat : undefined, unitsAtOnce, {
        coordinator,
        consentVersion,
        rng,
        phone: {
          timeline,
          network,
          kernels,
          rng,
          unitMs: pace,
          cpuMs: UNIT_CPU_MS,
          deviceFrameBytes: limits.deviceFrameBytes,
        },
        lied: (deviceId, task) => this.#tally.lied({ ...task, deviceId }),
        seated: (deviceId: DeviceId, seat) => this.#tally.seated(deviceId, seat),
        starved: () => this.#feed(MAX_UNITS),
        leakOf: (deviceId, slot) => rival?.leak?.(deviceId, slot),
      });
    });
  }

  /** Everybody's shift of the day, at a time of its own. */
  #planDay(units: number): void {
    const { timeline } = this.#pool;
    const rng = quickRng(this.#plan.seed, 50 + Math.floor((timeline.now - START_AT) / DAY));
    for (const seat of this.#seats) {
      timeline.in(MINUTE + below(rng, this.#plan.startsWithinMs ?? SHIFTS_START_WITHIN_MS), 'shift', () =>
        seat.work(units),
      );
    }
  }

  #tick(): void {
    const { timeline, coordinator } = this.#pool;
    timeline.in(this.#isOpen ? MINUTE : 15 * MINUTE, 'tick', () => {
      timeline.stir();
      void coordinator.tick().finally(() => this.#tick());
    });
  }

  #keepFilled(): void {
    const { timeline, coordinator } = this.#pool;
    if (!this.#isOpen) return;
    const online = this.#seats.filter((seat) => seat.isOnline).length;
    const { unitsAtOnce = MAX_UNITS } = this.#plan;
    timeline.stir();
    void this.#queue.fill(coordinator, (online + 1) * unitsAtOnce).finally(() => {
      timeline.in(20 * SECOND, 'fill', () => this.#keepFilled());
    });
  }

  #feed(units: number): void {
    const { timeline, coordinator } = this.#pool;
    if (!this.#isOpen || coordinator.waitingUnits() > MOST_WAITING) return;
    timeline.stir();
    void this.#queue.ask(coordinator, units);
  }

  /** When the phones have gone, the server's own thread does what is left or to be corrected. Its work is paid to nobody. */
  #mainframe(results: readonly MainframeResult[]): void {
    const { timeline, coordinator, kernels } = this.#pool;
    timeline.stir();
    void coordinator.mainframe(results, 64).then((leases) => {
      const outputs = leases.map(({ blockId, taskIndex, ...task }) => ({
        blockId,
        taskIndex,
        output: runTask(kernels, { ...task, firstChunk: task.task * CHUNKS_PER_TASK }),
      }));
      timeline.in(outputs.length > 0 ? MINUTE : 10 * MINUTE, 'mainframe', () => this.#mainframe(outputs));
    });
  }

  #until(end: number): Promise<void> {
    return this.#pool.timeline.runUntil(end, () => true);
  }
}
