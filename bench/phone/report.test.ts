import { expect, test } from 'vitest';
import { promisesBroken, reportOn, type Readings } from './report.ts';

const KEPT = {
  maxShare: 0.0199,
  meanShare: 0.014,
  targetShare: 0.015,
  privateBytesAdded: 20_000_000,
  bytesPerUnit: 1_150,
  stopMs: 12,
};
const QUIET = [{ lateCpuMs: 0, lateBytes: 0 }];

test('figures within the promise break nothing', () => {
  expect(promisesBroken(KEPT, 100, QUIET)).toEqual([]);
});

test.each([
  [{ maxShare: 0.0201 }, /2\.01 % of the device/],
  [{ meanShare: 0.0134 }, /1\.34 % is less than nine tenths/],
  [{ targetShare: null }, /what the phone aims at/],
  [{ privateBytesAdded: 50_000_000 }, /50000000 private bytes/],
  [{ bytesPerUnit: 1_201 }, /1201 bytes a unit in exchanges, more than 1200/],
  [{ bytesPerUnit: null }, /no unit/],
  [{ stopMs: 101 }, /101 ms after a stop/],
  [{ stopMs: Number.NaN }, /after a stop/],
  [{ maxShare: Number.NaN }, /of the device/],
])('%j is one sentence', (change, sentence) => {
  expect(promisesBroken({ ...KEPT, ...change }, 100, QUIET)).toEqual([expect.stringMatching(sentence)]);
});

test('a thousand stops may have 2,000 bytes a unit; what comes late after a stop is said', () => {
  expect(promisesBroken({ ...KEPT, bytesPerUnit: 2_000 }, 1000, QUIET)).toEqual([]);
  expect(promisesBroken(KEPT, 100, [...QUIET, { lateCpuMs: 0.5, lateBytes: 80 }])).toHaveLength(2);
});

const NO_BYTES = { link: 0, kernel: 0, device: 0, app: 0, nothing: 0 };

/** 30 s of warm-up at a whole core, then 90 s at 3 % of one core more than the twin. */
function readings(): Readings {
  const cpu = Array.from({ length: 121 }, (_, second) => ({
    at: second * 1000,
    onMs: Math.min(second, 30) * 1000 + Math.max(0, second - 30) * 50,
    controlMs: second * 20,
    workerMs: Math.max(0, second - 30) * 25,
  }));
  return {
    cores: 2,
    stops: 100,
    cpu,
    measuredFrom: 30_000,
    measuredUntil: 120_000,
    memory: [
      { onBytes: 70, controlBytes: 60 },
      { onBytes: 90, controlBytes: 65 },
      { onBytes: 80, controlBytes: 62 },
    ],
    memoryBefore: { onBytes: 50, controlBytes: 50 },
    machineIdle: 0.9,
    duties: [{ at: 60_000, share: 0.015 }],
    units: 4,
    exchangeBytes: 4_000,
    frames: {},
    wireBytes: { ...NO_BYTES, link: 6_000, kernel: 3_000, app: 99_999 },
    controlWireBytes: NO_BYTES,
    requests: { ...NO_BYTES, link: 7, kernel: 1 },
    addedMsByRole: {},
    linksOpened: 7,
    linksResumed: 3,
    linksCut: 6,
    stopTrials: [
      { stopMs: 8, lateCpuMs: 0, lateBytes: 0 },
      { stopMs: 20, lateCpuMs: 0, lateBytes: 0 },
    ],
    signs: {},
  };
}

test('the warm-up is told apart; windows begin after it', () => {
  const { windows, maxShare, meanShare, workerShare, warmUp } = reportOn(readings());
  expect(windows.map(({ fromS }) => fromS)).toEqual([0, 10, 20, 30]);
  expect(maxShare).toBeCloseTo(0.015, 10);
  expect(meanShare).toBeCloseTo(0.015, 10);
  expect(workerShare).toBeCloseTo(0.0125, 10);
  expect(warmUp.seconds).toBe(30);
  expect(warmUp.addedCpuShare).toBeCloseTo(0.49, 10);
});

test('bytes a unit leave the app out, memory is peak less peak, a stop is the slowest', () => {
  const { bytesPerUnit, socketBytesPerUnit, privateBytesAdded, stopMs, targetShare } = reportOn(readings());
  expect({ bytesPerUnit, socketBytesPerUnit, privateBytesAdded, stopMs, targetShare }).toEqual({
    bytesPerUnit: 1_000,
    socketBytesPerUnit: 2_250,
    privateBytesAdded: 25,
    stopMs: 20,
    targetShare: 0.015,
  });
});
