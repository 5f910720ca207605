import { expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { POLICY } from '../../shared/model/policy.ts';
import {
  deviceOf,
  expectBooksRight,
  fileJob,
  ONLY_GATES,
  onlyFinding,
  rowsOf,
  workUnits,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, type World } from '../testing/world.ts';
import { fraction, gateChunks } from './draws.ts';
import type { RerunRequest } from './ports.ts';
import { trustOf } from './trust.ts';

/** Everything that is asked for, and lets it run when told. */
function inspect(world: World): { asked: RerunRequest[]; letRun: (which: RerunRequest['urgency']) => Promise<void> } {
  const { audit } = world.ports;
  const rerun = audit.rerun.bind(audit);
  const asked: RerunRequest[] = [];
  const waiting: { readonly urgency: string; readonly go: () => void }[] = [];
  audit.rerun = async (request) => {
    asked.push(request);
    await new Promise<void>((go) => waiting.push({ urgency: request.urgency, go }));
    return rerun(request);
  };
  const letRun = async (which: string): Promise<void> => {
    for (const { urgency, go } of waiting) if (urgency === which) go();
    await world.settle();
  };
  return { asked, letRun };
}

const ALL = Array.from({ length: 64 }, (_, chunk) => chunk);
const trustedFor = async (world: World, phone: Phone): Promise<number> =>
  trustOf((await deviceOf(world, phone)).verified, world.now, POLICY.audit.trustMs);

test('a new device has eight drawn chunks of a result re-run before it counts, and then all of it, in the background', async () => {
  const world = await openWorld({ policy: { probationTasks: 5 } });
  await fileJob(world);
  const phone = await Phone.enrol(world);
  const { asked, letRun } = inspect(world);
  await phone.exchange([], 1);
  world.now += 1000;
  await phone.exchange(phone.work(), 0);
  await world.settle();
  const result = { deviceId: phone.id, seq: phone.seq, blockId: 1 as never, taskIndex: 0 };
  const gate = { chunks: gateChunks(world.ports.secrets, result, 8), urgency: 'answer', build: 'first', task: 0 };
  expect(asked).toMatchObject([gate]);
  expect((await rowsOf(world, phone))[0]).toMatchObject({ audit: 'none', wholeDue: 1, wholeDone: 0 });
  await letRun('answer');
  expect(asked).toMatchObject([gate, { chunks: ALL, urgency: 'background', build: 'first', task: 0 }]);
  expect((await rowsOf(world, phone))[0]).toMatchObject({ audit: 'passed', wholeDue: 1, wholeDone: 0 });
  expect(await deviceOf(world, phone)).toMatchObject({ cleanTasks: 1, probationLeft: 5 });
  expect(await trustedFor(world, phone)).toBe(8);
  await letRun('background');
  expect((await rowsOf(world, phone))[0]).toMatchObject({ audit: 'passed', wholeDue: 1, wholeDone: 1 });
  expect(await deviceOf(world, phone)).toMatchObject({ cleanTasks: 1, probationLeft: 4 });
  expect(await trustedFor(world, phone)).toBe(72);
  expect(asked).toHaveLength(2);
});

test('a known one has one chunk re-run, and its trust grows by what was', async () => {
  const world = await openWorld({ policy: { probationTasks: 2, audit: ONLY_GATES } });
  await fileJob(world);
  const phone = await Phone.enrol(world);
  await workUnits(world, phone, 4);
  // after the last result of the round its winner is re-run too
  expect(world.reruns.map(({ chunks }) => chunks.length)).toEqual([8, 64, 8, 64, 1, 1, 1]);
  expect(await deviceOf(world, phone)).toMatchObject({ cleanTasks: 4, probationLeft: 0 });
  expect(await trustedFor(world, phone)).toBe(2 * 72 + 2);
});

test('with a gate of no chunk a result counts as checked when it is accepted', async () => {
  const world = await openWorld({ policy: { audit: { ...ONLY_GATES, gateChunks: 0 } } });
  const id = await fileJob(world, 'k', 2);
  const phone = await Phone.enrol(world);
  await workUnits(world, phone, 1, 64);
  expect((await rowsOf(world, phone))[0]).toMatchObject({ audit: 'passed' });
  expect(world.coordinator.progressOf(id)).toEqual({ round: 1, done: 1, checked: 1 });
  expect(world.reruns).toEqual([]);
});

test('what is drawn is each result by itself, also of two leases in one exchange', async () => {
  const leases = { ...POLICY.leases, relinkGraceMs: 0, first: 16, early: 16 };
  const audit = { ...ONLY_GATES, wholeFloor: 0.5 };
  const world = await openWorld({ policy: { audit, leases } });
  await fileJob(world, 'k', 12);
  const phone = await Phone.enrol(world);
  await phone.exchange([], 5);
  const first = phone.work();
  world.now += 1000;
  await phone.exchange([], 6);
  world.now += 1000;
  await phone.exchange([...first, ...phone.work()], 0);
  await world.settle();
  const [row] = await rowsOf(world, phone);
  const { taskIndices, wholeDue, wholeDone } = must(row, 'one row for the block');
  expect(taskIndices).toHaveLength(11);
  const drawn = taskIndices.filter(
    (taskIndex) => fraction(world.ports.secrets, 'whole', { ...must(row, 'it'), taskIndex }) < 0.5,
  );
  expect(taskIndices.filter((_, i) => (wholeDue & (1 << i)) !== 0)).toEqual(drawn);
  expect(drawn.some((taskIndex) => taskIndex >= 5) && drawn.length < 11).toBe(true);
  expect(wholeDone).toBe(wholeDue);
  const reruns = world.reruns.filter(({ chunks }) => chunks.length === 64).map(({ task }) => task);
  expect([...reruns].sort((a, b) => a - b)).toEqual(drawn);
});

test('a re-run that comes back after a conviction gives nothing back: what it was of is void', async () => {
  const world = await openWorld({ policy: { probationTasks: 3, audit: ONLY_GATES } });
  await fileJob(world);
  const phone = await Phone.enrol(world);
  const { letRun } = inspect(world);
  for (const lie of [0, 1]) {
    await phone.exchange([], 1);
    world.now += 1000;
    await phone.exchange(phone.work(lie, { aim: 'seen' }), 0);
    await world.settle();
    for (let i = 0; i < 3; i++) await letRun('answer');
  }
  await onlyFinding(world, phone);
  expect(await deviceOf(world, phone)).toMatchObject({ probationLeft: 3, cleanTasks: 0 });
  await letRun('background');
  expect(await deviceOf(world, phone)).toMatchObject({ probationLeft: 3, cleanTasks: 0 });
  expect(await trustedFor(world, phone)).toBe(0);
  await expectBooksRight(world);
});

test('a lie that a re-run finds in a row that is void by then is no second finding', async () => {
  const world = await openWorld({ policy: { probationTasks: 3, audit: ONLY_GATES } });
  await fileJob(world);
  const phone = await Phone.enrol(world);
  const { letRun } = inspect(world);
  for (const aim of ['unseen', 'seen'] as const) {
    await phone.exchange([], 1);
    world.now += 1000;
    await phone.exchange(phone.work(1, { aim }), 0);
    await world.settle();
    for (let i = 0; i < 3; i++) await letRun('answer');
  }
  for (let i = 0; i < 3; i++) {
    await letRun('background');
    await letRun('answer');
  }
  expect(await onlyFinding(world, phone)).toMatchObject({ ruling: 'fault' });
  await expectBooksRight(world);
});
