import type { Policy } from '../../../shared/model/policy.ts';
import { kindNamed } from '../../../wasm/registry.ts';
import { Coordinator } from '../../core/coordinator.ts';
import type { Store, WriteSet } from '../../core/ports.ts';
import type { ReplicationRule } from '../../core/replication.ts';
import { SqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { KIND, type Kernels } from '../kernels.ts';
import { LinkHub } from '../link-hub.ts';
import { Network } from '../network.ts';
import type { Observer } from '../observer.ts';
import { Timeline } from '../timeline.ts';
import { trialSecrets } from './trial-secrets.ts';
import { quickRng } from './quick-rng.ts';
import { countingRerunner, type RerunCounts } from './rerunner.ts';
import type { Exchange } from '../../../shared/model/exchange.ts';

/** Midnight: the first day is a whole one. */
export const START_AT = Date.UTC(2026, 0, 5);

export interface PoolParts {
  readonly policy: Policy;
  readonly seed: number;
  readonly kernels: Kernels;
  readonly reruns: RerunCounts;
  readonly replication: ((copies: number) => ReplicationRule) | undefined;
  readonly committed: (writes: WriteSet, now: number) => void;
  /** An exchange is on its way to the coordinator. */
  readonly handed: (exchange: Exchange) => void;
}

/** The shipped server on a virtual clock: coordinator, SQLite, link sessions, both builds of the kernel. Nothing fails here. */
export interface Pool {
  readonly timeline: Timeline;
  readonly network: Network;
  readonly kernels: Kernels;
  readonly coordinator: Coordinator;
  readonly store: SqliteStore;
  readonly reruns: RerunCounts;
  /** What went wrong inside, if anything did: a trial with such a thing is worth nothing. */
  readonly incidents: readonly string[];
}

export async function openPool(parts: PoolParts): Promise<Pool> {
  const { policy, seed, kernels, reruns, replication, committed, handed } = parts;
  const timeline = new Timeline(START_AT);
  const network = new Network(timeline, quickRng(seed, 1));
  const store = SqliteStore.open(':memory:');
  const incidents: string[] = [];
  const rng = quickRng(seed, 2);
  const secrets = trialSecrets(rng);
  let now = START_AT;
  const starting = Coordinator.start(
    {
      store: watched(store, (writes) => committed(writes, now)),
      secrets,
      audit: countingRerunner(timeline, kernels, reruns),
      listener: {
        workAvailable: () => undefined, // these phones ask by themselves
        jobChanged: () => undefined,
        programmeChanged: () => undefined,
        policyChanged: () => undefined,
        auditWaiting: () => undefined,
        accountChanged: () => undefined,
        accountErased: () => undefined,
        deliver: () => undefined,
        deviceBanned: () => undefined,
        incident: (id, error) => incidents.push(`${id}: ${error instanceof Error ? error.stack : String(error)}`),
      },
      clock: () => (now = timeline.now),
      soon: (run) =>
        void timeline.in(1, 'turn', () => {
          timeline.stir();
          run();
        }),
      kindNamed,
      kernelHash: (kind) => (kind === KIND ? kernels.hash : undefined),
      ...(replication && { replication }),
    },
    policy,
  );
  const coordinator = await untilSettled(timeline, starting);
  const observer = listening(handed);
  const life = { isOver: false };
  const onTooFast = (): void => undefined;
  const hub = new LinkHub({ timeline, policy, coordinator, store, rng, observer, life, onTooFast });
  network.listen = (connection) => hub.accept(connection);
  return { timeline, network, kernels, coordinator, store, reruns, incidents };
}

/** Lets virtual time run until a promise has settled. */
export async function untilSettled<T>(timeline: Timeline, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  promise.then(settle, settle);
  for (let tries = 0; !isSettled && tries < 100_000; tries++) {
    timeline.stir();
    await timeline.runUntil(timeline.now + 1, () => !isSettled);
  }
  return promise;
}

/** The store, and every write set that it has taken. */
function watched(store: Store, committed: (writes: WriteSet) => void): Store {
  const methods = new Map<string | symbol, unknown>();
  return new Proxy(store, {
    get(target, name) {
      const known = methods.get(name);
      if (known) return known;
      const own: unknown = Reflect.get(target, name);
      const method =
        name === 'commit'
          ? async (writes: WriteSet): Promise<void> => {
              await target.commit(writes);
              committed(writes);
            }
          : typeof own === 'function'
            ? (own.bind(target) as unknown)
            : own;
      methods.set(name, method);
      return method;
    },
  });
}

const listening = (handed: (exchange: Exchange) => void): Observer => ({
  asked: () => undefined,
  cancelAsked: () => undefined,
  cancelAnswered: () => undefined,
  lifeBegan: () => undefined,
  linked: () => undefined,
  exchangeHanded(exchange) {
    handed(exchange);
    return 0;
  },
  handedSoFar: () => 0,
  exchangeRefused: () => undefined,
  replySent: () => undefined,
  mainframeHanded: () => undefined,
  rerunAsked: () => 0,
  rerunAnswered: () => undefined,
  committed: () => undefined,
  delivered: () => undefined,
});
