import type { Pressure, Signal } from '../../shared/agent/governor/signals.ts';
import { keepFact } from './kept-fact.ts';
import { attempt, type SensorParts, type Stop } from './surroundings.ts';

const STATES: readonly string[] = ['nominal', 'fair', 'serious', 'critical'] satisfies Pressure[];
const isPressure = (state: string | undefined): state is Pressure => STATES.includes(state ?? '');

/**
 * Compute Pressure of the CPU (desktop Chromium): a record every two seconds, since each wakes three threads; only while the document has the focus. Silence is
 * not `nominal`, so nothing but a record renews the fact; a refusal leaves it unknown.
 */
export function openPressure(
  { view, now }: Pick<SensorParts, 'view' | 'now'>,
  changed: () => void,
): { fact(): Signal<Pressure>; readonly close: Stop } {
  const { fact, say } = keepFact<Pressure>('measured', now, changed);
  let isClosed = false;
  const observer = attempt(() => {
    const Observer = view.PressureObserver;
    return (
      Observer &&
      new Observer((records) => {
        const state = attempt(() => records.at(-1)?.state);
        if (!isClosed) say(isPressure(state) ? state : undefined);
      })
    );
  });
  Promise.resolve(attempt(() => observer?.observe('cpu', { sampleInterval: 2000 }))).catch(() => say(undefined));
  return {
    fact,
    close() {
      isClosed = true;
      attempt(() => observer?.disconnect());
    },
  };
}
