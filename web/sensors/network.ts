import type { NetworkFact, Signal } from '../../shared/agent/governor/signals.ts';
import { keepFact } from './kept-fact.ts';
import { attempt, listen, type SensorParts, type Stop } from './surroundings.ts';

/** Product section 3. */
const SLOW_CALL_MS = 3_000;
/** A minute after three slow calls one more is tried: as long as it is slow too, the network is. */
const TRY_AGAIN_MS = 60_000;
const BEFORE_WEAK = 2;

const TYPES: readonly NetworkFact['type'][] = ['wifi', 'ethernet', 'cellular', 'none'];
const EFFECTIVE_TYPES: readonly NetworkFact['effectiveType'][] = ['slow-2g', '2g', '3g', '4g'];

export interface NetworkSensor {
  fact(): Signal<NetworkFact>;
  /** One of the app's own calls took this long, in milliseconds; until its time-out, where it had none. */
  roundTrip(ms: number): void;
  refresh(): void;
  readonly close: Stop;
}

/**
 * Network Information where there is any (Chromium; the `type` on Android and ChromeOS only), `onLine`, and how slow our
 * own calls are. Slow calls belong to the network they were made on: they are forgotten when it changes or comes back. And
 * a phone that calls no more, because its network is slow, would find it slow for ever: after a minute it may try once.
 */
export function openNetwork(
  { phone, view, now }: Pick<SensorParts, 'phone' | 'view' | 'now'>,
  changed: () => void,
): NetworkSensor {
  const { fact, say } = keepFact<NetworkFact>('measured', now, changed);
  const connection = attempt(() => phone.connection);
  let slowCalls = 0;
  let slowAt = 0;

  function refresh(): void {
    const isOnline = attempt(() => phone.onLine);
    const type = oneOf(
      TYPES,
      attempt(() => connection?.type),
    );
    const effectiveType = oneOf(
      EFFECTIVE_TYPES,
      attempt(() => connection?.effectiveType),
    );
    const before = fact()?.value;
    if (before && (before.type !== type || before.isOnline !== isOnline)) slowCalls = 0;
    if (now() - slowAt > TRY_AGAIN_MS) slowCalls = Math.min(slowCalls, BEFORE_WEAK);
    const saveData = attempt(() => connection?.saveData) === true;
    say(isOnline === undefined ? undefined : { isOnline, type, effectiveType, saveData, slowCalls });
  }
  const stops = [listen(view, ['online', 'offline'], refresh), listen(connection, ['change'], refresh)];
  refresh();
  return {
    fact,
    roundTrip(ms) {
      if (!(ms >= 0)) return;
      if (ms > SLOW_CALL_MS) slowAt = now();
      slowCalls = ms > SLOW_CALL_MS ? slowCalls + 1 : 0;
      refresh();
    },
    refresh,
    close: () => stops.forEach((stop) => stop()),
  };
}

const oneOf = <Name extends string>(names: readonly Name[], said: string | undefined): Name | 'unknown' =>
  names.find((name) => name === said) ?? 'unknown';
