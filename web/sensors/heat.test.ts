import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { openHeat, type HeatSensor } from './heat.ts';
import type { HeatMemory, Plug } from './surroundings.ts';
import { settle } from './testing/fake-phone.ts';

const nothing: HeatMemory = { plugged: [], unplugged: [], unknown: [] };

function store(kept?: unknown) {
  const one = { kept, load: () => one.kept, save: vi.fn<(memory: HeatMemory) => void>() };
  one.save.mockImplementation((memory) => void (one.kept = memory));
  return one;
}

/** A sensor, and a worker that hands it a slice a second. */
async function opened(kept = store()) {
  const changed = vi.fn<() => void>();
  const sensor = openHeat(kept, changed);
  await settle();
  return { kept, changed, sensor, run: worker(sensor) };
}

function worker(sensor: HeatSensor) {
  let at = 0;
  return (seconds: number, msPerOp: number | ((i: number) => number), plug: Plug = 'unplugged'): number => {
    for (let i = 0; i < seconds; i++) {
      at += 1_000;
      sensor.add(typeof msPerOp === 'number' ? msPerOp : msPerOp(i), at, plug, 16);
    }
    return at;
  };
}
/** Two slices of warm-up, thirty in the window, one that ends it. */
const FIRST_WINDOW = 33;

describe('heat', () => {
  it('is unknown until the first window is whole, which is then its own measure', async () => {
    const { sensor, run, changed } = await opened();
    run(FIRST_WINDOW - 1, 2);
    expect([sensor.fact(), changed.mock.calls.length]).toEqual([undefined, 0]);
    const at = run(1, 2);
    expect(sensor.fact()).toEqual({ value: [1], source: 'estimated', at });
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('is the median of each window against the cold baseline, the last three windows', async () => {
    const { sensor, run } = await opened(store({ ...nothing, unplugged: [2] }));
    run(2, 99); // warm-up
    run(30, (i) => (i < 14 ? 1 : 3)); // 16 of 30 take 3
    run(30, 2.8);
    run(30, 3.4);
    run(30, 4);
    run(1, 4);
    expect(sensor.fact()?.value).toEqual([1.4, 1.7, 2]);
  });

  it('compares with the 10th percentile of the sessions before: the second of twenty', async () => {
    const sessions = Array.from({ length: 20 }, (_, i) => 20 - i);
    const { sensor, run } = await opened(store({ ...nothing, unplugged: sessions }));
    run(FIRST_WINDOW, 3);
    expect(sensor.fact()?.value).toEqual([1.5]);
  });

  it('knows a phone on the charger apart', async () => {
    const { sensor, run, kept } = await opened(store({ plugged: [1], unplugged: [2], unknown: [4] }));
    run(FIRST_WINDOW, 2, 'plugged');
    expect(sensor.fact()?.value).toEqual([2]);
    run(20, 9, 'plugged');
    run(31, 2, 'unplugged'); // the window begun on the charger is dropped
    expect(sensor.fact()?.value).toEqual([2, 1]);
    expect(kept.kept).toEqual({ plugged: [1, 2], unplugged: [2, 2], unknown: [4] });
  });

  it('takes what is colder than its first window for provisional baseline', async () => {
    const { sensor, run } = await opened();
    run(FIRST_WINDOW, 4); // began in the sun
    run(30, 2);
    run(30, 4);
    expect(sensor.fact()?.value).toEqual([1, 1, 2]);
  });

  it('keeps one number a session, of the coldest tenth, and twenty of them', async () => {
    const kept = store();
    for (let session = 1; session <= 25; session++) {
      const { run } = await opened(kept);
      run(FIRST_WINDOW, session + 1);
      run(30, session);
      run(30, session + 2);
    }
    expect(kept.kept).toEqual({ ...nothing, unplugged: Array.from({ length: 20 }, (_, i) => i + 6) });
    expect(kept.save).toHaveBeenCalledTimes(50); // twice a session: not for the window that was warmer
  });

  it('discards the first two slices after a start and after a gap of more than 2 s', async () => {
    const { sensor } = await opened(store({ ...nothing, unplugged: [1] }));
    const add = (msPerOp: number, ...ats: number[]): void => ats.forEach((at) => sensor.add(msPerOp, at, 'unplugged'));
    add(50, 0, 1_000); // start
    add(1, 2_000, 3_000);
    add(50, 5_001, 6_000); // gap
    add(1, 7_000, 9_000); // two seconds are none
    add(50, 20_000, 21_000);
    add(1, 22_000);
    add(1, 32_500);
    expect(sensor.fact()).toBeUndefined(); // 32,500 came after a gap and ends nothing
    add(1, 33_000, 34_000);
    expect(sensor.fact()?.value).toEqual([1]);
  });

  it('discards a slice that was interrupted, and numbers that are none', async () => {
    const { sensor, run } = await opened(store({ ...nothing, unplugged: [1] }));
    let at = run(2, 1);
    for (let i = 0; i < 31; i++) {
      at += 1_000;
      sensor.add(1, at, 'unplugged', 16);
      sensor.add(80, at + 100, 'unplugged', 33);
      sensor.add([Number.NaN, 0, -1, Infinity][i % 4] ?? 0, at + 200, 'unplugged', 16);
    }
    expect(sensor.fact()?.value).toEqual([1]);
  });

  it('says nothing of a window with fewer than five slices', async () => {
    const { sensor } = await opened(store({ ...nothing, unplugged: [1] }));
    let at = 0;
    for (let i = 0; i < 20; i++) sensor.add(1, (at += i % 3 === 2 ? 12_000 : 1_000), 'unplugged'); // none left by warm-up
    expect(sensor.fact()).toBeUndefined();
  });

  it('stands for thirty seconds after the last slice, and is forgotten then', async () => {
    const { sensor, run, changed } = await opened();
    const at = run(FIRST_WINDOW, 2);
    sensor.refresh(at + 30_000);
    expect(sensor.fact()?.at).toBe(at + 30_000);
    sensor.refresh(at + 30_001);
    sensor.refresh(at + 31_000);
    expect([sensor.fact(), changed.mock.calls.length]).toEqual([undefined, 2]);
  });

  it('does not say of a phone after a rest what it was before', async () => {
    const { sensor, run } = await opened(store({ ...nothing, unplugged: [1] }));
    const at = run(120, 2);
    expect(sensor.fact()?.value).toEqual([2, 2, 2]);
    sensor.add(1, at + 600_000, 'unplugged');
    expect(sensor.fact()).toBeUndefined();
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', '{"plugged":'],
    ['other shapes', { plugged: 3, unplugged: { 0: 1 }, unknown: null }],
    ['lists of no use', { plugged: ['1'], unplugged: [Number.NaN, -1, 0, Infinity, null], unknown: [] }],
  ])('begins anew where %s was kept', async (_, kept) => {
    const { sensor, run } = await opened(store(kept));
    run(FIRST_WINDOW, 5);
    expect(sensor.fact()?.value).toEqual([1]);
  });

  it.each([
    [
      'throws',
      (): never => {
        throw new Error('no');
      },
    ],
    [
      'rejects',
      async (): Promise<never> => {
        throw new Error('no');
      },
    ],
    ['never answers', (): Promise<never> => new Promise(() => undefined)],
  ])('goes on where the store %s', async (_, broken) => {
    const changed = vi.fn<() => void>();
    const sensor = openHeat({ load: broken, save: broken }, changed);
    await settle();
    worker(sensor)(FIRST_WINDOW, 5);
    await settle();
    expect(sensor.fact()?.value).toEqual([1]);
  });

  it('overwrites nothing before it has read what was kept', async () => {
    const kept = store();
    const sensor = openHeat({ ...kept, load: () => new Promise(() => undefined) }, () => undefined);
    await settle();
    worker(sensor)(FIRST_WINDOW, 5);
    expect(kept.save).not.toHaveBeenCalled();
  });

  it('is the same on a phone twice as fast', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 35, maxLength: 200 }),
        async (slices) => {
          const [slow, fast] = [await opened(), await opened()];
          slow.run(slices.length, (i) => slices[i] ?? 1);
          fast.run(slices.length, (i) => (slices[i] ?? 1) / 2);
          expect(fast.sensor.fact()).toEqual(slow.sensor.fact());
          for (const ratio of slow.sensor.fact()?.value ?? []) expect(ratio).toBeGreaterThan(0);
        },
      ),
      { numRuns: 50 },
    );
  });
});
