import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openIdle } from './idle.ts';
import { openInput } from './input.ts';
import type { Phone, View } from './surroundings.ts';
import {
  FakeFrames,
  FakeIdle,
  FakePhone,
  FakeTarget,
  never,
  newest,
  rejects,
  settle,
  throws,
} from './testing/fake-phone.ts';

/** Idle detection and input: what each says of its interface, well, absent, broken or silent. */
let device: FakePhone;
const changed = vi.fn<() => void>();
beforeEach(() => {
  device = new FakePhone();
  changed.mockClear();
  for (const opened of [FakeFrames.opened, FakeIdle.opened]) opened.length = 0;
});
const parts = (over: { phone?: Phone; view?: View } = {}) => device.parts(over);

describe('idle detection', () => {
  const granted = { permissions: { query: async () => ({ state: 'granted' }) } };

  it('says whether somebody uses the machine, where it was granted before', async () => {
    const sensor = openIdle(parts({ phone: granted }), changed);
    await settle();
    const detector = newest(FakeIdle.opened);
    expect([sensor.fact()?.value, detector.threshold]).toEqual([true, 60_000]);
    detector.userState = 'idle';
    detector.tell('change');
    expect(sensor.fact()).toEqual({ value: false, source: 'measured', at: 1_000 });
    detector.userState = null; // the permission was taken back
    sensor.refresh();
    expect(sensor.fact()).toBeUndefined();
    sensor.close();
    expect([detector.signal?.aborted, device.listenerCount]).toEqual([true, 0]);
  });

  it.each(['prompt', 'denied'])('never asks: %s', async (state) => {
    const sensor = openIdle(parts({ phone: { permissions: { query: async () => ({ state }) } } }), changed);
    await settle();
    expect([sensor.fact(), FakeIdle.opened.length]).toEqual([undefined, 0]);
  });

  it.each([
    ['there are no permissions', {}],
    ['asking throws', { permissions: { query: throws } }],
    ['asking rejects (Firefox: no such name)', { permissions: { query: rejects } }],
    ['asking is never answered', { permissions: { query: never } }],
  ])('is unknown where %s', async (_, phone) => {
    const sensor = openIdle(parts({ phone }), changed);
    await settle();
    sensor.refresh();
    expect([sensor.fact(), FakeIdle.opened.length]).toEqual([undefined, 0]);
    sensor.close();
  });

  it.each([
    ['is absent', undefined],
    ['cannot be made', throws],
    [
      'throws at start',
      class extends FakeIdle {
        override start = throws;
      },
    ],
    [
      'rejects',
      class extends FakeIdle {
        override start = rejects;
      },
    ],
    [
      'never starts',
      class extends FakeIdle {
        override start = never;
      },
    ],
  ])('is unknown where the detector %s', async (_, IdleDetector) => {
    const view = Object.assign(new FakeTarget(), { IdleDetector }) as unknown as View;
    const sensor = openIdle(parts({ phone: granted, view }), changed);
    await settle();
    sensor.refresh();
    expect(sensor.fact()).toBeUndefined();
    sensor.close();
    expect(device.listenerCount).toBe(0);
  });

  it('starts nothing when closed before the answer', async () => {
    openIdle(parts({ phone: granted }), changed).close();
    await settle();
    expect(FakeIdle.opened).toHaveLength(0);
  });
});

describe('the input', () => {
  it.each(['pointerdown', 'pointermove', 'keydown', 'wheel', 'scroll', 'touchstart'])('is seen: %s', (type) => {
    const sensor = openInput(parts(), changed);
    expect(sensor.lastInputAt()).toBeUndefined();
    device.view.tell(type);
    expect([sensor.lastInputAt(), changed.mock.calls.length]).toEqual([1_000, 1]);
  });

  it('of a hand that goes on is told once a second, and known to the last move', () => {
    const sensor = openInput(parts(), changed);
    for (let i = 0; i <= 250; i++) {
      device.clock.now = 1_000 + i * 10;
      device.view.tell('pointermove');
    }
    expect([sensor.lastInputAt(), changed.mock.calls.length]).toEqual([3_500, 3]);
  });

  it('tells a touch from a scroll', () => {
    const sensor = openInput(parts(), changed);
    device.view.tell('scroll');
    expect(sensor.wasTapped()).toBe(false);
    device.view.tell('pointerdown');
    expect(sensor.wasTapped()).toBe(true);
  });

  it.each([
    [['longtask', 'long-animation-frame'], 'long-animation-frame'],
    [['longtask', 'mark'], 'longtask'],
  ])('of %j observes %s, and keeps when one took more than 50 ms', (supported, type) => {
    const view = Object.assign(new FakeTarget(), {
      PerformanceObserver: class extends FakeFrames {
        static override supportedEntryTypes = supported;
      },
    });
    const sensor = openInput(parts({ view }), changed);
    const observer = newest(FakeFrames.opened);
    expect(observer.type).toBe(type);
    observer.took(50);
    expect(sensor.lastLongFrameAt()).toBeUndefined();
    observer.took(51);
    expect([sensor.lastLongFrameAt(), changed.mock.calls.length]).toEqual([1_000, 1]);
    sensor.close();
    expect([observer.type, view.listenerCount]).toEqual([undefined, 0]);
  });

  it.each([
    ['is absent', undefined],
    [
      'knows neither',
      class extends FakeFrames {
        static override supportedEntryTypes = ['mark'];
      },
    ],
    ['does not say what it knows', class {}],
    ['cannot be made', Object.assign(() => throws(), { supportedEntryTypes: ['longtask'] })],
    [
      'throws at observe',
      class extends FakeFrames {
        override observe = throws;
      },
    ],
  ])('knows of no long frame where the observer %s', (_, PerformanceObserver) => {
    const view = Object.assign(new FakeTarget(), { PerformanceObserver }) as unknown as View;
    const sensor = openInput(parts({ view }), changed);
    expect(sensor.lastLongFrameAt()).toBeUndefined();
    sensor.close();
  });
});
