import type { BatteryFact, Signal } from '../../shared/agent/governor/signals.ts';
import { keepFact } from './kept-fact.ts';
import { attempt, listen, type BatteryManager, type SensorParts, type Stop } from './surroundings.ts';

export interface BatterySensor {
  /** No Battery Status here at all (iOS, Firefox): low power may be worth a probe. A refusal is not absence. */
  readonly isAbsent: boolean;
  fact(): Signal<BatteryFact>;
  refresh(): void;
  readonly close: Stop;
}

/**
 * The Battery Status API: Chromium, in steps of 1 %. Without a battery Chromium says full, charging, full in 0 s and
 * never empty; so a computer on mains needs no case of its own.
 */
export function openBattery({ phone, now }: Pick<SensorParts, 'phone' | 'now'>, changed: () => void): BatterySensor {
  const { fact, say } = keepFact<BatteryFact>('measured', now, changed);
  let manager: BatteryManager | undefined;
  let stop: Stop | undefined;
  let isClosed = false;

  const refresh = (): void => {
    const from = manager;
    if (from) say(attempt(() => read(from)));
  };
  function found(one: BatteryManager | undefined): void {
    if (isClosed || !one) return;
    manager = one;
    stop = listen(one, ['levelchange', 'chargingchange'], refresh);
    refresh();
  }
  Promise.resolve(attempt(() => phone.getBattery?.())).then(found, () => undefined);
  return {
    isAbsent: attempt(() => 'getBattery' in phone) !== true,
    fact,
    refresh,
    close() {
      isClosed = true;
      stop?.();
    },
  };
}

function read({ level, charging }: BatteryManager): BatteryFact | undefined {
  const isSense = level >= 0 && level <= 1 && typeof charging === 'boolean'; // NaN is neither
  return isSense ? { level, isCharging: charging } : undefined;
}
