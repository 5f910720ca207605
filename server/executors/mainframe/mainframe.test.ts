import { afterEach, expect, test, vi } from 'vitest';
import { must } from '../../../shared/assert.ts';
import type { BlockId, JobId } from '../../../shared/ids.ts';
import { pcg32 } from '../../../shared/rng.ts';
import { tiny as tinyKind } from '../../../wasm/kinds/tiny/kind.ts';
import { loadKernel } from '../../../wasm/load-node.ts';
import { OPERATOR } from '../../core/found.ts';
import { Incident } from '../../core/incident.ts';
import type { MainframeLease } from '../../core/facts.ts';
import { openWorld, submitTiny, type World } from '../../testing/world.ts';
import { afterMs } from '../kernel-pool.ts';
import type { Kernels } from '../kernel-work.ts';
import { Mainframe, type MainframeOptions } from './mainframe.ts';

// Processes, threads and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 60_000 });

const kernels: Kernels = { first: new Map([['tiny', loadKernel('tiny').module]]) };
/** A kernel that no thread survives: it has none of the functions a kernel has. */
const broken: Kernels = {
  first: new Map([['tiny', new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))]]),
};

const started: Mainframe[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((mainframe) => mainframe.stop()));
});

function start(options: Partial<MainframeOptions> & Pick<MainframeOptions, 'coordinator'>): Mainframe {
  const mainframe = new Mainframe({ threads: 2, kernels, after: afterMs, report: () => undefined, ...options });
  started.push(mainframe);
  return mainframe;
}

/** Looks again whenever the loop has turned. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}

const stateOf = async (world: World, jobId: JobId): Promise<string | undefined> =>
  (await world.store.job(jobId))?.job.state.name;

async function submitOne(world: World, units = 4): Promise<JobId> {
  const filed = await submitTiny(world, OPERATOR, 'k', units);
  if (!filed.ok) throw new Error(filed.error);
  return filed.value.id;
}

test('its threads take a job from the queue to the answer', async () => {
  const world = await openWorld();
  const jobId = await submitOne(world);
  start({ coordinator: world.coordinator }).wake();
  await until(async () => (await stateOf(world, jobId)) === 'answered');
  expect(await world.store.contributions(jobId)).toEqual({ mainframe: 4, peers: 0, devices: 0 });
  expect(world.incidents).toEqual([]);
});

test('a thread killed in the middle of a unit costs that unit’s time and nothing else', async () => {
  const world = await openWorld();
  const jobId = await submitOne(world);
  const reports: string[] = [];
  const lost: unknown[] = [];
  const mainframe = start({
    threads: 1,
    coordinator: {
      failJob: (id, code) => world.coordinator.failJob(id, code),
      mainframe: async (results, want, losses) => {
        lost.push(...(losses ?? []));
        const leases = await world.coordinator.mainframe(results, want, losses);
        // The lease is computed as soon as we return; then its thread is killed under it, once.
        if (leases.length > 0 && reports.length === 0) setImmediate(() => killOne(mainframe));
        return leases;
      },
    },
    report: (what) => void reports.push(what),
  });
  mainframe.wake();
  await until(async () => (await stateOf(world, jobId)) === 'answered');
  expect(reports).toHaveLength(1);
  expect(lost).toHaveLength(1);
  expect(await world.store.contributions(jobId)).toMatchObject({ mainframe: 4 });
});

const killOne = (mainframe: Mainframe): void => must(mainframe.pool.busyThreads[0], 'a busy thread').kill('by hand');

test('a job whose unit kills five threads has failed, and the next job is computed', async () => {
  const world = await openWorld();
  const jobId = await submitOne(world, 1);
  const reports: string[] = [];
  // Cooling would take seconds; here each place is free again at once.
  const options = { threads: 1, coordinator: world.coordinator, report: (what: string) => void reports.push(what) };
  const mainframe = start({
    ...options,
    kernels: broken,
    after: (_ms, run) => {
      setImmediate(run);
      return () => undefined;
    },
  });
  mainframe.wake();
  await until(async () => (await stateOf(world, jobId)) === 'failed');
  expect((await world.store.job(jobId))?.job.state).toMatchObject({ code: 'kernel_failed' });
  expect(reports).toHaveLength(5);
  await mainframe.stop();

  const other = await submitTiny(world, OPERATOR, 'another', 1);
  start(options).wake();
  await until(async () => other.ok && (await stateOf(world, other.value.id)) === 'answered');
});

/** A unit as the coordinator would lease it. */
function oneUnit(): MainframeLease {
  const spec = { numbers: Array.from({ length: 300 }, (_, i) => (i * 31) % 97), units: 1 };
  const { jobInput } = tinyKind.blind(spec, pcg32(1n));
  const place = { jobId: 1 as JobId, blockId: 1 as BlockId, taskIndex: 0, task: 0, round: 1, scoreToBeat: 0xffff_ffff };
  return { ...place, kind: 'tiny', jobInput, roundInput: new Uint8Array() };
}

test('a result the store cannot take is kept and handed in again', async () => {
  const lease = oneUnit();
  const handedIn: number[] = [];
  const mainframe = start({
    threads: 1,
    coordinator: {
      failJob: () => Promise.resolve(undefined),
      async mainframe(results, want) {
        if (results.length === 0) return want > 0 && handedIn.length === 0 ? [lease] : [];
        handedIn.push(results.length);
        if (handedIn.length < 3) throw new Incident('disk_full', 'full');
        return [];
      },
    },
  });
  mainframe.wake();
  while (handedIn.length < 3) {
    await new Promise((resolve) => setImmediate(resolve));
    mainframe.wake();
  }
  expect(handedIn).toEqual([1, 1, 1]);
});

test('a result the coordinator trips over counts as lost', async () => {
  const lease = oneUnit();
  const asked: { results: number; lost: number }[] = [];
  const mainframe = start({
    threads: 1,
    coordinator: {
      failJob: () => Promise.resolve(undefined),
      async mainframe(results, _want, lost = []) {
        asked.push({ results: results.length, lost: lost.length });
        if (results.length > 0) throw new Incident('internal', 'a bug');
        return asked.length === 1 ? [lease] : [];
      },
    },
  });
  mainframe.wake();
  while (!asked.some(({ lost }) => lost === 1)) {
    await new Promise((resolve) => setImmediate(resolve));
    mainframe.wake();
  }
  expect(asked.filter(({ results }) => results > 0)).toHaveLength(1);
});
