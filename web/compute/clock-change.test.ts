import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';
import { clockChangeAfter, clockChanges } from './clock-change.ts';

/** Minutes ahead of UTC, as the time zone database has it. */
const zoneOf =
  (timeZone: string) =>
  (at: number): number => {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
    const [, sign, hours = '0', minutes = '0'] =
      /GMT([+-])(\d+):(\d+)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  };

const SPRING = Date.UTC(2026, 2, 8, 10); // two in the morning in Los Angeles
const AUTUMN = Date.UTC(2026, 10, 1, 9);

describe('the next time that a clock is set', () => {
  it.each([
    ['America/Los_Angeles', SPRING, 60],
    ['America/Los_Angeles', AUTUMN, -60],
    ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 15), -30],
  ])('is found to the millisecond in %s', (zone, at, minutes) => {
    for (const before of [1, MINUTE, 7 * HOUR + 1, 2 * DAY - 1])
      expect(clockChangeAfter(at - before, zoneOf(zone))).toEqual({ inMs: before, minutes });
    expect(clockChangeAfter(at, zoneOf(zone))).toBeUndefined();
    expect(clockChangeAfter(at - 2 * DAY - 1, zoneOf(zone))).toBeUndefined();
  });

  it('never is where clocks are left alone', () => {
    expect(clockChangeAfter(SPRING - HOUR, zoneOf('Asia/Manila'))).toBeUndefined();
  });

  it('is told on the page’s clock, stays there while a minute passes, and is another one in another zone', () => {
    const clock = { wall: SPRING - HOUR, page: 500, zone: zoneOf('America/Los_Angeles') };
    const next = clockChanges(
      () => clock.wall,
      () => clock.page,
      (at) => clock.zone(at),
    );
    expect(next()).toEqual({ at: 500 + HOUR, minutes: 60 });
    clock.wall += 2 * MINUTE;
    clock.page += 2 * MINUTE;
    expect(next()).toEqual({ at: 500 + HOUR, minutes: 60 });
    clock.zone = zoneOf('Asia/Manila');
    expect(next()).toBeUndefined();
    clock.zone = zoneOf('America/Los_Angeles');
    clock.wall = SPRING;
    clock.page = 500 + HOUR;
    expect(next()).toBeUndefined();
  });
});
