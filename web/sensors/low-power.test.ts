import { describe, expect, it, vi } from 'vitest';
import { openLowPower } from './low-power.ts';
import { probeLowPower } from './low-power-probe.ts';
import { fakeIphone, refusal, type FakePhone } from './testing/fake-phone.ts';

const nothing = (): undefined => undefined;
const throws = (): never => {
  throw refusal('NotSupportedError');
};
const rejects = async (): Promise<never> => throws();
const never = (): Promise<never> => new Promise(() => undefined);
const refuses = async (): Promise<never> => {
  throw refusal('NotAllowedError');
};

function lowPower(phone: FakePhone): FakePhone {
  phone.clock.frameMs = 33.3;
  phone.play = refuses;
  return phone;
}

describe('a probe for low power', () => {
  async function verdict(phone: FakePhone, over = {}) {
    const judged = vi.fn<(isLow: boolean | undefined) => void>();
    probeLowPower({ ...phone.parts(), ...over }, judged);
    await phone.clock.advance(10_000);
    expect([phone.clock.timerCount, phone.openVideoCount]).toEqual([0, 0]);
    expect(judged).toHaveBeenCalledTimes(1);
    return judged.mock.calls[0]?.[0];
  }
  const phoneThat = (frameMs: number, play: () => Promise<void>): FakePhone => {
    const phone = fakeIphone();
    phone.clock.frameMs = frameMs;
    phone.play = play;
    return phone;
  };
  const plays = async (): Promise<void> => undefined;

  it.each([
    [28, refuses, true],
    [33.3, refuses, true],
    [38, refuses, true],
    [16.7, plays, false],
    [8.3, plays, false],
    [27.9, plays, false],
    [33.3, plays, undefined],
    [16.7, refuses, undefined],
    [38.1, refuses, undefined],
    [38.1, plays, undefined],
  ])('with frames each %d ms and a video that %o: %s', async (frameMs, play, isLow) => {
    expect(await verdict(phoneThat(frameMs, play))).toBe(isLow);
  });

  it('has no verdict on a page that is busy by itself', async () => {
    const phone = lowPower(fakeIphone());
    phone.clock.busyMs = 6;
    expect(await verdict(phone)).toBe(true);
    phone.clock.busyMs = 8;
    expect(await verdict(phone)).toBeUndefined();
  });

  it.each([
    ['the video fails otherwise', { video: () => ({ play: rejects, close: nothing }) }],
    ['play() throws', { video: () => ({ play: throws, close: throws }) }],
    ['play() returns nothing', { video: () => ({ play: nothing, close: nothing }) }],
    ['the video never starts', { video: () => ({ play: never, close: nothing }) }],
    ['there is no video', { video: throws }],
    ['there are no frames', { frame: throws }],
    ['frames stop coming', { frame: () => nothing }],
    ['nothing comes soon', { soon: throws }],
  ])('has no verdict where %s', async (_, broken) => {
    const phone = fakeIphone();
    expect(await verdict(phone, { probes: { ...phone.parts().probes, ...broken } })).toBeUndefined();
  });

  it('that is stopped says nothing more and leaves nothing', async () => {
    const phone = lowPower(fakeIphone());
    const judged = vi.fn<(isLow: boolean | undefined) => void>();
    const stop = probeLowPower(phone.parts(), judged);
    await phone.clock.advance(200);
    stop();
    expect([phone.clock.timerCount, phone.openVideoCount]).toEqual([0, 0]);
    await phone.clock.advance(10_000);
    expect(judged).not.toHaveBeenCalled();
  });
});

describe('low power', () => {
  function opened(phone = lowPower(fakeIphone())) {
    const changed = vi.fn<() => void>();
    return { phone, changed, sensor: openLowPower(phone.parts(), changed) };
  }

  it('costs nothing until it is allowed', async () => {
    const { phone, sensor } = opened();
    await phone.clock.advance(100_000);
    sensor.allow(false);
    expect([phone.clock.timerCount, phone.videoCount, sensor.fact()]).toEqual([0, 0, undefined]);
  });

  it('is estimated within two seconds, seen twice five seconds apart, and looked for each minute then', async () => {
    const { phone, sensor, changed } = opened();
    sensor.allow(true);
    sensor.allow(true);
    await phone.clock.advance(2_000);
    const first = sensor.fact();
    expect([first?.value, first?.source, phone.videoCount, changed.mock.calls.length]).toEqual([
      true,
      'estimated',
      1,
      1,
    ]);
    sensor.refresh();
    expect(sensor.fact()).toBe(first); // seen once: not said again
    await phone.clock.advance(6_000);
    expect(phone.videoCount).toBe(2);
    expect((sensor.fact()?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(5_000);
    phone.clock.now += 1_000;
    sensor.refresh();
    expect(sensor.fact()?.at).toBe(phone.clock.now);
    await phone.clock.advance(50_000);
    expect(phone.videoCount).toBe(2);
    await phone.clock.advance(11_000);
    expect([phone.videoCount, changed.mock.calls.length]).toEqual([3, 1]);
  });

  it('that ended is seen twice again before it is said again', async () => {
    const { phone, sensor } = opened();
    sensor.allow(true);
    await phone.clock.advance(10_000);
    Object.assign(phone.clock, { frameMs: 16.7 });
    phone.play = async () => undefined;
    await phone.clock.advance(60_000);
    const first = sensor.fact();
    sensor.refresh();
    expect([first?.value, sensor.fact() === first]).toEqual([false, true]);
    await phone.clock.advance(6_000);
    sensor.refresh();
    expect([sensor.fact()?.value, sensor.fact()?.at]).toEqual([false, phone.clock.now]);
  });

  it('is unknown again without a verdict, and looked for less often after a minute without', async () => {
    const { phone, sensor } = opened();
    sensor.allow(true);
    await phone.clock.advance(2_000);
    phone.play = never;
    await phone.clock.advance(10_000);
    expect(sensor.fact()).toBeUndefined();
    await phone.clock.advance(120_000);
    const { videoCount } = phone;
    expect(videoCount).toBeLessThan(15);
    await phone.clock.advance(120_000);
    expect(phone.videoCount - videoCount).toBeLessThanOrEqual(2);
  });

  it('stops at once, in a wait and in a probe, and begins anew when allowed again', async () => {
    const { phone, sensor } = opened();
    for (const ms of [500, 1_300]) {
      sensor.allow(true);
      await phone.clock.advance(ms);
      sensor.allow(false);
      expect([phone.clock.timerCount, phone.openVideoCount]).toEqual([0, 0]);
    }
    sensor.allow(true);
    await phone.clock.advance(10_000);
    sensor.allow(false);
    const { at } = sensor.fact() ?? {};
    sensor.allow(true);
    sensor.refresh();
    expect(sensor.fact()?.at).toBe(at);
    sensor.close();
    expect(phone.clock.timerCount).toBe(0);
  });
});
