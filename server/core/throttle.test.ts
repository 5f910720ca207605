import { expect, test, describe } from 'vitest';
import fc from 'fast-check';
import type { Device, Throttle } from '../../shared/model/device.ts';
import { POLICY } from '../../shared/model/policy.ts';
import type { Programme } from '../../shared/model/programme.ts';
import { REST_CODES } from '../../shared/model/rest-codes.ts';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';
import { device as sample } from '../store/conformance/samples.ts';
import {
  deviceRefusal,
  leaseRefusal,
  NEW_THROTTLE,
  pacedUnits,
  throttleAt,
  withBreach,
  withUnits,
  withZone,
} from './throttle.ts';

const programme: Programme = { version: 1, isOn: true, targetPercent: 1.5, at: 0 };
const rules = { policy: POLICY, programme };
const limits = POLICY.throttle;
const fine = { reason: 0, duty: 150, bytesToday: 0 };
/** Half past nine in the morning, UTC. */
const NOW = 20_000 * DAY + 9.5 * HOUR;
const today = throttleAt(NEW_THROTTLE, NOW);
const device = (changes: Partial<Device> = {}): Device => ({
  ...sample,
  cores: 4,
  chunkMs: 33,
  consentVersion: 1,
  consentClasses: ['normal'],
  consentHours: undefined,
  leasedCommit: 0,
  ...changes,
});

describe('may this device have leases', () => {
  const used: Throttle = { ...today, bytes: limits.bytesADay };
  const full: Throttle = { ...today, units: limits.unitsADay };
  const paused: Throttle = { ...today, pausedUntil: NOW + 1 };
  test.each([
    ['nothing against it', device(), today, fine, rules, undefined],
    ['no consent', device({ consentVersion: 0 }), today, fine, rules, 'not_opted_in'],
    ['consent to an older text', device({ consentVersion: 2 }), today, fine, rules, 'not_opted_in'],
    [
      'programme off',
      device(),
      today,
      fine,
      { policy: POLICY, programme: { ...programme, isOn: false } },
      'programme_off',
    ],
    ['banned', device({ status: 'banned' }), today, fine, rules, 'device_stopped'],
    ['paused', device(), paused, fine, rules, 'paused_by_us'],
    ['our count of its bytes', device(), used, fine, rules, 'data_cap'],
    ['its own count', device(), today, { ...fine, bytesToday: limits.bytesADay }, rules, 'data_cap'],
    ['as many units as a day has', device(), full, fine, rules, 'day_full'],
    ['a reason nobody knows', device(), today, { ...fine, reason: 200 }, rules, 'resting'],
    ['the first of several', device({ status: 'banned' }), used, { ...fine, reason: 8 }, rules, 'device_stopped'],
    ['its own reason before our count', device(), used, { ...fine, reason: 8 }, rules, 'in_use'],
  ] as const)('%s', (_, one, throttle, report, given, code) => {
    expect(leaseRefusal(one, throttle, report, given, NOW)?.code).toBe(code);
  });

  test.each(REST_CODES.map((code, i) => [code, i + 1] as const))('its governor says %s: so do we', (code, reason) => {
    expect(leaseRefusal(device(), today, { ...fine, reason }, rules, NOW)).toMatchObject({ code, isBreach: true });
  });

  test('a byte below the cap is not the cap', () => {
    const almost = { ...today, bytes: limits.bytesADay - 1 };
    expect(leaseRefusal(device(), almost, fine, rules, NOW)).toBeUndefined();
  });

  test('used-up data end at the midnight of the driver, not ours', () => {
    const inManila = { ...withZone(today, 480, limits, NOW), bytes: limits.bytesADay }; // 17:30 there
    expect(leaseRefusal(device(), throttleAt(inManila, NOW), fine, rules, NOW)?.retryMs).toBe(6.5 * HOUR);
  });

  test('the device routes ask all of it but consent, reason and findings: a stopped phone hears of those by its link', () => {
    expect(deviceRefusal(today, rules, NOW)).toBeUndefined();
    expect(deviceRefusal(used, rules, NOW)?.code).toBe('data_cap');
  });
});

describe('the hours agreed to', () => {
  const within = (from: number, to: number) => device({ consentHours: { from, to } });
  const refusalOf = (one: Device, throttle = today, now = NOW, report = fine) =>
    leaseRefusal(one, throttle, report, rules, now);

  // It is 9:30.
  test.each([
    [480, 1_080, undefined],
    [570, 571, undefined],
    [571, 570, 1],
    [540, 570, 23.5 * 60],
    [1_320, 360, 12.5 * 60],
    [1_320, 571, undefined],
    [0, 0, undefined],
  ])('from %i to %i: opens in %s minutes, and being refused is no breach', (from, to, minutes) => {
    const expected = minutes === undefined ? undefined : { code: 'outside_hours', retryMs: minutes * MINUTE };
    expect(refusalOf(within(from, to))).toEqual(expected && { ...expected, isBreach: false });
  });

  test('count on the driver’s clock, as we believe it: once a day another zone', () => {
    const evening = within(1_020, 1_080);
    expect(refusalOf(evening)?.code).toBe('outside_hours');
    const inManila = withZone(today, 480, limits, NOW); // 17:30 there
    expect(refusalOf(evening, inManila)).toBeUndefined();
    const onHisWay = withZone(inManila, 540, limits, NOW + HOUR);
    expect(refusalOf(evening, onHisWay, NOW + HOUR)?.code).toBe('outside_hours');
    expect(refusalOf(evening, withZone(inManila, 420, limits, NOW + DAY), NOW + 1.25 * DAY)?.code).toBe(
      'outside_hours',
    );
  });

  test('come after the data cap and before a full day, as the governor’s order has it', () => {
    const late = within(0, 1);
    const spent = { ...today, bytes: limits.bytesADay, units: limits.unitsADay };
    expect(refusalOf(late, spent)?.code).toBe('data_cap');
    expect(refusalOf(late, { ...today, units: limits.unitsADay })?.code).toBe('outside_hours');
    expect(refusalOf(late, today, NOW, { ...fine, reason: 8 })?.code, 'its own word first').toBe('in_use');
  });

  test('over any travels and any hours, it is let in exactly within them, and told when they open to the minute', () => {
    const minute = fc.integer({ min: 0, max: 1_439 });
    const hours = fc.record({ from: minute, to: minute });
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 9 * HOUR }),
      zone: fc.constantFrom(-720, -480, -210, 0, 60, 345, 840),
    });
    fc.assert(
      fc.property(hours, fc.array(step, { maxLength: 30 }), (agreed, steps) => {
        const one = device({ consentHours: agreed });
        let throttle = today;
        let now = NOW;
        for (const { waitMs, zone } of steps) {
          now += waitMs;
          throttle = throttleAt(withZone(throttleAt(throttle, now), zone, limits, now), now);
          const wall = new Date(now + throttle.zoneMinutes * MINUTE);
          const at = wall.getUTCHours() * 60 + wall.getUTCMinutes();
          const length = (agreed.to - agreed.from + 1_440) % 1_440 || 1_440;
          const isIn = (at - agreed.from + 1_440) % 1_440 < length;
          const refused = leaseRefusal(one, throttle, fine, rules, now);
          expect(refused === undefined).toBe(isIn);
          if (!refused) continue;
          const opens = now + (refused.retryMs ?? 0);
          expect(leaseRefusal(one, throttle, fine, rules, opens - 1)?.code).toBe('outside_hours');
          expect(leaseRefusal(one, throttle, fine, rules, opens)).toBeUndefined();
        }
      }),
    );
  });
});

describe('the day', () => {
  test('a new one begins at the driver’s midnight with nothing counted, but a pause and a pace go on', () => {
    const worn = { ...today, bytes: 7, units: 3, breaches: 2, pacedUntil: NOW + 5, pausedUntil: NOW + HOUR };
    expect(throttleAt(worn, NOW + 14.5 * HOUR - 1)).toEqual(worn);
    const next = throttleAt(worn, NOW + 14.5 * HOUR);
    expect(next).toEqual({ ...worn, day: today.day + 1, bytes: 0, units: 0, breaches: 0 });
  });

  test('a zone is believed once a day', () => {
    const first = withZone(today, 480, limits, NOW);
    expect(first.zoneMinutes).toBe(480);
    expect(withZone(first, -480, limits, NOW + DAY - 1)).toEqual(first);
    expect(withZone(first, -480, limits, NOW + DAY).zoneMinutes).toBe(-480);
  });

  test('whatever zones it claims, the days it lives are at most one more than those that passed', () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 12 * HOUR }),
      zone: fc.integer({ min: -840, max: 840 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        let throttle = today;
        let now = NOW;
        let days = 0;
        for (const { waitMs, zone } of steps) {
          now += waitMs;
          const rolled = throttleAt(withZone(throttleAt(throttle, now), zone, limits, now), now);
          if (rolled.day > throttle.day) days++;
          expect(rolled.day).toBeGreaterThanOrEqual(throttle.day);
          throttle = rolled;
        }
        // 14 hours east of UTC is the most a clock can win, once.
        expect(days).toBeLessThanOrEqual(Math.floor((now - NOW) / DAY) + 2);
      }),
    );
  });
});

describe('the pace', () => {
  test('is never above the ceiling times its margin, over any hour and any lot of asking', () => {
    const asks = fc.array(
      fc.record({ waitMs: fc.integer({ min: 0, max: 5 * MINUTE }), want: fc.integer({ min: 1, max: 16 }) }),
      {
        minLength: 50,
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(asks, fc.constantFrom(2, 4, 8), fc.integer({ min: 1, max: 200 }), (steps, cores, chunkMs) => {
        const phone = device({ cores, chunkMs });
        const counted = Math.min(cores, 8);
        const coreShare = Math.min(0.02 * counted, (0.08 * 2) / 1.5);
        const mostPerMs = (coreShare * limits.paceTimes) / (64 * Math.max(13, chunkMs));
        let throttle = today;
        let now = NOW;
        let granted = 0;
        for (const { waitMs, want } of steps) {
          now += waitMs;
          const units = Math.min(want, pacedUnits(phone, throttle, POLICY, now).units);
          throttle = withUnits(phone, throttle, units, POLICY, now);
          granted += units;
          expect(granted).toBeLessThanOrEqual(limits.burstUnits + (now - NOW) * mostPerMs + 1);
        }
      }),
    );
  });

  test('an honest phone at the target share never meets it', () => {
    for (const [cores, unitsPerHour] of [
      [2, 51],
      [4, 103],
      [8, 137],
    ] as const) {
      const phone = device({ cores });
      let throttle = today;
      for (let i = 0; i < 1_000; i++) {
        const now = NOW + (i * HOUR) / unitsPerHour;
        expect(pacedUnits(phone, throttle, POLICY, now).units).toBeGreaterThanOrEqual(16);
        throttle = withUnits(phone, throttle, 1, POLICY, now);
      }
    }
  });

  test('says when the next unit is due, to the millisecond', () => {
    const spent = withUnits(device(), today, limits.burstUnits, POLICY, NOW);
    const { units, nextMs } = pacedUnits(device(), spent, POLICY, NOW);
    expect(units).toBe(0);
    expect(pacedUnits(device(), spent, POLICY, NOW + nextMs - 1).units).toBe(0);
    expect(pacedUnits(device(), spent, POLICY, NOW + nextMs).units).toBe(1);
  });
});

test('after the fifth breach of a day it is paused for an hour, and after the tenth again', () => {
  let throttle = today;
  for (let i = 1; i <= 4; i++) throttle = withBreach(throttle, limits, NOW);
  expect(throttle.pausedUntil).toBe(0);
  throttle = withBreach(throttle, limits, NOW);
  expect(throttle.pausedUntil).toBe(NOW + HOUR);
  for (let i = 6; i <= 10; i++) throttle = withBreach(throttle, limits, NOW + 2 * HOUR);
  expect(throttle.pausedUntil).toBe(NOW + 3 * HOUR);
});
