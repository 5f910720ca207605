import { expect, test } from 'vitest';
import { meanTarget, sharesBetween, slidingWindows, type CpuSample } from './windows.ts';

/** A sample each `everyMs`, counters growing at `share`s of one core. */
function run(seconds: number, shareAt: (second: number) => number, everyMs = 1000): CpuSample[] {
  const samples: CpuSample[] = [];
  let [onMs, controlMs] = [500, 300];
  for (let at = 7_000; at <= 7_000 + seconds * 1000; at += everyMs) {
    samples.push({ at, onMs, controlMs, workerMs: onMs / 2 });
    onMs += (0.01 + shareAt((at - 7_000) / 1000)) * everyMs;
    controlMs += 0.01 * everyMs;
  }
  return samples;
}

test('windows of 60 s begin every 10 s and never reach past the last sample', () => {
  expect(
    slidingWindows(
      run(60, () => 0.03),
      2,
    ).map(({ fromS }) => fromS),
  ).toEqual([0]);
  expect(
    slidingWindows(
      run(85, () => 0.03),
      2,
    ).map(({ fromS }) => fromS),
  ).toEqual([0, 10, 20]);
  expect(
    slidingWindows(
      run(59, () => 0.03),
      2,
    ),
  ).toEqual([]);
});

test('what opting in added is the phone less its twin, over all cores', () => {
  for (const { addedCpuShare, onCpuShare, controlCpuShare } of slidingWindows(
    run(80, () => 0.03),
    2,
  )) {
    expect(addedCpuShare).toBeCloseTo(0.015, 10);
    expect(onCpuShare).toBeCloseTo(0.02, 10);
    expect(controlCpuShare).toBeCloseTo(0.005, 10);
  }
});

test('a burst of six seconds shows in the windows that hold it, and in no other', () => {
  const samples = run(140, (second) => (second >= 70 && second < 76 ? 1 : 0));
  const shares = slidingWindows(samples, 2).map(({ fromS, addedCpuShare }) => [fromS, addedCpuShare]);
  for (const [fromS = 0, share = 0] of shares)
    expect(share, `from ${fromS} s`).toBeCloseTo(fromS >= 20 && fromS <= 70 ? 0.05 : 0, 10);
});

test('uneven samples are read between, not rounded to the next', () => {
  const { addedCpuShare } = sharesBetween(
    run(90, () => 0.04, 1_700),
    8_123,
    60_456,
    4,
  );
  expect(addedCpuShare).toBeCloseTo(0.01, 10);
});

test('a target is weighted by the time it held: until the next report, the last one to the end', () => {
  const reports = [
    { at: 5_000, share: 0.01 },
    { at: 20_000, share: 0.01 },
    { at: 40_000, share: 0.015 },
  ];
  expect(meanTarget(reports, 10_000, 50_000)).toBeCloseTo((0.01 * 10 + 0.015 * 30) / 40, 12);
  expect(meanTarget(reports, 0, 5_000)).toBeCloseTo(0.01, 12);
  expect(meanTarget(reports, 60_000, 70_000)).toBeCloseTo(0.015, 12);
  expect(meanTarget([], 0, 1)).toBeUndefined();
});
