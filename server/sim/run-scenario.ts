import { must } from '../../shared/assert.ts';
import type { AccountId, DeviceId } from '../../shared/ids.ts';
import type { Rng } from '../../shared/rng.ts';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';
import { checkLiveness, checkStore, checkVerdicts, type Expectations } from './checkers.ts';
import { STEADY } from './executors.ts';
import { SOUND } from './faulty-store.ts';
import type { Violation } from './observer.ts';
import { planDay } from './driver-day.ts';
import { Drivers } from './drivers.ts';
import { Erasers } from './erasers.ts';
import { isDiligent, isTruthful } from './personality.ts';
import { HourKeepers } from './hour-keepers.ts';
import { Leavers } from './leavers.ts';
import type { Phone } from './phone.ts';
import { planRequests, populate } from './population.ts';
import type { Scenario } from './scenario.ts';
import { between, happens } from './chance.ts';
import { USUAL_TICK_MS, type Plants } from './server-node.ts';
import { Stewards } from './stewards.ts';
import { openWorld, type World } from './world.ts';

export interface Outcome {
  readonly seed: number;
  readonly scenario: string;
  readonly events: number;
  readonly logHash: string;
  readonly violations: readonly Violation[];
  readonly counts: Readonly<Record<string, number>>;
}

export interface RunOptions {
  readonly plants?: Plants;
  /** Lives the day to its end whatever happens; else the first broken rule ends it. */
  readonly toTheEnd?: boolean;
}

/** After the last fault: honest phones stay, and everything must come to rest within this. */
const HEALING_MS = 3 * HOUR;
const MOST_DAYS = 3;
const OPEN: ReadonlySet<string> = new Set(['running', 'correcting', 'cancelling']);
const CHECK_EVERY = 3_000;

/** One seed of one scenario, from the founding to the last posting. */
export async function runScenario(scenario: Scenario, seed: number, options: RunOptions = {}): Promise<Outcome> {
  const world = openWorld(scenario, seed, options.plants ?? {});
  const run = new Run(world, seed, options.toTheEnd ?? false);
  const onRejection = (error: unknown): void => run.promiseDropped(error);
  process.on('unhandledRejection', onRejection);
  try {
    await run.live();
    const { timeline, violations, source, network, auditor } = world;
    const counts = {
      ...world.counts,
      ...source.counts,
      ...network.counts,
      ...auditor.world.counts,
      ...run.liarsHold(),
    };
    const logHash = timeline.hashSoFar();
    return { seed, scenario: scenario.name, events: timeline.events, logHash, violations, counts };
  } finally {
    process.off('unhandledRejection', onRejection);
    world.store.close();
  }
}

class Run {
  readonly #world: World;
  readonly #toTheEnd: boolean;
  readonly #expectations: Expectations;
  readonly #seed: number;
  #phones: Phone[] = [];
  #askers: readonly AccountId[] = [];
  #leavers: Leavers | undefined;
  #hourKeepers: HourKeepers | undefined;
  #checkedAt = 0;

  constructor(world: World, seed: number, toTheEnd: boolean) {
    this.#world = world;
    this.#seed = seed;
    this.#toTheEnd = toTheEnd;
    const { store, auditor, truthful, report } = world;
    this.#expectations = { db: store.database, world: auditor.world, truthful, report };
  }

  async live(): Promise<void> {
    await this.#begin();
    await this.#liveThrough();
    await this.#heal();
    if (!this.#goesOn()) return;
    checkStore(this.#expectations);
    checkLiveness(this.#expectations);
    this.#world.auditor.conclude();
  }

  promiseDropped(error: unknown): void {
    const { source, report } = this.#world;
    const isOurs = error instanceof Error && source.injected.has(error);
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report('no_promise_is_dropped', `${isOurs ? 'an injected fault' : 'an error'} reached nobody: ${what}`);
  }

  /** What phones that lie about everything have in escrow or were paid. */
  liarsHold(): { readonly liarsPendingMicros: number; readonly liarsPostedMicros: number } {
    const liars = new Set(this.#liars());
    const sum = (state: 'pending' | 'posted'): number =>
      [...this.#world.auditor.world.rows.values()]
        .filter((row) => row.state === state && liars.has(row.deviceId))
        .reduce((total, row) => total + row.amount, 0);
    return { liarsPendingMicros: sum('pending'), liarsPostedMicros: sum('posted') };
  }

  #liars = (): readonly DeviceId[] =>
    this.#phones.filter(({ traits }) => traits.personality === 'liar').map(({ traits }) => traits.deviceId);

  async #begin(): Promise<void> {
    const { server, timeline } = this.#world;
    server.start();
    await this.#runUntil(timeline.now + MINUTE);
    const settled = populate(this.#world, must(server.coordinator, 'a server that has started'));
    timeline.stir();
    await this.#runUntil(timeline.now + 9 * MINUTE);
    if (!this.#goesOn()) return; // ended before it began: whoever waits for an answer waits for ever
    const { askers, phones } = await settled;
    this.#phones = phones;
    this.#askers = askers;
    for (const { traits } of phones) if (isTruthful(traits.personality)) this.#world.truthful.add(traits.deviceId);
    planRequests(this.#world, askers);
  }

  async #liveThrough(): Promise<void> {
    const { scenario, timeline, network, source, stream } = this.#world;
    const endAt = timeline.now + scenario.durationMs;
    network.faults = scenario.network;
    source.faults = scenario.store;
    this.#world.executorFaults = scenario.executors;
    const rng = stream();
    for (const phone of this.#phones) {
      for (const { at, event } of planDay(phone.traits.personality, timeline.now, endAt, rng)) {
        if (at < endAt) timeline.at(at, `${event} ${phone.traits.deviceId}`, () => phone.live(event));
      }
    }
    new Drivers(this.#world, this.#phones, endAt);
    this.#leavers = new Leavers(this.#world, this.#seed, this.#phones, this.#askers, endAt);
    const drivers = this.#phones.map(({ traits }) => traits.accountId);
    new Stewards(this.#world, this.#seed, drivers, endAt);
    new Erasers(this.#world, this.#seed, this.#phones, this.#askers, endAt);
    this.#hourKeepers = new HourKeepers(this.#world, this.#seed, this.#phones, endAt);
    for (let at = timeline.now; at < endAt; at += HOUR) timeline.at(at, 'weather', () => this.#weather(rng));
    await this.#runUntil(endAt);
  }

  #weather(rng: Rng): void {
    const { scenario, network, server } = this.#world;
    network.maybePartition();
    if (happens(rng, scenario.clockJumps)) server.setClock(between(rng, -10 * MINUTE, 10 * MINUTE));
  }

  /**
   * No more faults; liars leave, honest phones stay until all is answered, then everyone goes and the last money posts. What
   * is found out by that (the last re-runs stand before the last postings) is put right by the honest on the next day.
   */
  async #heal(): Promise<void> {
    const { scenario, timeline, network, source } = this.#world;
    network.heal();
    source.faults = SOUND;
    this.#world.executorFaults = STEADY;
    const { maturityMs, audit } = scenario.policy;
    for (let day = 0; day === 0 || (day < MOST_DAYS && this.#goesOn() && this.#hasOpenJobs()); day++) {
      this.#world.server.tickMs = USUAL_TICK_MS;
      this.#leavers?.allAgree();
      this.#hourKeepers?.allAgree();
      for (const phone of this.#phones) phone.live(isDiligent(phone.traits.personality) ? 'open' : 'kill');
      await this.#runUntil(timeline.now + HEALING_MS);
      for (const phone of this.#phones) phone.live('kill');
      this.#world.server.tickMs = 5 * MINUTE;
      const allDue = timeline.now + Math.max(maturityMs, audit.appealMs);
      await this.#runUntil((Math.floor(allDue / DAY) + 1) * DAY + HOUR);
    }
  }

  #hasOpenJobs(): boolean {
    const jobs = [...this.#world.auditor.world.jobs.values()];
    return jobs.some(({ state, due }) => OPEN.has(state) || due.size > 0);
  }

  #runUntil(end: number): Promise<void> {
    return this.#world.timeline.runUntil(end, () => this.#goesOn());
  }

  #goesOn(): boolean {
    const { timeline, violations, auditor, report } = this.#world;
    if (timeline.events - this.#checkedAt >= CHECK_EVERY) {
      this.#checkedAt = timeline.events;
      checkStore(this.#expectations);
      checkVerdicts(auditor.world, timeline.now, report);
    }
    return this.#toTheEnd || violations.length === 0;
  }
}
