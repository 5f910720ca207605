import { must } from '../../shared/assert.ts';
import type { AccountId, DeviceId } from '../../shared/ids.ts';
import { pcg32, type Rng } from '../../shared/rng.ts';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';
import { secretsFrom } from '../adapters/secrets.ts';
import type { Secrets } from '../core/ports.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { Askers } from './asker.ts';
import { Auditor } from './auditor.ts';
import { between, happens, pick, randomBytes } from './chance.ts';
import { checkLiveness, checkStore, checkVerdicts, type Expectations } from './checkers.ts';
import { STEADY, type ExecutorFaults } from './executors.ts';
import { SOUND, type FaultSource } from './faulty-store.ts';
import { openKernels } from './kernels.ts';
import { deviceKey } from './key-twin.ts';
import { Network, REGIONS } from './network.ts';
import type { Violation } from './observer.ts';
import { isTruthful, planDay, type Personality } from './personality.ts';
import { Phone, type PhoneTraits } from './phone.ts';
import type { Scenario } from './scenarios.ts';
import { ServerNode, type Plants } from './server-node.ts';
import { Timeline } from './timeline.ts';

export interface Outcome {
  readonly seed: number;
  readonly scenario: string;
  readonly events: number;
  readonly logHash: string;
  readonly violations: readonly Violation[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Noon, so that a simulated day has a midnight: postings are due then. */
const START_AT = Date.UTC(2026, 0, 5, 12);
/** After the last fault: honest phones stay, and everything must come to rest within this. */
const HEALING_MS = 3 * HOUR;
const CHECK_EVERY = 3_000;
const MOST_VIOLATIONS = 5;

/** One seed of one scenario, from the founding to the last posting. */
export async function runScenario(scenario: Scenario, seed: number, plants: Plants = {}): Promise<Outcome> {
  const timeline = new Timeline(START_AT);
  const streams = { count: 1n };
  const stream = (): Rng => pcg32(BigInt(seed), ++streams.count);

  const violations: Violation[] = [];
  const report = (rule: string, detail: string): void => {
    if (violations.length < MOST_VIOLATIONS)
      violations.push({ event: timeline.events, at: timeline.now, rule, detail });
  };
  const store = SqliteStore.open(':memory:');
  const kernels = openKernels();
  const auditor = new Auditor(scenario.policy, report);
  const secretRng = stream();
  const secrets: Secrets = { ...secretsFrom(randomBytes(secretRng, 32)), rng: secretRng };
  const network = new Network(timeline, stream());
  const source: FaultSource = {
    faults: SOUND,
    rng: stream(),
    timeline,
    injected: new WeakSet(),
    counts: {
      writesNotStored: 0,
      writesStoredButFailed: 0,
      readsFailed: 0,
      crashesBeforeWrite: 0,
      crashesAfterWrite: 0,
      crashesAtRead: 0,
    },
  };
  let executorFaults: ExecutorFaults = STEADY;
  const counts = {
    starts: 0,
    crashes: 0,
    incidents: 0,
    audits: 0,
    auditCrashes: 0,
    mainframeUnits: 0,
    threadCrashes: 0,
    asked: 0,
    refused: 0,
    askedAgain: 0,
    units: 0,
    lies: 0,
    forgeries: 0,
    pagesKilled: 0,
  };
  const server = new ServerNode({
    source,
    network,
    store,
    secrets,
    kernels,
    policy: scenario.policy,
    rng: stream(),
    observer: auditor,
    report,
    plants,
    executorFaults: () => executorFaults,
    counts,
  });
  const askers = new Askers({
    timeline,
    server,
    secrets,
    kernelHash: kernels.hash,
    rng: stream(),
    observer: auditor,
    counts,
  });

  let checkedAt = 0;
  const truthful = new Set<DeviceId>();
  const expectations: Expectations = { db: store.database, world: auditor.world, truthful, report };
  const goesOn = (): boolean => {
    if (timeline.events - checkedAt >= CHECK_EVERY) {
      checkedAt = timeline.events;
      checkStore(expectations);
      checkVerdicts(auditor.world, timeline.now, report);
    }
    return violations.length === 0;
  };
  const onRejection = (error: unknown): void => {
    const isOurs = error instanceof Error && source.injected.has(error);
    report(
      'no_promise_is_dropped',
      `${isOurs ? 'an injected fault' : 'an error'} reached nobody: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  };
  process.on('unhandledRejection', onRejection);
  try {
    server.start();
    await timeline.runUntil(START_AT + MINUTE, goesOn);
    const phones = await populate();
    await liveThrough(phones);
    await heal(phones);
  } finally {
    process.off('unhandledRejection', onRejection);
    store.close();
  }
  return {
    seed,
    scenario: scenario.name,
    events: timeline.events,
    logHash: timeline.hashSoFar(),
    violations,
    counts: { ...counts, ...source.counts, ...network.counts, ...auditor.world.counts },
  };

  /** Accounts and devices, before anything fails. Half the askers own a phone or two. */
  async function populate(): Promise<readonly Phone[]> {
    const rng = stream();
    const accounts: AccountId[] = [];
    const devices: {
      readonly personality: Personality;
      readonly accountId: AccountId;
      readonly deviceId: DeviceId;
      readonly secret: Uint8Array;
      readonly cores: number;
    }[] = [];
    const done = (async () => {
      const coordinator = must(server.coordinator, 'a server that has started');
      for (let i = 0; i < scenario.askers; i++)
        accounts.push((await coordinator.openAccount(`Asker ${i + 1}`, 'driver')).id);
      for (const personality of scenario.phones) {
        const accountId = happens(rng, 0.2)
          ? pick(rng, accounts)
          : (await coordinator.openAccount('Driver', 'driver')).id;
        const cores = pick(rng, [2, 4, 8]);
        const key = deviceKey(randomBytes(rng, 32));
        const enrolled = await coordinator.enrolDevice({ accountId, publicKey: key.publicKey, cores });
        if (!enrolled.ok) throw new Error(enrolled.error);
        const device = enrolled.value;
        const consented = await coordinator.consent({
          accountId,
          deviceId: device.id,
          version: scenario.policy.consentVersion,
          isGranted: true,
        });
        if (!consented.ok) throw new Error(consented.error);
        devices.push({ personality, accountId, deviceId: device.id, secret: key.secret, cores });
      }
    })();
    done.catch((error: unknown) => report('no_bug', String(error)));
    timeline.stir();
    await timeline.runUntil(START_AT + 10 * MINUTE, goesOn);
    planRequests(accounts, rng);
    return devices.map(({ personality, ...own }) => {
      if (isTruthful(personality)) truthful.add(own.deviceId);
      return new Phone(
        { ...own, personality, ...traitsOf(personality, own.cores, rng) },
        { timeline, network, kernels, limits: scenario.policy.limits, rng: stream(), counts },
      );
    });
  }

  function planRequests(accounts: readonly AccountId[], rng: Rng): void {
    for (let i = 0; i < scenario.jobs; i++) {
      const accountId = pick(rng, accounts);
      const units = between(rng, 1, scenario.mostUnits);
      timeline.at(timeline.now + between(rng, 0, scenario.durationMs - HOUR), 'ask', () =>
        askers.ask(accountId, units),
      );
    }
  }

  function traitsOf(
    personality: Personality,
    cores: number,
    rng: Rng,
  ): Pick<PhoneTraits, 'place' | 'unitMs' | 'clockRate'> {
    const usualMs = must(
      scenario.policy.leases.unitMsByCores.find(({ upTo }) => cores <= upTo),
      'a pace',
    ).unitMs;
    const slowness = personality === 'slow' ? between(rng, 40, 120) / 10 : between(rng, 6, 14) / 10;
    return {
      place: { region: between(rng, 0, REGIONS - 1), latencyMs: between(rng, 20, 400) },
      unitMs: Math.round(usualMs * slowness),
      clockRate: happens(rng, 0.2) ? between(rng, 80, 125) / 100 : 1,
    };
  }

  async function liveThrough(phones: readonly Phone[]): Promise<void> {
    const endAt = timeline.now + scenario.durationMs;
    network.faults = scenario.network;
    source.faults = scenario.store;
    executorFaults = scenario.executors;
    const rng = stream();
    for (const phone of phones) {
      for (const { at, event } of planDay(phone.traits.personality, timeline.now, endAt, rng)) {
        if (at < endAt) timeline.at(at, `${event} ${phone.traits.deviceId}`, () => phone.live(event));
      }
    }
    for (let at = timeline.now; at < endAt; at += HOUR) timeline.at(at, 'weather', () => network.maybePartition());
    await timeline.runUntil(endAt, goesOn);
  }

  /** No more faults; liars leave, honest phones stay until all is answered, then everyone goes and the last money posts. */
  async function heal(phones: readonly Phone[]): Promise<void> {
    network.heal();
    source.faults = SOUND;
    executorFaults = STEADY;
    for (const phone of phones) {
      const isHonest = phone.traits.personality === 'honest' || phone.traits.personality === 'sleepy';
      phone.live(isHonest ? 'open' : 'kill');
    }
    await timeline.runUntil(timeline.now + HEALING_MS, goesOn);
    for (const phone of phones) phone.live('kill');
    server.tickMs = 5 * MINUTE;
    const allMatured = timeline.now + scenario.policy.maturityMs;
    await timeline.runUntil((Math.floor(allMatured / DAY) + 1) * DAY + HOUR, goesOn);
    if (violations.length > 0) return;
    checkStore(expectations);
    checkLiveness(expectations);
  }
}
