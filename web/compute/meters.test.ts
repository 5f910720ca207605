import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../shared/time.ts';
import { browserDayMemory, ByteMeter, messageBytes } from './byte-meter.ts';
import { countedCores, dutyOf, reportedDuty } from './duty.ts';
import { ShareMeter } from './share-meter.ts';

function fakeStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as unknown as Storage;
}

describe('the share meter', () => {
  it('says what was computed, second by second, in percent of the device', () => {
    const meter = new ShareMeter(2, 0);
    meter.add(30, 1_000); // 30 ms in a second of two cores
    meter.add(60, 2_000);
    meter.add(0, 3_000);
    expect(meter.shares(3_000)).toEqual([1.5, 3, 0]);
  });

  it('spreads a report over the time since the one before', () => {
    const meter = new ShareMeter(1, 0);
    meter.add(30, 1_500);
    expect(meter.shares(2_000)).toEqual([2, 1]);
  });

  it('does not spread over a rest', () => {
    const meter = new ShareMeter(1, 0);
    meter.add(10, 1_000);
    meter.rest(9_000);
    meter.add(20, 10_000);
    expect(meter.shares(10_000)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
  });

  it('shows a minute at most, and loses nothing of what was reported in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ms: fc.integer({ min: 0, max: 900 }), afterMs: fc.integer({ min: 1, max: 3_000 }) })),
        (reports) => {
          const meter = new ShareMeter(1, 0);
          let now = 0;
          let sum = 0;
          for (const { ms, afterMs } of reports) {
            now += afterMs;
            if (now > 59_000) break;
            meter.add(ms, now);
            sum += ms;
          }
          const shares = meter.shares(60_000);
          expect(shares).toHaveLength(60);
          expect(shares.reduce((total, share) => total + share * 10, 0)).toBeCloseTo(sum, 3);
          expect(meter.shares(200_000)).toEqual(Array.from({ length: 60 }, () => 0));
        },
      ),
    );
  });

  it('is empty on a page younger than a second', () => {
    expect(new ShareMeter(8, 400).shares(900)).toEqual([]);
  });
});

describe('the byte meter', () => {
  it('counts what a message is on the wire (RFC 6455)', () => {
    expect([0, 125, 126, 65_535, 65_536].map((bytes) => messageBytes(bytes, 'down') - bytes)).toEqual([2, 2, 4, 4, 10]);
    expect(messageBytes(10, 'up')).toBe(16);
  });

  it('goes on where the page before stopped, and where another tab is', () => {
    const memory = browserDayMemory(() => storage);
    const storage = fakeStorage();
    const [first, second] = [new ByteMeter(memory), new ByteMeter(browserDayMemory(() => storage))];
    first.add(100, 5);
    second.add(10, 6);
    expect([first.bytesToday(7), second.bytesToday(7), first.bytes, second.bytes]).toEqual([110, 110, 100, 10]);
    expect(new ByteMeter(browserDayMemory(() => storage)).bytesToday(DAY)).toBe(0);
  });

  it.each(['', 'null', '{', '{"day":0,"bytes":-5}', '{"day":"x","bytes":7}', '[]'])('reads %j as nothing', (kept) => {
    const storage = fakeStorage();
    storage.setItem('bytes-today', kept);
    expect(new ByteMeter(browserDayMemory(() => storage)).bytesToday(0)).toBe(0);
  });

  it('counts for as long as the page lives where nothing can be kept', () => {
    const meter = new ByteMeter(
      browserDayMemory(() => {
        throw new DOMException('refused', 'SecurityError');
      }),
    );
    meter.add(3, 1);
    meter.add(4, 2);
    expect(meter.bytesToday(3)).toBe(7);
  });

  it('starts the day over at midnight and the page never', () => {
    const meter = new ByteMeter();
    meter.add(100, DAY - 1);
    expect(meter.bytesToday(DAY - 1)).toBe(100);
    expect(meter.bytesToday(DAY)).toBe(0);
    meter.add(5, DAY + 1);
    expect([meter.bytesToday(DAY + 1), meter.bytes]).toEqual([5, 105]);
  });

  it('forgets once, whatever the zone does around midnight', () => {
    const meter = new ByteMeter();
    meter.add(100, 3 * DAY - 1);
    meter.add(10, 3 * DAY);
    meter.add(1, 3 * DAY - 1);
    expect([meter.bytesToday(2 * DAY - 1), meter.bytesToday(3 * DAY)]).toEqual([11, 11]);
    expect(meter.bytesToday(4 * DAY)).toBe(0);
  });

  it('begins anew after a clock that was days ahead', () => {
    const meter = new ByteMeter();
    meter.add(100, 9 * DAY);
    expect(meter.bytesToday(6 * DAY)).toBe(0);
    meter.add(7, 6 * DAY);
    expect(meter.bytesToday(6 * DAY)).toBe(7);
  });
});

describe('the duty', () => {
  it.each([
    [1, 0.0075],
    [2, 0.02],
    [4, 0.05],
    [6, 0.08],
    [8, 0.08],
    [64, 0.08],
  ])(
    'on %d cores is %d of one: 1.5 %% of the device less the 0.01 that the page takes, at most 8 %%',
    (cores, duty) => {
      expect(dutyOf(1.5, cores, false)).toBeCloseTo(duty, 9);
    },
  );

  it('leaves the worker half of a share that the page would eat up', () => {
    expect(dutyOf(0.75, 1, false)).toBeCloseTo(0.00375, 9);
  });

  it('is reported with the page, in hundredths of a percent of the device, at most eight cores counted', () => {
    expect(reportedDuty(dutyOf(1.5, 2, false), 2)).toBe(150);
    expect(reportedDuty(dutyOf(1.5, 16, false), 16)).toBe(113);
    expect(reportedDuty(dutyOf(1.5, 2, true), 2)).toBe(5_000);
    expect(reportedDuty(0, 2)).toBe(0);
    expect([0, 1, 7.9, 8, 128].map(countedCores)).toEqual([1, 1, 7, 8, 8]);
  });
});
