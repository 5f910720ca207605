import type { DeviceId } from '../../shared/ids.ts';
import type { ExchangeReply } from '../../shared/model/exchange.ts';
import { decodeFrame } from '../../shared/protocol/frames.ts';
import type { Rng } from '../../shared/rng.ts';
import { StoreError, type Store, type WriteSet } from '../core/ports.ts';
import { between, happens } from './chance.ts';
import type { Timeline } from './timeline.ts';

/** One run of the server, from its start to its crash. */
export interface Life {
  isOver: boolean;
}

export interface StoreFaults {
  /** Per write: it fails and nothing is kept; or it is kept and reported as failed. Even odds. */
  readonly writeFails: number;
  readonly readFails: number;
  /** Per write, and a sixth of it per read: the server dies, before the call or after it. Even odds. */
  readonly crashes: number;
  /** The longest a commit takes. A slow one gathers a large batch behind it. */
  readonly commitMs: number;
}

export const SOUND: StoreFaults = { writeFails: 0, readFails: 0, crashes: 0, commitMs: 12 };

export interface FaultCounts {
  writesNotStored: number;
  writesStoredButFailed: number;
  readsFailed: number;
  crashesBeforeWrite: number;
  crashesAfterWrite: number;
  crashesAtRead: number;
}

/** What all faults of a simulation share, over all lives of its server. */
export interface FaultSource {
  faults: StoreFaults;
  readonly rng: Rng;
  readonly timeline: Timeline;
  readonly counts: FaultCounts;
  /** Errors made here: an incident with another one is a bug. */
  readonly injected: WeakSet<Error>;
}

type Fate = 'well' | 'fails_before' | 'fails_after' | 'crashes_before' | 'crashes_after';

interface Hooks {
  readonly life: Life;
  readonly crash: (why: string) => void;
  /** Asked when a write begins; what it says comes back with the write's end. */
  readonly committing: () => number;
  /** Told of each write set the store has taken, before its caller is. */
  readonly committed: (writes: WriteSet, isReported: boolean, begun: number) => void;
}

/**
 * A store whose every call is a place to fail or to die at: before the call (*not stored*) or after it (*stored but
 * reported failed*). Calls take virtual time, so other facts arrive between any two awaits of the coordinator. Once its
 * life is over it never answers again: what waits for it is gone with the process. The database handle lives on, as the
 * disk does.
 */
export function faultyStore(inner: Store, source: FaultSource, hooks: Hooks): Store {
  const { rng, timeline, counts } = source;
  const { life } = hooks;

  function drawFate(isWrite: boolean): Fate {
    const { writeFails, readFails, crashes } = source.faults;
    if (happens(rng, isWrite ? crashes : crashes / 6)) return happens(rng, 0.5) ? 'crashes_before' : 'crashes_after';
    if (happens(rng, isWrite ? writeFails : readFails)) {
      return isWrite && happens(rng, 0.5) ? 'fails_after' : 'fails_before';
    }
    return 'well';
  }

  function fail(what: string): never {
    const error = new StoreError('store_unavailable', `injected: ${what}`);
    source.injected.add(error);
    throw error;
  }

  async function call<T>(name: string, writes: WriteSet | undefined, run: () => Promise<T>): Promise<T> {
    if (life.isOver) return gone();
    const isWrite = writes !== undefined;
    const begun = isWrite ? hooks.committing() : 0;
    const fate = drawFate(isWrite);
    const takesMs = isWrite ? between(rng, 1, source.faults.commitMs) : happens(rng, 0.05) ? between(rng, 1, 30) : 0;
    if (takesMs > 0) await timeline.sleep(takesMs, name);
    if (life.isOver) return gone();
    if (fate === 'crashes_before') {
      counts[isWrite ? 'crashesBeforeWrite' : 'crashesAtRead']++;
      hooks.crash(`before ${name}`);
      return gone();
    }
    if (fate === 'fails_before') {
      counts[isWrite ? 'writesNotStored' : 'readsFailed']++;
      fail(`${name} not done`);
    }
    const value = await run();
    if (writes) hooks.committed(writes, fate === 'well', begun);
    if (fate === 'crashes_after') {
      counts[isWrite ? 'crashesAfterWrite' : 'crashesAtRead']++;
      hooks.crash(`after ${name}`);
      return gone();
    }
    if (fate === 'fails_after') {
      counts.writesStoredButFailed++;
      fail(`${name} done and reported failed`);
    }
    return value;
  }

  return new Proxy(inner, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name);
      if (typeof own !== 'function' || typeof name !== 'string' || name === 'close') return own;
      return (...values: readonly unknown[]): Promise<unknown> =>
        call(
          name,
          name === 'commit' ? (values[0] as WriteSet) : undefined,
          () => own.apply(target, values) as Promise<unknown>,
        );
    },
  });
}

const gone = (): Promise<never> => new Promise(() => undefined);

/** The replies a commit stores, by device. */
export function repliesIn(writes: WriteSet): ReadonlyMap<DeviceId, ExchangeReply> {
  const replies = new Map<DeviceId, ExchangeReply>();
  for (const { id, lastReply } of writes.devices) {
    if (lastReply.length === 0) continue;
    const frame = decodeFrame(lastReply, lastReply.length);
    if (frame.ok && frame.value.type === 'reply') replies.set(id, frame.value);
  }
  return replies;
}
