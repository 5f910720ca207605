import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Device } from '../../shared/model/device.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { balancesOf, deviceOf, fileJob, rowsOf, workUnits } from '../testing/tiny-jobs.ts';
import { openWorld, Phone, type World } from '../testing/world.ts';
import { afterTimes, type UnitTime } from './plausibility.ts';

const { audit } = POLICY;

/** What these rules look at. Calibrated at 10 ms a chunk: 640 ms a unit. */
const device = (changes: Partial<Device>): Device =>
  ({ taskCount: 100, suspectUntil: 0, chunkMs: 10, paceMs: 0, ...changes }) as Device;

const isSuspect = (changes: Partial<Device>, time: Partial<UnitTime>): boolean =>
  afterTimes(device(changes), [{ cpuMs: 1_000, wallMs: 2_000, ...time }], audit).suspectUntil > 100;

describe('a time that a device reports', () => {
  test.each<[string, Partial<Device>, Partial<UnitTime>, boolean]>([
    ['at its calibrated pace is plausible', {}, { cpuMs: 640 }, false],
    ['of half of that still is', {}, { cpuMs: 320 }, false],
    ['of less is not', {}, { cpuMs: 319 }, true],
    ['of less is, where nothing was calibrated', { chunkMs: 0 }, { cpuMs: 1 }, false],
    ['of much more is plausible: phones are slow at times', {}, { cpuMs: 60_000, wallMs: 60_000 }, false],
    ['that took as long as it had the lease is plausible', {}, { cpuMs: 1_000, wallMs: 1_000 }, false],
    ['a tenth longer is, for clocks differ', {}, { cpuMs: 1_000, wallMs: 900 }, false],
    ['longer than that is not', {}, { cpuMs: 1_000, wallMs: 899 }, true],
    ['longer than that is not, calibrated or not', { chunkMs: 0 }, { cpuMs: 1_000, wallMs: 899 }, true],
    ['is not held against a lease we no longer know', {}, { cpuMs: 1_000, wallMs: undefined }, false],
    ['of three times its mean is plausible', { paceMs: 1_000 }, { cpuMs: 3_000, wallMs: 9_000 }, false],
    ['of more is not', { paceMs: 1_000 }, { cpuMs: 3_001, wallMs: 9_000 }, true],
    ['of a third of its mean is plausible', { paceMs: 3_000 }, { cpuMs: 1_000 }, false],
    ['of less is not', { paceMs: 3_000 }, { cpuMs: 999 }, true],
    ['of less is not, calibrated or not', { paceMs: 3_000, chunkMs: 0 }, { cpuMs: 999 }, true],
  ])('%s', (_name, changes, time, expected) => {
    expect(isSuspect(changes, time)).toBe(expected);
  });

  test('that is implausible raises the audit rate for fifty tasks from now, and changes nothing else', () => {
    const before = device({ taskCount: 7, paceMs: 1_000, cleanTasks: 40, convictions: 0, probationLeft: 2 });
    const after = afterTimes(before, [{ cpuMs: 1, wallMs: 5 }], audit);
    expect(after).toEqual({ ...before, suspectUntil: 57, paceMs: after.paceMs });
  });

  test('that is plausible takes no suspicion back', () => {
    const after = afterTimes(device({ suspectUntil: 140 }), [{ cpuMs: 640, wallMs: 640 }], audit);
    expect(after.suspectUntil).toBe(140);
  });

  test('moves the mean a fifth of the way, wherever it lies: a slow change of pace is never suspect', () => {
    const first = afterTimes(device({}), [{ cpuMs: 1_000, wallMs: undefined }], audit);
    expect(first.paceMs).toBe(1_000);
    expect(afterTimes(first, [{ cpuMs: 2_000, wallMs: undefined }], audit).paceMs).toBeCloseTo(1_200, 9);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.8, max: 1.25, noNaN: true }), { maxLength: 40 }), (factors) => {
        let owner = device({ chunkMs: 0 });
        let cpuMs = 1_000;
        for (const factor of factors) {
          cpuMs = Math.min(2_900, Math.max(1_000, cpuMs * factor));
          owner = afterTimes(owner, [{ cpuMs, wallMs: undefined }], audit);
        }
        expect(owner.suspectUntil).toBe(0);
        if (factors.length > 0) expect(owner.paceMs >= 1_000 && owner.paceMs <= 2_900).toBe(true);
      }),
    );
  });

  test('is judged by the mean as it was before it', () => {
    const sudden = [1_000, 1_000, 4_000].map((cpuMs) => ({ cpuMs, wallMs: undefined }));
    expect(afterTimes(device({ chunkMs: 0 }), sudden.slice(0, 2), audit).suspectUntil).toBe(0);
    expect(afterTimes(device({ chunkMs: 0 }), sudden, audit).suspectUntil).toBe(150);
  });
});

describe('a phone that says something implausible', () => {
  /** Nothing is re-run whole but for suspicion, and then all of it. */
  const onlySuspects = { ...audit, wholeFloor: 0, wholeTrust: 0, suspectRate: 1 };
  const wholeReruns = (world: World): number => world.reruns.filter(({ chunks }) => chunks.length === 64).length;

  const reasons: readonly [string, (world: World, phone: Phone) => Promise<unknown>][] = [
    ['that it was too fast', (world, phone) => workUnits(world, phone, 1, 0, { cpuMs: 0.4 })],
    ['that it worked longer than it had', (world, phone) => workUnits(world, phone, 1, 0, { cpuMs: 1_200 })],
    [
      'that its pace has changed',
      async (world, phone) => {
        await workUnits(world, phone, 1, 0, { cpuMs: 1 });
        expect(wholeReruns(world)).toBe(0);
        await workUnits(world, phone, 1, 0, { cpuMs: 4 });
      },
    ],
  ];
  test.each(reasons)('%s is re-run more, this very result already, and nothing else follows', async (_name, say) => {
    const world = await openWorld({ policy: { audit: onlySuspects } });
    await fileJob(world, 'k', 8);
    const phone = await Phone.enrol(world);
    await say(world, phone);
    const { taskCount, suspectUntil, convictions, status, probationLeft } = await deviceOf(world, phone);
    expect({ suspectUntil, convictions, status, probationLeft }).toEqual({
      suspectUntil: taskCount - 1 + 50,
      convictions: 0,
      status: 'active',
      probationLeft: 0,
    });
    expect(wholeReruns(world)).toBe(1);
    expect(
      (await rowsOf(world, phone)).every(({ state, audit: gate }) => state === 'pending' && gate === 'passed'),
    ).toBe(true);
    expect(await balancesOf(world, phone)).toEqual([taskCount * POLICY.priceMicros, 0]);
    expect(await world.store.evidenceOf(phone.id)).toEqual([]);
  });

  test('and one that says nothing of the kind is not', async () => {
    const world = await openWorld({ policy: { audit: onlySuspects } });
    await fileJob(world, 'k', 8);
    const phone = await Phone.enrol(world);
    for (const cpuMs of [1, 2.9, 1, 0.7]) await workUnits(world, phone, 1, 0, { cpuMs });
    expect((await deviceOf(world, phone)).suspectUntil).toBe(0);
    expect(wholeReruns(world)).toBe(0);
  });
});
