import { pcg32, type Rng } from '../../shared/rng.ts';
import { secretsFrom } from '../adapters/secrets.ts';
import type { Secrets } from '../core/ports.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { Askers } from './asker.ts';
import { Auditor } from './auditor.ts';
import { randomBytes } from './chance.ts';
import { STEADY, type ExecutorFaults } from './executors.ts';
import { SOUND, type FaultSource } from './faulty-store.ts';
import { Invariants } from './invariants.ts';
import { openKernels, type Kernels } from './kernels.ts';
import { emptyTape, type Tape } from './mischief.ts';
import { Network } from './network.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Report, Violation } from './observer.ts';
import type { Scenario } from './scenario.ts';
import { ServerNode, type Plants } from './server-node.ts';
import { Timeline } from './timeline.ts';

/** Noon, so that a simulated day has a midnight: postings are due then. */
const START_AT = Date.UTC(2026, 0, 5, 12);
const MOST_VIOLATIONS = 5;

/** Everything of one simulation but its phones. */
export interface World {
  readonly scenario: Scenario;
  readonly timeline: Timeline;
  readonly network: Network;
  readonly source: FaultSource;
  readonly store: SqliteStore;
  readonly kernels: Kernels;
  readonly server: ServerNode;
  readonly auditor: Auditor;
  readonly askers: Askers;
  readonly tape: Tape;
  /** Phones that never say anything untrue: nothing may ever be taken from them, whatever they stop. */
  readonly truthful: Set<DeviceId>;
  readonly counts: Counts;
  readonly violations: readonly Violation[];
  readonly report: Report;
  executorFaults: ExecutorFaults;
  /** A source of chance that nobody else draws from. */
  readonly stream: () => Rng;
}

const noCounts = () => ({
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
  calledOff: 0,
  units: 0,
  lies: 0,
  forgeries: 0,
  pagesKilled: 0,
  clockJumps: 0,
  appeals: 0,
  decisions: 0,
  adjustmentsRefused: 0,
  askersErased: 0,
  comebacks: 0,
  devicesRefused: 0,
});
export type Counts = ReturnType<typeof noCounts>;

export function openWorld(scenario: Scenario, seed: number, plants: Plants): World {
  const timeline = new Timeline(scenario.startAt ?? START_AT);
  let streams = 1n;
  const stream = (): Rng => pcg32(BigInt(seed), ++streams);
  const violations: Violation[] = [];
  const report: Report = (rule, detail) => {
    if (violations.length >= MOST_VIOLATIONS) return;
    violations.push({ event: timeline.events, at: timeline.now, rule, detail });
  };

  const store = SqliteStore.open(':memory:');
  const kernels = openKernels();
  const auditor = new Auditor(scenario.policy, report);
  const truthful = new Set<DeviceId>();
  const invariants = new Invariants(scenario.policy, truthful, report);
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
  const counts = noCounts();
  const server = new ServerNode({
    source,
    network,
    store,
    secrets,
    kernels,
    policy: scenario.policy,
    rng: stream(),
    observer: auditor,
    invariants,
    report,
    plants,
    executorFaults: () => world.executorFaults,
    counts,
  });
  const kernelHash = kernels.hash;
  const askers = new Askers({
    timeline,
    server,
    secrets,
    kernelHash,
    rng: stream(),
    cancels: scenario.cancels ?? 0,
    observer: auditor,
    counts,
  });
  const world: World = {
    scenario,
    timeline,
    network,
    source,
    store,
    kernels,
    server,
    auditor,
    askers,
    tape: emptyTape(),
    truthful,
    counts,
    violations,
    report,
    executorFaults: STEADY,
    stream,
  };
  return world;
}
