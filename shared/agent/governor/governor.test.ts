import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../time.ts';
import { GOVERNOR_POLICY, type DriverLimits, type RestCode, type Signals } from './signals.ts';
import { factAt, GOOD_BATTERY, GOOD_NETWORK, newGovernor, NOON } from './testing/good-signals.ts';

const once = (changes: Partial<Signals>, limits: Partial<DriverLimits> = {}) => newGovernor(limits)(NOON, changes);
const level = (value: number, isCharging = false) => factAt(NOON, { level: value, isCharging });
const network = (changes: Partial<typeof GOOD_NETWORK>) => factAt(NOON, { ...GOOD_NETWORK, ...changes });

test('a good phone computes at the target and transfers', () => {
  expect(once({})).toEqual({
    reason: undefined,
    failing: [],
    byConsent: [],
    ends: [],
    endsOf: {},
    half: [],
    unknown: [],
    share: 1.5,
    link: 'keep',
    mayTransfer: true,
  });
});

describe('consent, rollout, programme', () => {
  test.each([
    ['optedIn', 'not_opted_in', 'opt_in'],
    ['inRollout', 'not_in_rollout', 'server'],
    ['programmeOn', 'programme_off', 'server'],
  ] as const)('%s: no and unknown stop and close the link, age does not matter', (field, reason, ends) => {
    const closed = { reason, share: 0, link: 'close', mayTransfer: false };
    expect(once({ [field]: factAt(NOON, false) })).toMatchObject({ ...closed, ends: [{ when: ends }] });
    expect(once({ [field]: undefined })).toMatchObject({ ...closed, ends: [{ when: 'server' }] });
    expect(once({ [field]: factAt(NOON - 30 * DAY, true) })).toMatchObject({ reason: undefined, share: 1.5 });
    expect(once({ [field]: factAt(NOON - 30 * DAY, false) })).toMatchObject(closed);
  });
});

describe('in front', () => {
  test.each(['visible', 'focused'] as const)('%s must be known to be so', (field) => {
    const hidden = {
      reason: 'not_in_front',
      ends: [{ when: 'in_front' }],
      share: 0,
      link: 'close',
      mayTransfer: false,
    };
    expect(once({ [field]: factAt(NOON, false) })).toMatchObject(hidden);
    expect(once({ [field]: undefined })).toMatchObject(hidden);
    expect(once({ [field]: factAt(NOON - 4_999, true) })).toMatchObject({ reason: undefined });
    expect(once({ [field]: factAt(NOON - 5_000, true) })).toMatchObject(hidden);
    expect(once({ [field]: factAt(NOON + DAY, true) })).toMatchObject(hidden);
    expect(once({ [field]: factAt(NaN, true) })).toMatchObject(hidden);
  });
});

describe('battery', () => {
  test.each([
    [0.2, undefined],
    [0.195, undefined],
    [0.194, 'battery_low'],
    [0.19, 'battery_low'],
    [0.19000000000000003, 'battery_low'],
    [0, 'battery_low'],
    [1, undefined],
  ])('at level %f: %s', (value, reason) => {
    expect(once({ battery: level(value) }).reason).toBe(reason);
  });

  test('starts at 30 % and five minutes after the stop, and says which is still missing', () => {
    const ask = newGovernor();
    const stops = { when: 'battery', level: 30 };
    const time = { when: 'time', at: NOON + 5 * MINUTE };
    const at = (ms: number, value: number) =>
      ask(NOON + ms, { battery: factAt(NOON + ms, { level: value, isCharging: true }) });
    expect(at(0, 0.19)).toMatchObject({ reason: 'battery_low', ends: [stops, time], share: 0, link: 'keep' });
    expect(at(0, 0.19).mayTransfer).toBe(true);
    expect(at(5 * MINUTE - 1, 0.5)).toMatchObject({ reason: 'battery_low', ends: [time] });
    expect(at(5 * MINUTE, 0.29000000000000004)).toMatchObject({ reason: 'battery_low', ends: [stops] });
    expect(at(5 * MINUTE + 1, 0.3).reason).toBeUndefined();
    expect(at(5 * MINUTE + 2, 0.2).reason).toBeUndefined();
  });

  test('the dwell alone ends at five minutes sharp', () => {
    const ask = newGovernor();
    ask(NOON, { battery: level(0.19) });
    expect(ask(NOON + 5 * MINUTE - 1).reason).toBe('battery_low');
    expect(ask(NOON + 5 * MINUTE).reason).toBeUndefined();
  });

  test('charging does not waive it, unless the driver says so', () => {
    const waived = { ignoreBatteryWhileCharging: true };
    expect(once({ battery: level(0.1, true) }).reason).toBe('battery_low');
    expect(once({ battery: level(0.1, true) }, waived).reason).toBeUndefined();
    expect(once({ battery: level(0.1) }, waived).reason).toBe('battery_low');
    const ask = newGovernor(waived);
    expect(ask(NOON, { battery: level(0.19) }).reason).toBe('battery_low');
    expect(ask(NOON, { battery: level(0.19, true) }).reason).toBeUndefined();
    expect(ask(NOON, { battery: level(0.2) }).reason, 'the stop is forgotten').toBeUndefined();
  });

  test.each([NaN, -0.01, 1.01, Infinity])('a level of %f is unknown', (value) => {
    expect(once({ battery: level(value) })).toMatchObject({ reason: undefined, unknown: ['battery'], share: 1 });
  });

  test('one that disappears lowers the duty, and a declared one does not, for two hours', () => {
    const declared = (age: number) => once({ battery: undefined, batteryDeclaredAt: NOON - age });
    expect(once({ battery: factAt(NOON - 5_000, GOOD_BATTERY) })).toMatchObject({ unknown: ['battery'], share: 1 });
    expect(declared(0)).toMatchObject({ unknown: [], share: 1.5 });
    expect(declared(2 * HOUR - 1)).toMatchObject({ unknown: [], share: 1.5 });
    expect(declared(2 * HOUR)).toMatchObject({ unknown: ['battery'], share: 1 });
    expect(declared(-DAY)).toMatchObject({ unknown: ['battery'], share: 1 });
    expect(once({ battery: level(0.1), batteryDeclaredAt: NOON }).reason, 'measured wins').toBe('battery_low');
  });

  test('one that disappears while stopped stays stopped until known good', () => {
    const ask = newGovernor();
    ask(NOON, { battery: level(0.19) });
    const gone = ask(NOON + HOUR, { battery: undefined });
    expect(gone).toMatchObject({ reason: 'battery_low', ends: [{ when: 'battery', level: 30 }], unknown: ['battery'] });
    expect(ask(NOON + HOUR, { battery: factAt(NOON + HOUR, { level: NaN, isCharging: true }) }).share).toBe(0);
    expect(ask(NOON + HOUR).reason).toBeUndefined();
  });

  test('or until the driver says so after the stop, with the dwell', () => {
    const ask = newGovernor();
    ask(NOON, { battery: level(0.19) });
    const at = (ms: number, batteryDeclaredAt: number) => ask(NOON + ms, { battery: undefined, batteryDeclaredAt });
    expect(at(5 * MINUTE, NOON).reason, 'said before').toBe('battery_low');
    expect(at(5 * MINUTE - 1, NOON + 1).ends).toEqual([{ when: 'time', at: NOON + 5 * MINUTE }]);
    expect(at(3 * HOUR, NOON + 1).reason, 'said too long ago').toBe('battery_low');
    expect(at(5 * MINUTE, NOON + 1)).toMatchObject({ reason: undefined, unknown: [], share: 1.5 });
  });
});

describe('low power', () => {
  const at = (ask: ReturnType<typeof newGovernor>, ms: number, isOn: boolean | undefined, seenMs = ms) =>
    ask(NOON + ms, { lowPower: isOn === undefined ? undefined : factAt(NOON + seenMs, isOn) }).reason;

  test('counts when seen twice, five seconds apart', () => {
    const ask = newGovernor();
    expect(at(ask, 0, true)).toBeUndefined();
    expect(at(ask, 4_999, true)).toBeUndefined();
    expect(at(ask, 5_000, true)).toBe('low_power');
    expect(ask(NOON + 6_000, { lowPower: factAt(NOON + 6_000, true) })).toMatchObject({
      ends: [{ when: 'low_power_off' }],
      link: 'keep',
    });
  });

  test('ends when seen off twice, five seconds apart', () => {
    const ask = newGovernor();
    at(ask, 0, true);
    at(ask, 5_000, true);
    expect(at(ask, 10_000, false)).toBe('low_power');
    expect(at(ask, 12_000, true), 'a sighting of it clears the first').toBe('low_power');
    expect(at(ask, 16_000, false)).toBe('low_power');
    expect(at(ask, 20_999, false)).toBe('low_power');
    expect(at(ask, 21_000, false)).toBeUndefined();
  });

  test('a known off in between clears the first sighting; unknown clears nothing and lowers nothing', () => {
    const ask = newGovernor();
    at(ask, 0, true);
    at(ask, 2_000, false);
    expect(at(ask, 5_000, true)).toBeUndefined();
    expect(at(ask, 8_000, undefined)).toBeUndefined();
    expect(at(ask, 10_000, true)).toBe('low_power');
    expect(at(ask, HOUR, undefined)).toBe('low_power');
    expect(newGovernor()(NOON, { lowPower: undefined })).toMatchObject({ unknown: [], share: 1.5 });
  });

  test('one probe asked about twice is one sighting', () => {
    const ask = newGovernor();
    at(ask, 0, true);
    expect(at(ask, 5_500, true, 4_000)).toBeUndefined();
    expect(at(ask, 5_500, true, 5_000)).toBe('low_power');
  });
});

test('unknowns lower the duty once, and the driver’s share only lowers it', () => {
  const unknown = { battery: undefined, heat: undefined, network: undefined };
  expect(once(unknown)).toMatchObject({ unknown: ['battery', 'heat', 'network'], share: 1 });
  const shares: readonly (readonly [number, number])[] = [
    [0.5, 0.5],
    [9, 1.5],
    [0, 0],
    [-1, 0],
    [NaN, 0],
  ];
  for (const [lowerShare, share] of shares)
    expect(once({}, { lowerShare })).toMatchObject({ reason: undefined, share });
  expect(once(unknown, { lowerShare: 1.2 }).share).toBe(1);
  expect(once({ pressure: factAt(NOON, 'serious') }, { lowerShare: 0.5 }).share).toBe(0.5);
});

test('the first rule that fails is the reason; one more step makes each the first', () => {
  const all: readonly (readonly [RestCode, Partial<Signals>, Partial<DriverLimits>])[] = [
    ['not_opted_in', { optedIn: undefined }, {}],
    ['not_in_rollout', { inRollout: undefined }, {}],
    ['programme_off', { programmeOn: undefined }, {}],
    ['not_in_front', { visible: undefined }, {}],
    ['battery_low', { battery: level(0) }, {}],
    ['hot', { pressure: factAt(NOON, 'critical') }, {}],
    ['in_use', { lastInputAt: NOON }, {}],
    ['weak_network', { network: network({ isOnline: false }) }, {}],
    ['data_cap', { bytesToday: GOVERNOR_POLICY.bytesADay }, {}],
    ['wifi_only', {}, { wifiOnly: true }],
    ['charging_only', {}, { chargingOnly: true }],
    ['outside_hours', {}, { hours: { from: 0, to: 1 } }],
    ['paused_by_you', {}, { pausedUntil: NOON + 1 }],
  ];
  all.forEach(([code], first) => {
    const rest = all.slice(first);
    const changes = Object.assign({}, ...rest.map(([, signals]) => signals)) as Partial<Signals>;
    const limits = Object.assign({}, ...rest.map(([, , limit]) => limit)) as Partial<DriverLimits>;
    const decision = once(changes, limits);
    expect(decision.reason).toBe(code);
    expect(decision.share, 'weak_network is no rest, but a later one is').toBe(0);
    expect(decision.link, 'the data cap closes it, whatever the reason').toBe(first <= 8 ? 'close' : 'keep');
  });
});
