import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountId, deviceId } from '../../shared/ids.ts';
import type { Device, VerifiedChunks } from '../../shared/model/device.ts';
import type { Evidence } from '../../shared/model/evidence.ts';
import { NEW_THROTTLE } from './throttle.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { DAY } from '../../shared/time.ts';
import {
  afterCleanGate,
  afterCleanTask,
  banned,
  convicted,
  gateSize,
  NO_TRUST,
  ruleOn,
  trustOf,
  wholeRate,
  withVerified,
} from './trust.ts';

const { audit } = POLICY;
/** A day on which a span of ten days begins. */
const NOW = 2_000 * 10 * DAY;

const device = (changes: Partial<Device> = {}): Device => ({
  id: deviceId(2),
  accountId: accountId(2),
  executor: 'peer',
  publicKey: new Uint8Array(),
  cores: 8,
  status: 'active',
  consentVersion: 1,
  consentClasses: ['normal'],
  consentHours: undefined,
  leasedCommit: 0,
  taskCount: 0,
  lastSeq: 0,
  lastReply: new Uint8Array(),
  convictions: 0,
  probationLeft: 0,
  cleanTasks: 0,
  verified: NO_TRUST,
  suspectUntil: 0,
  throttle: NEW_THROTTLE,
  frozenAt: undefined,
  chunkMs: 0,
  paceMs: 0,
  recentLeased: 0,
  recentFinished: 0,
  postAt: undefined,
  createdAt: 0,
  ...changes,
});

const trusted = (chunks: number): VerifiedChunks => withVerified(NO_TRUST, chunks, NOW, audit.trustMs);
const trustAt = (record: VerifiedChunks, now: number): number => trustOf(record, now, audit.trustMs);

describe('verified chunks', () => {
  test('count for ninety days at least, for a hundred at most, and then not at all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 * DAY - 1 }), fc.integer({ min: 1, max: 64 }), (offset, chunks) => {
        const at = NOW + offset;
        const record = withVerified(NO_TRUST, chunks, at, audit.trustMs);
        expect(trustAt(record, at)).toBe(chunks);
        expect(trustAt(record, at + 90 * DAY)).toBe(chunks);
        expect(trustAt(record, at + 100 * DAY)).toBe(0);
      }),
    );
  });

  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 * DAY }), fc.integer({ min: 1, max: 64 })), {
    minLength: 1,
    maxLength: 30,
  });

  test('are, at every moment, those of the running span of ten days and the nine before it', () => {
    fc.assert(
      fc.property(steps, (all) => {
        let at = NOW;
        let record = NO_TRUST;
        const told: (readonly [number, number])[] = [];
        for (const [pause, chunks] of all) {
          at += pause;
          record = withVerified(record, chunks, at, audit.trustMs);
          told.push([Math.floor(at / (10 * DAY)), chunks]);
          const oldest = Math.floor(at / (10 * DAY)) - 9;
          expect(trustAt(record, at)).toBe(
            told.reduce((sum, [span, count]) => (span >= oldest ? sum + count : sum), 0),
          );
          expect(record.counts.length).toBeLessThanOrEqual(10);
        }
      }),
    );
  });

  test('only become fewer with time alone', () => {
    const record = withVerified(trusted(100), 50, NOW + 35 * DAY, audit.trustMs);
    const seen = [0, 40, 89, 95, 105, 130, 140].map((days) => trustAt(record, NOW + days * DAY));
    expect(seen).toEqual([150, 150, 150, 150, 50, 0, 0]);
  });

  test('are kept when a clock stands in an earlier span', () => {
    const record = withVerified(trusted(10), 5, NOW - 20 * DAY, audit.trustMs);
    expect(trustAt(record, NOW)).toBe(15);
  });
});

describe('how likely a result is to be re-run whole', () => {
  const rate = (changes: Partial<Device>): number => wholeRate(device(changes), NOW, audit);

  test('always on probation, whatever else is known', () => {
    expect(rate({ probationLeft: 1, verified: trusted(1_000_000), suspectUntil: 50 })).toBe(1);
  });

  test.each([
    [0, 1],
    [155, 1],
    [156, 0.01 + (155 / 156) ** 2],
    [310, 0.26],
    [1_550, 0.02],
    [64_000, 0.01 + (155 / 64_000) ** 2],
  ])('falls with trust: at %i chunks it is %f', (chunks, expected) => {
    expect(rate({ verified: chunks === 0 ? NO_TRUST : trusted(chunks) })).toBeCloseTo(expected, 12);
  });

  test('never rises with trust, never leaves the floor, and is a probability', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(200_000), (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(rate({ verified: trusted(less) })).toBeGreaterThanOrEqual(rate({ verified: trusted(more) }));
        expect(rate({ verified: trusted(more) })).toBeGreaterThan(audit.wholeFloor);
        expect(rate({ verified: trusted(less) })).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('is a half for a known device that said something implausible, until its tasks have passed that', () => {
    const known = { verified: trusted(64_000), suspectUntil: 150 };
    expect(rate({ ...known, taskCount: 100 })).toBe(0.5);
    expect(rate({ ...known, taskCount: 149 })).toBe(0.5);
    expect(rate({ ...known, taskCount: 150 })).toBeLessThan(0.011);
  });

  test('an implausible word never makes it smaller', () => {
    fc.assert(
      fc.property(fc.nat(5_000), (chunks) => {
        const verified = trusted(chunks);
        expect(rate({ verified, suspectUntil: 50 })).toBeGreaterThanOrEqual(rate({ verified }));
      }),
    );
  });
});

describe('a ruling', () => {
  const same = [{ deviceId: 9 }] as unknown as readonly Evidence[];
  test.each<[string, Partial<Device>, number, readonly Evidence[], string]>([
    ['a first wrong chunk is a fault', {}, 1, [], 'fault'],
    ['seven of a task still are', {}, 7, [], 'fault'],
    ['eight are fraud', {}, 8, [], 'fraud'],
    ['the same lie as another device is fraud', {}, 1, same, 'fraud'],
    ['a second finding within fifty clean tasks is fraud', { convictions: 1, cleanTasks: 49 }, 1, [], 'fraud'],
    ['a second one after fifty is a fault', { convictions: 1, cleanTasks: 50 }, 1, [], 'fault'],
    ['few clean tasks alone are no fraud', { convictions: 0, cleanTasks: 0 }, 1, [], 'fault'],
    ['after five hundred clean tasks it is lenient', { cleanTasks: 500 }, 1, [], 'lenient'],
    ['one short of it, not', { cleanTasks: 499 }, 1, [], 'fault'],
    ['an old finding takes no leniency away', { convictions: 3, cleanTasks: 500 }, 7, [], 'lenient'],
    ['long clean work excuses no skipped chunks', { cleanTasks: 10_000 }, 8, [], 'fraud'],
    ['nor a shared lie', { cleanTasks: 10_000 }, 1, same, 'fraud'],
    ['a banned device only commits fraud', { status: 'banned', cleanTasks: 10_000 }, 1, [], 'fraud'],
  ])('%s', (_name, changes, wrongChunks, sameLie, ruling) => {
    expect(ruleOn(device(changes), wrongChunks, sameLie, audit)).toBe(ruling);
  });

  test('takes trust and clean tasks, gives probation and leaves suspicion as it was; only fraud stops and freezes', () => {
    const before = device({ cleanTasks: 70, verified: trusted(500), suspectUntil: 33, convictions: 1 });
    const after = { convictions: 2, cleanTasks: 0, verified: NO_TRUST, probationLeft: 5, suspectUntil: 33 };
    for (const ruling of ['fault', 'lenient'] as const)
      expect(convicted(before, ruling, NOW, 5)).toEqual({ ...before, ...after });
    expect(convicted(before, 'fraud', NOW, 5)).toEqual({ ...before, ...after, status: 'banned', frozenAt: NOW });
  });

  test('a ban counts from the first', () => {
    expect(banned(banned(device(), NOW), NOW + DAY).frozenAt).toBe(NOW);
  });
});

test('a clean gate counts as a clean task and for its chunks; a clean whole re-run ends a task of probation', () => {
  const gated = afterCleanGate(device({ probationLeft: 5 }), 8, NOW, audit);
  expect([gated.cleanTasks, gated.probationLeft, trustAt(gated.verified, NOW)]).toEqual([1, 5, 8]);
  const whole = afterCleanTask(gated, 64, NOW, audit);
  expect([whole.cleanTasks, whole.probationLeft, trustAt(whole.verified, NOW)]).toEqual([1, 4, 72]);
  expect(afterCleanTask(device(), 64, NOW, audit).probationLeft).toBe(0);
  expect([gateSize(device({ probationLeft: 1 }), audit), gateSize(device(), audit)]).toEqual([8, 1]);
});
