import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openBattery } from './battery.ts';
import { openNetwork } from './network.ts';
import { openPressure } from './pressure.ts';
import type { Phone, View } from './surroundings.ts';
import { FakePhone, FakePressure, FakeTarget, never, newest, rejects, settle, throws } from './testing/fake-phone.ts';

/** Battery, pressure and network: what each says of its interface, well, absent, broken or silent. */
let device: FakePhone;
const changed = vi.fn<() => void>();
beforeEach(() => {
  device = new FakePhone();
  changed.mockClear();
  FakePressure.opened.length = 0;
});
const parts = (over: { phone?: Phone; view?: View } = {}) => device.parts(over);

describe('the battery', () => {
  it('says level and charging, tells of changes, and is as old as the last look', async () => {
    const sensor = openBattery(parts(), changed);
    expect(sensor.fact()).toBeUndefined();
    await settle();
    expect(sensor.fact()).toEqual({ value: { level: 0.5, isCharging: false }, source: 'measured', at: 1_000 });
    device.battery.level = 0.49;
    device.battery.tell('levelchange');
    device.battery.charging = true;
    device.battery.tell('chargingchange');
    expect([sensor.fact()?.value, changed.mock.calls.length]).toEqual([{ level: 0.49, isCharging: true }, 3]);
    device.clock.now += 1_000;
    sensor.refresh();
    expect([sensor.fact()?.at, changed.mock.calls.length]).toEqual([2_000, 3]);
    device.battery.level = 0.48; // and no event
    sensor.refresh();
    expect([sensor.fact()?.value.level, changed.mock.calls.length]).toEqual([0.48, 4]);
  });

  it('is mains, full and charging, where Chromium has none', async () => {
    Object.assign(device.battery, { level: 1, charging: true, chargingTime: 0, dischargingTime: Infinity });
    const sensor = openBattery(parts(), changed);
    await settle();
    expect(sensor.fact()).toMatchObject({ value: { level: 1, isCharging: true }, source: 'measured' });
  });

  it.each([Number.NaN, -0.1, 1.01, Infinity])(
    'is unknown at a level of %d, and known again after it',
    async (level) => {
      const sensor = openBattery(parts(), changed);
      await settle();
      device.battery.level = level;
      sensor.refresh();
      expect(sensor.fact()).toBeUndefined();
      device.battery.level = 0.3;
      sensor.refresh();
      expect(sensor.fact()?.value.level).toBe(0.3);
    },
  );

  it.each([
    ['refuses at the call', throws],
    ['rejects', rejects],
    ['never answers', never],
    ['answers nothing', async () => undefined],
    ['answers with something broken', async () => Object.defineProperty(new FakeTarget(), 'level', { get: throws })],
  ])('is unknown, but not absent, where getBattery %s', async (_, getBattery) => {
    const sensor = openBattery(parts({ phone: { getBattery } as unknown as Phone }), changed);
    await settle();
    sensor.refresh();
    expect([sensor.fact(), sensor.isAbsent]).toEqual([undefined, false]);
    sensor.close();
  });

  it('is absent where there is no such interface', () => {
    expect(openBattery(parts({ phone: {} }), changed).isAbsent).toBe(true);
  });

  it('leaves no listener, also when closed before the battery was found', async () => {
    const sensor = openBattery(parts(), changed);
    await settle();
    sensor.close();
    const early = openBattery(parts(), changed);
    early.close();
    await settle();
    expect([device.listenerCount, early.fact()]).toEqual([0, undefined]);
  });
});

describe('the pressure', () => {
  it('is the last record’s, tells of changes, and grows old in silence', () => {
    const sensor = openPressure(parts(), changed);
    const observer = newest(FakePressure.opened);
    observer.record('nominal', 'serious');
    expect(sensor.fact()).toEqual({ value: 'serious', source: 'measured', at: 1_000 });
    device.clock.now += 1_000;
    observer.record('serious');
    expect([sensor.fact()?.at, changed.mock.calls.length]).toEqual([2_000, 1]);
    device.clock.now += 60_000;
    expect(sensor.fact()?.at).toBe(2_000);
  });

  it('is unknown in a state that we do not know, and without records', () => {
    const sensor = openPressure(parts(), changed);
    newest(FakePressure.opened).record('fair');
    newest(FakePressure.opened).record('molten');
    expect(sensor.fact()).toBeUndefined();
    newest(FakePressure.opened).record('fair');
    newest(FakePressure.opened).record();
    expect(sensor.fact()).toBeUndefined();
  });

  it.each([
    ['is absent', undefined],
    ['cannot be made', throws],
    [
      'throws at observe',
      class extends FakePressure {
        override observe = throws;
      },
    ],
    [
      'rejects',
      class extends FakePressure {
        override observe = rejects;
      },
    ],
    [
      'never answers',
      class extends FakePressure {
        override observe = never;
      },
    ],
    [
      'cannot be ended',
      class extends FakePressure {
        override disconnect = throws;
      },
    ],
  ])('is unknown where the observer %s', async (_, PressureObserver) => {
    const view = Object.assign(new FakeTarget(), { PressureObserver }) as unknown as View;
    const sensor = openPressure(parts({ view }), changed);
    await settle();
    expect(sensor.fact()).toBeUndefined();
    sensor.close();
  });

  it('is observed no more once closed, and hears nothing late', () => {
    const sensor = openPressure(parts(), changed);
    sensor.close();
    newest(FakePressure.opened).record('critical');
    expect([newest(FakePressure.opened).isObserving, sensor.fact()]).toEqual([false, undefined]);
  });
});

describe('the network', () => {
  it('is what the browser says', () => {
    const { connection } = device;
    const sensor = openNetwork(parts(), changed);
    const base = { isOnline: true, effectiveType: '4g', saveData: false, slowCalls: 0 };
    expect(sensor.fact()).toEqual({ value: { ...base, type: 'cellular' }, source: 'measured', at: 1_000 });
    Object.assign(connection, { type: 'wifi', effectiveType: 'slow-2g', saveData: true });
    connection.tell('change');
    expect(sensor.fact()?.value).toEqual({ ...base, type: 'wifi', effectiveType: 'slow-2g', saveData: true });
    Object.assign(connection, { type: 'bluetooth', effectiveType: '5g' });
    connection.tell('change');
    expect(sensor.fact()?.value).toMatchObject({ type: 'unknown', effectiveType: 'unknown' });
    expect(changed).toHaveBeenCalledTimes(3);
  });

  it('tells of online and offline', () => {
    const sensor = openNetwork(parts(), changed);
    Object.assign(device.phone, { onLine: false });
    device.view.tell('offline');
    expect([sensor.fact()?.value.isOnline, changed.mock.calls.length]).toEqual([false, 2]);
  });

  it('counts slow calls in a row: more than three seconds', () => {
    const sensor = openNetwork(parts(), changed);
    const after = (...calls: number[]): number | undefined => {
      for (const ms of calls) sensor.roundTrip(ms);
      return sensor.fact()?.value.slowCalls;
    };
    expect([after(3_001), after(Infinity), after(Number.NaN), after(3_000), after(4_000, 4_000, 4_000)]).toEqual([
      1, 2, 2, 0, 3,
    ]);
  });

  it('lets one more call be tried a minute after the last slow one', () => {
    const sensor = openNetwork(parts(), changed);
    const slowCalls = (): number | undefined => (sensor.refresh(), sensor.fact()?.value.slowCalls);
    for (let i = 0; i < 5; i++) sensor.roundTrip(4_000);
    device.clock.now += 60_000;
    expect(slowCalls()).toBe(5);
    device.clock.now += 1;
    expect(slowCalls()).toBe(2);
    sensor.roundTrip(4_000);
    expect(slowCalls()).toBe(3);
  });

  it('forgets the slow calls of another network', () => {
    const sensor = openNetwork(parts(), changed);
    sensor.roundTrip(9_000);
    device.connection.tell('change'); // only its estimate changed
    expect(sensor.fact()?.value.slowCalls).toBe(1);
    device.connection.type = 'wifi';
    device.connection.tell('change');
    expect(sensor.fact()?.value.slowCalls).toBe(0);
    sensor.roundTrip(9_000);
    for (const onLine of [false, true]) {
      Object.assign(device.phone, { onLine });
      sensor.refresh();
    }
    expect(sensor.fact()?.value.slowCalls).toBe(0);
  });

  it('knows only whether it is online where there is no more (iOS), and nothing where not even that', () => {
    expect(openNetwork(parts({ phone: { onLine: true } }), changed).fact()?.value).toEqual({
      isOnline: true,
      type: 'unknown',
      effectiveType: 'unknown',
      saveData: false,
      slowCalls: 0,
    });
    const broken = Object.defineProperties({}, { onLine: { get: throws }, connection: { get: throws } });
    expect(openNetwork(parts({ phone: broken }), changed).fact()).toBeUndefined();
  });

  it('leaves no listener', () => {
    openNetwork(parts(), changed).close();
    expect(device.listenerCount).toBe(0);
  });
});
