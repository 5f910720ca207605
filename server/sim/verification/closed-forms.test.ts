import { createHmac } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { HOUR } from '../../../shared/time.ts';
import {
  boincOverhead,
  boincReaderShare,
  spotCheckBound,
  spotCheckError,
  votingError,
  votingErrorAmong,
} from './closed-forms.ts';
import type { Conduct } from './conduct.ts';
import { groupCredibilities, workerCredibility } from './credibility.ts';
import { quickRng } from './quick-rng.ts';
import { RATES } from './rows.ts';
import { SCHEMES, spotChecking, unsettled } from './schemes.ts';
import type { Cheat } from './seat.ts';
import { runTrial, type TrialPlan, type TrialResult } from './trial.ts';
import { trialSecrets } from './trial-secrets.ts';

vi.setConfig({ testTimeout: 120_000 }); // bounds a hang on a busy machine, nothing else

describe('the closed forms', () => {
  test('the first to m votes: 15 are enough for an error of 5 % at φ = .35, and 29 for 1 %', () => {
    expect(votingError(15, 0.35)).toBeLessThanOrEqual(0.05);
    expect(votingError(14, 0.35)).toBeGreaterThan(0.05);
    expect(votingError(29, 0.35)).toBeLessThanOrEqual(0.01);
    expect(votingError(28, 0.35)).toBeGreaterThan(0.01);
  });

  test('two equal votes at φ = .05 err in 0.7 %, among 200 accounts with ten cheaters in 0.66 %', () => {
    expect(votingError(2, 0.05)).toBeCloseTo(0.00725, 5);
    expect(votingErrorAmong(2, 200, 10)).toBeCloseTo(0.0066, 5);
    expect(votingErrorAmong(2, 2e9, 1e8)).toBeCloseTo(votingError(2, 0.05), 8);
  });

  test('two equal votes among few accounts are what counting every order of three voters says', () => {
    let wrong = 0;
    let all = 0;
    const isCheater = (voter: number): number => (voter < 3 ? 1 : 0);
    for (let a = 0; a < 9; a++) {
      for (let b = 0; b < 9; b++) {
        for (let c = 0; c < 9; c++) {
          if (a === b || a === c || b === c) continue;
          all++;
          if (isCheater(a) + isCheater(b) + isCheater(c) >= 2) wrong++;
        }
      }
    }
    expect(votingErrorAmong(2, 9, 3)).toBeCloseTo(wrong / all, 12);
  });

  test('no rate of lying does better against spot-checks than the bound', () => {
    for (const f of [0.05, 0.1, 0.2, 0.35]) {
      for (const s of [...RATES, 1 / (0.05 * 200)]) {
        const most = spotCheckBound({ f, q: 0.05, n: 200 });
        expect(spotCheckError({ f, s, q: 0.05, n: 200 }), `f = ${f}, s = ${s}`).toBeLessThanOrEqual(most);
      }
    }
  });

  test('BOINC costs honest hosts 3.2 % at 1,000 tasks and 11 % at 100, and who reads its count best starts at 10', () => {
    expect(boincOverhead(1000)).toBeCloseTo(0.032, 3);
    expect(boincOverhead(100)).toBeCloseTo(0.11, 2);
    const shares = Array.from({ length: 40 }, (_, i) => boincReaderShare(10 + i));
    expect(Math.max(...shares)).toBe(boincReaderShare(10));
    expect(0.05 * boincReaderShare(10)).toBeCloseTo(0.0225, 4);
  });

  test('credibility is what Sarmenta 2002 derives: of a worker, and of groups that exclude each other', () => {
    expect(workerCredibility(0.2, 0)).toBe(0.8);
    expect(workerCredibility(0.2, 10)).toBeCloseTo(1 - 0.2 / (0.8 * 10 * Math.E), 12);
    expect(groupCredibilities([[0.8]])[0]).toBeCloseTo(0.8, 12); // alone: P / (P + Q)
    const [two = 0, one = 0] = groupCredibilities([[0.8, 0.8], [0.8]]);
    const [good, bad] = [0.64 * 0.2, 0.8 * 0.04];
    expect(two).toBeCloseTo(good / (good + bad + 0.04 * 0.2), 12);
    expect(one).toBeCloseTo(bad / (good + bad + 0.04 * 0.2), 12);
  });
});

const lying = (conduct: Conduct, more: Partial<Cheat> = {}): Cheat => ({
  conduct,
  lie: 'sparse',
  isColluding: false,
  most: 1,
  comesBack: false,
  ...more,
});
const always: Conduct = { name: 'constant', from: 0, share: 1 };

/** All on the line at once, one unit at a time: what the closed forms suppose. */
async function small(
  plan: Partial<TrialPlan> & Pick<TrialPlan, 'scheme' | 'seats' | 'tasksPerSeat'>,
): Promise<TrialResult> {
  const defaults = { f: 0, cheat: undefined, unitsAtOnce: 1, startsWithinMs: 60_000, unitsPerJob: 16, seed: 1 };
  const result = await runTrial({ ...defaults, ...plan });
  expect(result.incidents).toEqual([]);
  return result;
}

/** Three standard deviations of a share that `trials` independent trials show. */
const threeSigma = (share: number, trials: number): number => 3 * Math.sqrt((share * (1 - share)) / trials);

describe('the simulated rivals', () => {
  test('two equal votes let colluders through as often as the closed form for this many accounts says', async () => {
    const cheat = lying(always, { isColluding: true });
    const { tally } = await small({ scheme: SCHEMES.quorum2, seats: 30, f: 0.2, cheat, tasksPerSeat: 60 });
    const expected = votingErrorAmong(2, 30, 6);
    expect(Math.abs(tally.wrongStanding / tally.standing - expected)).toBeLessThan(
      threeSigma(expected, tally.standing),
    );
    expect(tally.wrongStanding).toBeGreaterThan(0);
  });

  test('two equal votes let nobody through who lies alone', async () => {
    const cheat = lying(always);
    const { tally } = await small({ scheme: SCHEMES.quorum2, seats: 20, f: 0.2, cheat, tasksPerSeat: 30 });
    expect(tally.standing).toBeGreaterThan(200);
    expect(tally.wrongStanding).toBe(0);
  });

  test('spot-checking with blacklisting lets through what the closed form says, within its bound', async () => {
    const [q, n, f, seats] = [0.1, 60, 0.5, 48];
    const s = 1 / (q * n);
    const scheme = { policy: spotChecking(q, { maturityTasks: 10_000 }) }; // nothing is final before the end
    const cheat = lying({ name: 'constant', from: 0, share: s });
    const { tally } = await small({ scheme, seats, f, cheat, tasksPerSeat: n, unitsAtOnce: 8 });
    const error = tally.wrongCredited / tally.credited;
    const lasting = (1 - q * s) ** n;
    const expected = spotCheckError({ f, s, q, n });
    const noise = threeSigma(lasting, f * seats) / lasting + 3 / Math.sqrt(f * seats * lasting * s * n);
    expect(Math.abs(error - expected)).toBeLessThan(noise * expected);
    expect(error).toBeLessThan(spotCheckBound({ f, q, n }) * (1 + noise));
    expect(tally.falseConvictions).toBe(0);
    expect(tally.convictions).toBeGreaterThan(0);
  });

  test('BOINC copies as much of honest hosts as its counter makes it', async () => {
    const { tally } = await small({ scheme: SCHEMES['boinc-adaptive'], seats: 20, tasksPerSeat: 100 });
    const perHost = tally.standing / 20;
    expect((tally.copies - tally.standing) / tally.standing).toBeCloseTo(boincOverhead(perHost), 1);
    expect(tally.wrongStanding + tally.honestVoided).toBe(0);
  });

  test('who reads BOINC’s counter gets nearly half of its work accepted wrong', async () => {
    const cheat = lying({ name: 'reader', least: 10, share: 1 });
    const plan = { scheme: SCHEMES['boinc-adaptive-leaks'], seats: 20, f: 0.2, cheat, tasksPerSeat: 100 };
    const { tally } = await small(plan);
    const found = (tally.lies - tally.wrongStanding) / tally.lies;
    expect(Math.abs(found - 0.1)).toBeLessThan(threeSigma(0.1, tally.lies)); // the count stands at 10 when it begins
    const share = tally.wrongStanding / (4 * 100);
    const cycles = (4 * 100) / 20; // each a geometric number of lies, whose deviation is its mean
    expect(Math.abs(share - boincReaderShare(10))).toBeLessThan((3 * boincReaderShare(10)) / Math.sqrt(cycles));
  });

  test('credibility voting blacklists who lies, and accepts nothing wrong that it has to doubt', async () => {
    const cheat = lying(always, { most: 8 });
    const plan = { scheme: SCHEMES.credibility, seats: 20, f: 0.2, cheat, tasksPerSeat: 40, unitsAtOnce: 8 };
    const { tally } = await small(plan);
    expect(tally.convictions).toBe(4);
    expect(tally.falseConvictions).toBe(0);
    expect(tally.wrongStanding / tally.standing).toBeLessThan(1e-3 + threeSigma(1e-3, tally.standing));
  });

  test('lying and leaving for a week pays nothing, because what posts by time is re-run first', async () => {
    const cheat = lying({ name: 'burst', from: 16, lies: 5, rest: 0 }, { most: 16, comesBack: true });
    const plan = { seats: 8, f: 0.5, cheat, tasksPerSeat: 84, unitsAtOnce: 16, startsWithinMs: 12 * HOUR };
    const ours = SCHEMES['ours-standard'];
    const { tally } = await small({ ...plan, scheme: ours });
    expect(tally.wrongCredited).toBe(0);
    expect(tally.lies).toBeGreaterThan(30);
    expect((await small({ ...plan, scheme: unsettled(ours) })).tally.wrongCredited).toBeGreaterThan(0);
  });

  test('the same seed gives the same log, another seed another', async () => {
    const plan = { scheme: SCHEMES['ours-standard'], seats: 4, f: 0.25, cheat: lying(always), tasksPerSeat: 12 };
    const [first, again, other] = [await small(plan), await small(plan), await small({ ...plan, seed: 2 })];
    expect(again).toEqual(first);
    expect(other.logHash).not.toBe(first.logHash);
  });
});

describe('what trials draw from', () => {
  test('sfc32 is uniform enough to draw from, and streams of one seed do not repeat each other', () => {
    const [one, two] = [quickRng(1, 1), quickRng(1, 2)];
    const bins = Array.from({ length: 16 }, () => 0);
    let equal = 0;
    for (let i = 0; i < 16_000; i++) {
      const drawn = one.u32();
      bins[drawn >>> 28]!++;
      if (drawn === two.u32()) equal++;
    }
    const chiSquare = bins.reduce((total, bin) => total + (bin - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(37.7); // 15 degrees of freedom, 1 in 1,000
    expect(equal).toBe(0);
  });

  test('a MAC with a key object is the MAC with its bytes', () => {
    const key = Uint8Array.from({ length: 32 }, () => 9);
    const secrets = trialSecrets({ u32: () => 9 });
    const message = new Uint8Array([1, 2, 3]);
    expect(secrets.auditMac(message)).toEqual(createHmac('sha256', key).update(message).digest());
  });
});
