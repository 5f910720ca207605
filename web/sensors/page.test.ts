import { describe, expect, it, vi } from 'vitest';
import { openPage } from './page.ts';
import { FakePhone, FakeTarget } from './testing/fake-phone.ts';

function opened(phone = new FakePhone()) {
  const changed = vi.fn<() => void>();
  return { phone, changed, sensor: openPage(phone.parts(), changed) };
}

describe('the page', () => {
  it('is visible and focused, as measured now', () => {
    const { sensor } = opened();
    expect(sensor.visible(7)).toEqual({ value: true, source: 'measured', at: 7 });
    expect(sensor.focused(7)).toEqual({ value: true, source: 'measured', at: 7 });
  });

  it('tells at once that it was hidden, and that it is back', () => {
    const { phone, sensor, changed } = opened();
    phone.page.visibilityState = 'hidden';
    phone.page.tell('visibilitychange');
    expect([sensor.visible(0)?.value, changed.mock.calls.length]).toEqual([false, 1]);
    phone.page.visibilityState = 'visible';
    phone.page.tell('visibilitychange');
    expect([sensor.visible(0)?.value, changed.mock.calls.length]).toEqual([true, 2]);
  });

  it.each([
    ['page', 'freeze', 'page', 'resume'],
    ['view', 'pagehide', 'view', 'pageshow'],
    ['view', 'pagehide', 'page', 'visibilitychange'],
  ] as const)('counts as hidden from %s %s to %s %s, whatever its state says', (put, away, back, shown) => {
    const { phone, sensor, changed } = opened();
    phone[put].tell(away);
    expect([sensor.visible(0)?.value, changed.mock.calls.length]).toEqual([false, 1]);
    phone[back].tell(shown);
    expect([sensor.visible(0)?.value, changed.mock.calls.length]).toEqual([true, 2]);
  });

  it('loses the focus to another window, not to a frame inside it', () => {
    const { phone, sensor, changed } = opened();
    phone.view.tell('blur'); // a frame took it: the document still has it
    expect([sensor.focused(0)?.value, changed.mock.calls.length]).toEqual([true, 0]);
    phone.page.hasTheFocus = false;
    phone.view.tell('blur');
    expect([sensor.focused(0)?.value, changed.mock.calls.length]).toEqual([false, 1]);
  });

  it('finds a change of which no event spoke when it looks again', () => {
    const { phone, sensor, changed } = opened();
    phone.page.hasTheFocus = false;
    sensor.refresh();
    sensor.refresh();
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('is unknown where the browser does not say or throws', () => {
    const throws = (): never => {
      throw new Error('no');
    };
    const mute = new FakeTarget();
    const sensor = openPage({ page: mute, view: mute }, throws);
    expect([sensor.visible(0), sensor.focused(0)]).toEqual([undefined, undefined]);
    const broken = Object.defineProperty(Object.assign(new FakeTarget(), { hasFocus: throws }), 'visibilityState', {
      get: throws,
    });
    const other = openPage({ page: broken, view: { addEventListener: throws, removeEventListener: throws } }, throws);
    expect([other.visible(0), other.focused(0)]).toEqual([undefined, undefined]);
    other.close();
  });

  it('leaves no listener', () => {
    const { phone, sensor } = opened();
    expect(phone.listenerCount).toBeGreaterThan(0);
    sensor.close();
    expect(phone.listenerCount).toBe(0);
  });
});
