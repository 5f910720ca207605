import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../shared/time.ts';
import { midnightAfter, onPageClock, readLimits } from './limits.ts';

const none = readLimits(undefined);
const ANY = { hours: undefined, networks: 'any' } as const;

describe('the driver’s limits, as a browser keeps them', () => {
  it('are read as they were written', () => {
    const limits = {
      wifiOnly: true,
      chargingOnly: true,
      ignoreBatteryWhileCharging: true,
      hours: { from: 1_320, to: 360 },
      lowerShare: 0.5,
      pausedUntil: 1_700_000_000_000,
      batteryDeclaredAt: 1_700_000_000_000,
      measuresBattery: false,
    };
    expect(readLimits(JSON.parse(JSON.stringify(limits)))).toEqual(limits);
    expect(readLimits(JSON.parse(JSON.stringify(none)))).toEqual(none);
  });

  it.each([
    [null],
    ['wifiOnly'],
    [7],
    [[]],
    [{ wifiOnly: 'yes', chargingOnly: 1, ignoreBatteryWhileCharging: {} }],
    [{ hours: null }],
    [{ hours: { from: 360 } }],
    [{ hours: { from: -1, to: 9_999 } }],
    [{ lowerShare: '1', pausedUntil: null, batteryDeclaredAt: -1 }],
    [{ lowerShare: 1e9 }],
  ])('are none where %j was kept', (kept) => {
    expect(readLimits(kept)).toEqual(none);
  });

  it('move to the page’s clock, which no driver can set', () => {
    const wall = 1_700_000_000_000;
    const kept = { ...none, agreed: ANY, pausedUntil: wall + HOUR, batteryDeclaredAt: wall - HOUR };
    const { limits, batteryDeclaredAt } = onPageClock(kept, wall, 5_000);
    expect([limits.pausedUntil, batteryDeclaredAt]).toEqual([5_000 + HOUR, 5_000 - HOUR]);
    expect(onPageClock({ ...none, agreed: ANY }, wall, 5_000)).toEqual({
      limits: expect.objectContaining({ pausedUntil: undefined }),
      batteryDeclaredAt: undefined,
    });
  });

  it('pause no longer than the longest day, though the clock was set back by a year', () => {
    const wall = 1_700_000_000_000;
    const { limits } = onPageClock({ ...none, agreed: ANY, pausedUntil: wall + 365 * DAY }, wall, 0);
    expect(limits.pausedUntil).toBe(25 * HOUR);
  });

  it('end a pause at the driver’s next midnight', () => {
    const noon = new Date(2026, 4, 12, 12).getTime();
    expect(midnightAfter(noon)).toBe(new Date(2026, 4, 13).getTime());
    expect(midnightAfter(new Date(2026, 4, 13).getTime())).toBe(new Date(2026, 4, 14).getTime());
  });
});
