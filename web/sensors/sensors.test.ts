import { beforeEach, describe, expect, it, vi } from 'vitest';
import { must } from '../../shared/assert.ts';
import { openSensors } from './sensors.ts';
import { FakeFrames, FakeIdle, FakePhone, fakeIphone, FakePressure, refusal } from './testing/fake-phone.ts';

function opened(phone = new FakePhone()) {
  const sensors = openSensors(phone.parts());
  const changed = vi.fn<() => void>();
  const stop = sensors.watch(changed);
  return { phone, sensors, changed, stop, facts: () => sensors.facts(phone.clock.now) };
}

function hide(phone: FakePhone, isHidden: boolean): void {
  phone.page.visibilityState = isHidden ? 'hidden' : 'visible';
  phone.page.tell('visibilitychange');
}

beforeEach(() => {
  FakePressure.opened.length = FakeFrames.opened.length = FakeIdle.opened.length = 0;
});

describe('the sensors together', () => {
  it('say what an Android phone says', async () => {
    const { phone, facts } = opened();
    await phone.clock.advance(0);
    expect(facts()).toEqual({
      visible: { value: true, source: 'measured', at: 1_000 },
      focused: { value: true, source: 'measured', at: 1_000 },
      battery: { value: { level: 0.5, isCharging: false }, source: 'measured', at: 1_000 },
      lowPower: undefined,
      heat: undefined,
      pressure: undefined,
      userActive: undefined,
      lastInputAt: undefined,
      lastLongFrameAt: undefined,
      network: {
        value: { isOnline: true, type: 'cellular', effectiveType: '4g', saveData: false, slowCalls: 0 },
        source: 'measured',
        at: 1_000,
      },
    });
  });

  it('say it again each second while visible, and let it grow old while hidden', async () => {
    const { phone, facts, changed } = opened();
    await phone.clock.advance(10_500);
    expect([facts().battery?.at, facts().network?.at]).toEqual([11_000, 11_000]);
    changed.mockClear();
    await phone.clock.advance(10_000);
    expect(changed).not.toHaveBeenCalled(); // said again is not changed
    hide(phone, true);
    expect([changed.mock.calls.length, phone.clock.timerCount]).toEqual([1, 0]);
    await phone.clock.advance(60_000);
    expect([facts().visible?.value, facts().battery?.at, facts().network?.at]).toEqual([false, 21_000, 21_000]);
    hide(phone, false);
    expect([facts().visible?.value, facts().battery?.at, changed.mock.calls.length]).toEqual([true, 81_500, 2]);
    await phone.clock.advance(1_000);
    expect(facts().battery?.at).toBe(82_500);
  });

  it('do not renew a pressure that fell silent', async () => {
    const { phone, facts } = opened();
    must(FakePressure.opened.at(-1), 'an observer').record('critical');
    await phone.clock.advance(10_000);
    expect(facts().pressure).toEqual({ value: 'critical', source: 'measured', at: 1_000 });
  });

  it('look for low power only on a phone without a battery to read, visible, and once tapped', async () => {
    const android = opened();
    android.phone.view.tell('pointerdown');
    await android.phone.clock.advance(20_000);
    expect(android.phone.videoCount).toBe(0);

    const iphone = fakeIphone();
    iphone.clock.frameMs = 33.3;
    iphone.play = async () => {
      throw refusal('NotAllowedError');
    };
    const { facts } = opened(iphone);
    await iphone.clock.advance(20_000);
    expect([iphone.videoCount, facts().lowPower]).toEqual([0, undefined]);
    iphone.view.tell('touchstart');
    await iphone.clock.advance(20_000);
    expect([iphone.videoCount, facts().lowPower?.value]).toEqual([2, true]);
    expect(iphone.clock.now - must(facts().lowPower, 'a fact').at).toBeLessThanOrEqual(1_000);
    hide(iphone, true);
    expect([iphone.clock.timerCount, iphone.openVideoCount]).toEqual([0, 0]);
    await iphone.clock.advance(120_000);
    hide(iphone, false);
    await iphone.clock.advance(2_000);
    expect(iphone.videoCount).toBe(3);
  });

  it('measure heat against the baseline of the charger’s state, and round trips', async () => {
    const phone = new FakePhone();
    phone.kept = { plugged: [1], unplugged: [2], unknown: [4] };
    const { sensors, facts, changed } = opened(phone);
    for (let i = 0; i < 40; i++) {
      await phone.clock.advance(1_000);
      sensors.sliced(3, 16);
    }
    expect(facts().heat).toEqual({ value: [1.5], source: 'estimated', at: 41_000 });
    await phone.clock.advance(20_000);
    expect(facts().heat?.at).toBe(61_000);
    changed.mockClear();
    sensors.roundTrip(4_000);
    expect([facts().network?.value.slowCalls, changed.mock.calls.length]).toEqual([1, 1]);
  });

  it('tell of input, and nobody who stopped watching', () => {
    const { phone, changed, stop, facts } = opened();
    phone.view.tell('keydown');
    expect([facts().lastInputAt, changed.mock.calls.length]).toEqual([1_000, 1]);
    stop();
    phone.view.tell('blur');
    hide(phone, true);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('leave no listener, timer, observer or video when closed, whenever that is', async () => {
    for (const [make, ms] of [
      [() => new FakePhone(), 0],
      [() => new FakePhone(), 3_500],
      [fakeIphone, 0],
      [fakeIphone, 1_300],
      [fakeIphone, 3_500],
    ] as const) {
      const phone = make();
      if (phone.phone.permissions)
        Object.assign(phone.phone.permissions, { query: async () => ({ state: 'granted' }) });
      const { sensors, changed } = opened(phone);
      phone.view.tell('pointerdown');
      if (ms) await phone.clock.advance(ms);
      expect(phone.listenerCount).toBeGreaterThan(0);
      expect(phone.clock.timerCount).toBeGreaterThan(0);
      changed.mockClear();
      sensors.close();
      sensors.close();
      hide(phone, true);
      hide(phone, false);
      await phone.clock.advance(100_000);
      expect([phone.listenerCount, phone.clock.timerCount, phone.openVideoCount]).toEqual([0, 0, 0]);
      expect(FakePressure.opened.every(({ isObserving }) => !isObserving)).toBe(true);
      expect(FakeFrames.opened.every(({ type }) => type === undefined)).toBe(true);
      expect(FakeIdle.opened.every(({ signal }) => signal?.aborted !== false)).toBe(true);
      expect(changed).not.toHaveBeenCalled();
    }
  });

  it('live on in a browser where everything throws', async () => {
    const throws = (): never => {
      throw refusal('SecurityError');
    };
    const hostile = new Proxy({}, { get: throws, has: throws }) as never;
    const phone = new FakePhone();
    const sensors = openSensors({
      ...phone.parts(),
      page: hostile,
      view: hostile,
      phone: hostile,
      probes: hostile,
      heatStore: hostile,
    });
    sensors.sliced(1);
    sensors.roundTrip(1);
    await phone.clock.advance(10_000);
    expect(Object.values(sensors.facts(0)).filter((fact) => fact !== undefined)).toEqual([]);
    sensors.close();
  });
});
