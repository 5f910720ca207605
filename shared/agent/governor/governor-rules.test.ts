import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../time.ts';
import { type DriverLimits, GOVERNOR_POLICY, type Signals } from './signals.ts';
import { factAt, GOOD_NETWORK, newGovernor, NOON } from './testing/good-signals.ts';

const once = (changes: Partial<Signals>, limits: Partial<DriverLimits> = {}) => newGovernor(limits)(NOON, changes);
const network = (changes: Partial<typeof GOOD_NETWORK>) => factAt(NOON, { ...GOOD_NETWORK, ...changes });

describe('in use', () => {
  test.each(['lastInputAt', 'lastLongFrameAt'] as const)('%s within three seconds stops', (field) => {
    expect(once({ [field]: NOON })).toMatchObject({
      reason: 'in_use',
      ends: [{ when: 'time', at: NOON + 5_000 }],
      share: 0,
      link: 'keep',
      mayTransfer: true,
    });
    expect(once({ [field]: NOON - 2_999 }).reason).toBe('in_use');
    expect(once({ [field]: NOON - 3_000 }).reason).toBeUndefined();
    expect(once({ [field]: NaN }).reason).toBeUndefined();
  });

  test('starts after five seconds of quiet since the last of them', () => {
    const ask = newGovernor();
    const at = (ms: number, lastInputAt: number | undefined, lastLongFrameAt?: number) =>
      ask(NOON + ms, { lastInputAt, lastLongFrameAt });
    at(0, NOON);
    expect(at(4_999, NOON).reason).toBe('in_use');
    expect(at(4_999, NOON, NOON + 2_000).ends).toEqual([{ when: 'time', at: NOON + 7_000 }]);
    expect(at(5_000, undefined).reason, 'also when the page no longer says when').toBe('in_use');
    expect(at(6_999, NOON, NOON + 2_000).reason).toBe('in_use');
    expect(at(7_000, NOON, NOON + 2_000).reason).toBeUndefined();
  });

  test('somebody at the machine, measured, is an input now', () => {
    expect(once({ userActive: factAt(NOON, true) })).toMatchObject({ ends: [{ when: 'time', at: NOON + 5_000 }] });
    expect(once({ userActive: factAt(NOON, false) }).reason).toBeUndefined();
    expect(once({ userActive: factAt(NOON - 5_000, true) }).reason).toBeUndefined();
    expect(once({ userActive: { value: true, source: 'estimated', at: NOON } }).reason).toBeUndefined();
    const ask = newGovernor();
    ask(NOON, { userActive: factAt(NOON, true) });
    expect(ask(NOON + 4_999).reason).toBe('in_use');
    expect(ask(NOON + 5_000).reason).toBeUndefined();
  });
});

describe('weak network', () => {
  const finishing = {
    reason: 'weak_network',
    ends: [{ when: 'network' }],
    share: 1.5,
    link: 'keep',
    mayTransfer: false,
  };

  test.each([
    [{ isOnline: false }],
    [{ effectiveType: 'slow-2g' as const }],
    [{ effectiveType: '2g' as const }],
    [{ slowCalls: 3 }],
  ])('%j transfers nothing and finishes what is held', (changes) => {
    expect(once({ network: network(changes) })).toMatchObject(finishing);
  });

  test('3g and two slow calls are good enough; unknown lowers the duty', () => {
    const good = { reason: undefined, share: 1.5, mayTransfer: true };
    expect(once({ network: network({ effectiveType: '3g', slowCalls: 2 }) })).toMatchObject(good);
    expect(once({ network: network({ effectiveType: 'unknown' }) })).toMatchObject(good);
    const unknown = { reason: undefined, unknown: ['network'], share: 1, mayTransfer: true };
    expect(once({ network: undefined })).toMatchObject(unknown);
    expect(once({ network: factAt(NOON - 5_000, { ...GOOD_NETWORK, isOnline: false }) })).toMatchObject(unknown);
  });

  test('is weak no longer when it becomes unknown: unknown is neither good nor bad', () => {
    const ask = newGovernor();
    ask(NOON, { network: network({ slowCalls: 3 }) });
    const unknown = { reason: undefined, unknown: ['network'], share: 1, mayTransfer: true };
    expect(ask(NOON, { network: undefined })).toMatchObject(unknown);
    expect(ask(NOON)).toMatchObject({ reason: undefined, share: 1.5, mayTransfer: true });
  });

  test('a later rule that fails makes it a rest, and it stays the reason', () => {
    const weak = { network: network({ isOnline: false }) };
    expect(once(weak, { chargingOnly: true })).toMatchObject({ ...finishing, share: 0 });
    expect(once({ ...weak, isCappedByServer: true })).toMatchObject({ ...finishing, share: 0, link: 'close' });
  });

  test('an earlier one is the reason, and nothing is transferred all the same', () => {
    const rest = once({ network: network({ isOnline: false }), lastInputAt: NOON });
    expect(rest).toMatchObject({ reason: 'in_use', share: 0, link: 'keep', mayTransfer: false });
  });
});

describe('data cap', () => {
  const midnightAt = NOON + DAY / 2;
  const capped = { reason: 'data_cap', share: 0, link: 'close', mayTransfer: false };

  test('stops at half a megabyte, or when the server says so, until midnight', () => {
    const until = { ...capped, ends: [{ when: 'time', at: midnightAt }] };
    expect(once({ bytesToday: 499_999 }).reason).toBeUndefined();
    expect(once({ bytesToday: 500_000 })).toMatchObject(until);
    expect(once({ bytesToday: NaN })).toMatchObject(until);
    expect(once({ isCappedByServer: true })).toMatchObject(until);
    expect(newGovernor()(midnightAt - 1, { bytesToday: 500_000, midnightAt })).toMatchObject(until);
    expect(newGovernor()(midnightAt, { bytesToday: 500_000, midnightAt }).reason).toBeUndefined();
    expect(once({ bytesToday: 500_000, midnightAt: NaN })).toMatchObject(capped);
  });

  test('moves with midnight when the driver changes zone just before it', () => {
    const ask = newGovernor();
    const at = midnightAt - 1;
    expect(ask(at, { bytesToday: 500_000, midnightAt })).toMatchObject(capped);
    const west = { bytesToday: 500_000, midnightAt: midnightAt + HOUR, minuteOfDay: 22 * 60 + 59 };
    expect(ask(midnightAt, west)).toMatchObject({ ...capped, ends: [{ when: 'time', at: midnightAt + HOUR }] });
    expect(ask(midnightAt + HOUR, { bytesToday: 0 }).reason).toBeUndefined();
    const east = { bytesToday: 0, midnightAt: midnightAt + 23 * HOUR, minuteOfDay: 60 };
    expect(ask(midnightAt, east).reason, 'a new day sooner').toBeUndefined();
  });
});

describe('the driver’s limits', () => {
  test('Wi-Fi only: what is not known to be Wi-Fi or a cable is not, and nothing is transferred there', () => {
    const limits = { wifiOnly: true };
    for (const type of ['cellular', 'none', 'unknown'] as const)
      expect(once({ network: network({ type }) }, limits)).toMatchObject({
        reason: 'wifi_only',
        ends: [{ when: 'wifi' }],
        share: 0,
        link: 'keep',
        mayTransfer: false,
      });
    expect(once({ network: undefined }, limits).reason).toBe('wifi_only');
    for (const type of ['wifi', 'ethernet'] as const)
      expect(once({ network: network({ type }) }, limits).reason).toBeUndefined();
  });

  test('agreed to Wi-Fi alone: it holds whatever the limits say, and is said to be the reason', () => {
    const agreed = { hours: undefined, networks: 'wifi' as const };
    const rest = { reason: 'wifi_only', ends: [{ when: 'wifi' }], share: 0, mayTransfer: false };
    expect(once({}, { agreed })).toMatchObject({ ...rest, byConsent: ['wifi_only'] });
    expect(once({}, { agreed, wifiOnly: true })).toMatchObject({ ...rest, byConsent: ['wifi_only'] });
    expect(once({}, { wifiOnly: true })).toMatchObject({ ...rest, byConsent: [] });
    expect(once({ network: undefined }, { agreed })).toMatchObject(rest);
    expect(once({ network: network({ type: 'wifi' }) }, { agreed })).toMatchObject({
      reason: undefined,
      byConsent: [],
    });
  });

  test('charging only: what is not known to charge does not', () => {
    const limits = { chargingOnly: true };
    const rest = { reason: 'charging_only', ends: [{ when: 'charging' }], share: 0, link: 'keep', mayTransfer: true };
    expect(once({}, limits)).toMatchObject(rest);
    expect(once({ battery: undefined, batteryDeclaredAt: NOON }, limits)).toMatchObject(rest);
    expect(once({ battery: factAt(NOON, { level: 0.8, isCharging: true }) }, limits).reason).toBeUndefined();
  });

  const dayStartsAt = NOON - DAY / 2;
  const inHours = (from: number, to: number, minute: number) =>
    newGovernor({ hours: { from, to } })(dayStartsAt + minute * MINUTE);

  test.each([
    [480, 1_020, 479, 480],
    [480, 1_020, 480, undefined],
    [480, 1_020, 1_019, undefined],
    [480, 1_020, 1_020, 1_440 + 480],
    [1_320, 360, 1_319, 1_320],
    [1_320, 360, 1_320, undefined],
    [1_320, 360, 0, undefined],
    [1_320, 360, 359, undefined],
    [1_320, 360, 360, 1_320],
    [0, 60, 60, 1_440],
    [600, 600, 3, undefined],
  ])('hours from %i to %i: at %i it rests until %s', (from, to, minute, until) => {
    const decision = inHours(from, to, minute);
    expect(decision.reason).toBe(until === undefined ? undefined : 'outside_hours');
    expect(decision.ends).toEqual(until === undefined ? [] : [{ when: 'time', at: dayStartsAt + until * MINUTE }]);
  });

  const own = { from: 540, to: 1_080 };
  test.each([
    ['inside both', { from: 420, to: 1_020 }, 720, undefined, [], []],
    ['outside one’s own', { from: 0, to: 1_439 }, 480, 'outside_hours', [], [540]],
    ['outside those agreed to', { from: 420, to: 700 }, 720, 'outside_hours', ['outside_hours'], [1_440 + 540]],
    ['outside both', { from: 600, to: 1_020 }, 480, 'outside_hours', ['outside_hours'], [600]],
    ['hours that meet twice a day', { from: 1_020, to: 600 }, 720, 'outside_hours', ['outside_hours'], [1_020]],
  ] as const)('limits from 9 to 18 and a consent: %s', (_, hours, minute, reason, byConsent, ends) => {
    const agreed = { hours, networks: 'any' as const };
    const decision = newGovernor({ hours: own, agreed })(dayStartsAt + minute * MINUTE);
    expect(decision).toMatchObject({ reason, byConsent });
    expect(decision.ends).toEqual(ends.map((end) => ({ when: 'time', at: dayStartsAt + end * MINUTE })));
  });

  test('hours of limits and consent that never meet end by no time', () => {
    const agreed = { hours: { from: 1_200, to: 300 }, networks: 'any' as const };
    expect(once({}, { hours: own, agreed })).toMatchObject({
      reason: 'outside_hours',
      ends: [{ when: 'other_hours' }],
      share: 0,
    });
  });

  test('the night in which summer time begins is an hour shorter', () => {
    const evening = NOON + 11 * HOUR;
    const clockChange = { at: NOON + 14 * HOUR, minutes: 60 };
    const asleep = newGovernor({ hours: { from: 360, to: 600 } })(evening, { clockChange });
    expect(asleep.ends).toEqual([{ when: 'time', at: NOON + 17 * HOUR }]);
  });

  test('hours follow a change of zone, and a minute that lags never ends in the past', () => {
    const ask = newGovernor({ hours: { from: 780, to: 840 } });
    expect(ask(NOON).ends).toEqual([{ when: 'time', at: NOON + HOUR }]);
    expect(ask(NOON, { minuteOfDay: 780, midnightAt: NOON + 11 * HOUR }).reason).toBeUndefined();
    const lagging = ask(NOON + HOUR + 200, { minuteOfDay: 779 });
    expect(lagging.ends).toEqual([{ when: 'time', at: NOON + HOUR + 200 }]);
    expect(ask(NOON, { minuteOfDay: NaN }).reason).toBe('outside_hours');
  });

  test('a pause ends when it was said to end', () => {
    const ends = [{ when: 'time', at: NOON + 1 }];
    expect(once({}, { pausedUntil: NOON + 1 })).toMatchObject({
      reason: 'paused_by_you',
      ends,
      share: 0,
      link: 'keep',
    });
    expect(once({}, { pausedUntil: NOON }).reason).toBeUndefined();
  });
});

describe('a clock a day off', () => {
  const low = (now: number) => ({ battery: factAt(now, { level: 0.1, isCharging: false }) });
  const hot = (now: number) => ({ pressure: factAt(now, 'critical' as const) });
  const used = (now: number) => ({ lastInputAt: now });
  const rests = [
    ['battery_low', low, GOVERNOR_POLICY.batteryDwellMs],
    ['hot', hot, GOVERNOR_POLICY.coolDownMs],
    ['in_use', used, GOVERNOR_POLICY.quietMs],
  ] as const;

  test.each(rests)('%s: back, it lasts its own length from then and no longer', (reason, bad, ms) => {
    const ask = newGovernor();
    ask(NOON, bad(NOON));
    const back = NOON - DAY;
    const stale = bad(NOON); // the sensor says the old time once more
    expect(ask(back, reason === 'in_use' ? stale : {})).toMatchObject({
      reason,
      ends: [{ when: 'time', at: back + ms }],
    });
    expect(ask(back + ms - 1, reason === 'in_use' ? stale : {}).reason).toBe(reason);
    expect(ask(back + ms, reason === 'in_use' ? stale : {}).reason).toBeUndefined();
  });

  test.each(rests)('%s: ahead, it ends', (reason, bad) => {
    const ask = newGovernor();
    expect(ask(NOON, bad(NOON)).reason).toBe(reason);
    expect(ask(NOON + DAY).reason).toBeUndefined();
  });

  test.each(rests.slice(0, 2))('%s: what is over does not come again when the clock goes back', (_reason, bad, ms) => {
    const ask = newGovernor();
    ask(NOON, bad(NOON));
    ask(NOON + ms);
    expect(ask(NOON - DAY).reason).toBeUndefined();
  });

  test('low power seen before it went back is confirmed five seconds after', () => {
    const ask = newGovernor();
    const seen = (now: number) => ask(now, { lowPower: factAt(now, true) }).reason;
    seen(NOON);
    expect(seen(NOON - DAY)).toBeUndefined();
    expect(seen(NOON - DAY + 4_999)).toBeUndefined();
    expect(seen(NOON - DAY + 5_000)).toBe('low_power');
  });

  test('facts from the future are unknown, but for what two clocks differ by', () => {
    const facts = (at: number) => ({ network: factAt(at, GOOD_NETWORK) });
    expect(once(facts(NOON + 4_999)).unknown).toEqual([]);
    expect(once(facts(NOON + 5_000)).unknown).toEqual(['network']);
    expect(once(facts(NOON + DAY)).unknown).toEqual(['network']);
  });

  test('a level fallen while charging counts for ten minutes more at most', () => {
    const ask = newGovernor();
    const at = (now: number, value: number) =>
      ask(now, { battery: factAt(now, { level: value, isCharging: true }) }).half;
    at(NOON, 0.6);
    expect(at(NOON - DAY, 0.59)).toEqual(['losing_charge']);
    expect(at(NOON - DAY + 10 * MINUTE, 0.59)).toEqual(['losing_charge']);
    expect(at(NOON - DAY + 10 * MINUTE + 1, 0.59)).toEqual([]);
  });
});
