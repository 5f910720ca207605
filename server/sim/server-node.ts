import type { Policy } from '../../shared/model/policy.ts';
import type { Rng } from '../../shared/rng.ts';
import { SECOND } from '../../shared/time.ts';
import { kindNamed } from '../../wasm/registry.ts';
import { Coordinator, type Ports } from '../core/coordinator.ts';
import type { AuditExecutor, Secrets, Store } from '../core/ports.ts';
import { between, happens } from './chance.ts';
import { auditTwin, MainframeTwin, type ExecutorFaults, type ExecutorParts } from './executors.ts';
import { faultyStore, repliesIn, type FaultSource, type Life } from './faulty-store.ts';
import { KIND, type Kernels } from './kernels.ts';
import { LinkHub } from './link-hub.ts';
import type { Network } from './network.ts';
import type { Invariants } from './invariants.ts';
import type { Committed, Observer, Report } from './observer.ts';

/** Bugs that a control test plants between the coordinator and its ports. */
export interface Plants {
  readonly store?: (store: Store) => Store;
  readonly secrets?: (secrets: Secrets) => Secrets;
  readonly audit?: (audit: AuditExecutor) => AuditExecutor;
  readonly policy?: (policy: Policy) => Policy;
}

export interface NodeParts {
  readonly source: FaultSource;
  readonly network: Network;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly kernels: Kernels;
  readonly policy: Policy;
  readonly rng: Rng;
  readonly observer: Observer;
  readonly invariants: Invariants;
  readonly report: Report;
  readonly plants: Plants;
  readonly executorFaults: () => ExecutorFaults;
  readonly counts: ExecutorParts['counts'] & { starts: number; crashes: number; incidents: number; clockJumps: number };
}

export const USUAL_TICK_MS = 30 * SECOND;

/** A batch gathers this long: the callers of one turn. */
const SOON_MS = 1;

/** The server's process: starts, serves, dies between any two awaits, and starts again on what the store has kept. */
export class ServerNode {
  readonly #parts: NodeParts;
  #life: Life = { isOver: true };
  #running: { readonly coordinator: Coordinator; readonly hub: LinkHub; readonly mainframe: MainframeTwin } | undefined;
  /** How far the server's clock is off; may change while it is down. */
  #clockOffMs = 0;
  /** How often the server looks at what time alone makes due. The shipped one does so each second; here days pass. */
  tickMs = USUAL_TICK_MS;
  /** What the clock last said, never going back within a life: the coordinator's `now`. */
  #stampedAt = 0;

  constructor(parts: NodeParts) {
    this.#parts = parts;
    parts.network.listen = (connection) => this.#running?.hub.accept(connection);
  }

  /** The running coordinator, if any. A caller that holds one over a crash never gets an answer. */
  get coordinator(): Coordinator | undefined {
    return this.#running?.coordinator;
  }

  start(): void {
    const { source, observer, counts, policy, plants } = this.#parts;
    const life: Life = { isOver: false };
    this.#life = life;
    this.#stampedAt = 0;
    counts.starts++;
    observer.lifeBegan();
    const { ports, store } = this.#portsOf(life);
    source.timeline.stir();
    void Coordinator.start(ports, plants.policy?.(policy) ?? policy).then(
      (coordinator) => {
        if (!life.isOver) this.#serve(life, coordinator, store);
      },
      (error: unknown) => {
        if (life.isOver) return;
        this.#judge('start', error);
        this.crash('could not start');
      },
    );
  }

  crash(why: string): void {
    const { source, network, rng, counts } = this.#parts;
    if (this.#life.isOver) return;
    this.#life.isOver = true;
    this.#running = undefined;
    counts.crashes++;
    source.timeline.note(`crash ${why}`);
    network.dropAll();
    if (happens(rng, 0.2)) this.#clockOffMs = between(rng, -SECOND, SECOND);
    source.timeline.in(between(rng, SECOND, 45 * SECOND), 'start', () => this.start());
  }

  #serve(life: Life, coordinator: Coordinator, store: Store): void {
    const { source, policy, observer, rng } = this.#parts;
    const { timeline } = source;
    const hub = new LinkHub({ timeline, policy, coordinator, store, rng, observer, life });
    const { mainframeUnitMs } = policy.leases;
    const mainframe = new MainframeTwin(
      this.#executorParts(life),
      coordinator,
      policy.mainframeThreads,
      mainframeUnitMs,
    );
    this.#running = { coordinator, hub, mainframe };
    this.#tickLater(life, coordinator);
    const units = coordinator.waitingUnits();
    if (units > 0) mainframe.workAvailable();
  }

  #tickLater(life: Life, coordinator: Coordinator): void {
    const { timeline } = this.#parts.source;
    timeline.in(this.tickMs, 'tick', () => {
      if (life.isOver) return;
      timeline.stir();
      void coordinator
        .tick()
        .catch((error: unknown) => this.#judge('tick', error))
        .finally(() => this.#tickLater(life, coordinator));
    });
  }

  /** The clock is set, forward or back. */
  setClock(byMs: number): void {
    this.#parts.counts.clockJumps++;
    this.#clockOffMs += byMs;
  }

  #portsOf(life: Life): { readonly ports: Ports; readonly store: Store } {
    const { source, secrets, observer, invariants, plants } = this.#parts;
    const own = auditTwin(this.#executorParts(life));
    const audit = plants.audit?.(own) ?? own;
    const faulty = faultyStore(this.#parts.store, source, {
      life,
      crash: (why) => this.crash(why),
      committing: () => observer.handedSoFar(),
      committed: (writes, isReported, handedBefore) => {
        const commit: Committed = {
          writes,
          replies: repliesIn(writes),
          now: this.#stampedAt,
          handedBefore,
          isReported,
          auditUnitsPerSecond: audit.unitsPerSecond(),
        };
        invariants.committed(writes);
        observer.committed(commit);
      },
    });
    const store = plants.store?.(faulty) ?? faulty;
    const ports: Ports = {
      store,
      secrets: plants.secrets?.(secrets) ?? secrets,
      audit,
      listener: {
        workAvailable: (units, hasGrown) => {
          if (life.isOver) return;
          this.#running?.hub.wake(units, hasGrown);
          this.#running?.mainframe.workAvailable();
        },
        jobChanged: () => undefined,
        programmeChanged: () => undefined,
        policyChanged: () => undefined,
        auditWaiting: () => undefined,
        accountChanged: () => undefined,
        accountErased: (id) => {
          // Outside the store there is nothing here, so that this is all that is left to say.
          if (!life.isOver)
            void this.coordinator?.erasedOutside(id).catch((error: unknown) => this.#judge('erased', error));
        },
        deliver: (row) => {
          if (!life.isOver) observer.delivered(row);
        },
        deviceBanned: (deviceId) => {
          if (!life.isOver) this.#running?.hub.end(deviceId);
        },
        incident: (id, error) => {
          if (life.isOver) return;
          this.#parts.counts.incidents++;
          this.#judge(`incident ${id}`, error);
        },
      },
      clock: () => {
        this.#stampedAt = Math.max(this.#stampedAt, source.timeline.now + this.#clockOffMs);
        return this.#stampedAt;
      },
      soon: (run) =>
        void source.timeline.in(SOON_MS, 'turn', () => {
          if (life.isOver) return;
          source.timeline.stir();
          run();
        }),
      kindNamed,
      kernelHash: (kind) => (kind === KIND ? this.#parts.kernels.hash : undefined),
    };
    return { ports, store };
  }

  #executorParts(life: Life): ExecutorParts {
    const { source, rng, kernels, observer, executorFaults, counts } = this.#parts;
    return { source, rng, kernels, observer, life, faults: executorFaults, counts };
  }

  /** Every failure that was not planted here is the server's own. */
  #judge(where: string, error: unknown): void {
    if (error instanceof Error && this.#parts.source.injected.has(error)) return;
    // An Incident tells its caller that the fact was refused; its cause was judged when it was reported.
    if (error instanceof Error && error.name === 'Incident') return;
    this.#parts.report(
      'no_bug',
      `${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}
