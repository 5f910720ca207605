import fc from 'fast-check';
import { DAY, HOUR } from '../../../time.ts';
import { govern, type GovernorState, NEW_GOVERNOR, NO_LIMITS } from '../governor.ts';
import { type Decision, type DriverLimits, GOVERNOR_POLICY, type Signals } from '../signals.ts';
import { factAt, GOOD_BATTERY, GOOD_NETWORK, goodSignals, NOON } from './good-signals.ts';

const GOOD = {
  optedIn: true,
  inRollout: true,
  programmeOn: true,
  visible: true,
  focused: true,
  battery: GOOD_BATTERY,
  lowPower: false,
  heat: [1, 1, 1] as readonly number[],
  pressure: 'nominal' as const,
  userActive: false,
  network: GOOD_NETWORK,
};
type FactName = keyof typeof GOOD;
const FACT_NAMES = Object.keys(GOOD) as FactName[];

/** One thing that happens to a phone. */
type Change =
  | { readonly happens: 'fact'; readonly name: FactName; readonly value: unknown }
  /** The sensor says nothing more: the fact grows old. */
  | { readonly happens: 'silent' | 'missing'; readonly name: FactName }
  | { readonly happens: 'lastInputAt' | 'lastLongFrameAt' | 'batteryDeclaredAt' | 'healed' }
  | { readonly happens: 'meter'; readonly bytesToday: number; readonly isCappedByServer: boolean }
  | { readonly happens: 'block'; readonly measuringUntil: number | undefined }
  | { readonly happens: 'limits'; readonly limits: Partial<DriverLimits> };

interface Step {
  readonly ms: number;
  readonly change: Change | undefined;
}

/** What was asked and answered at one moment of a trace. */
export interface Moment {
  readonly now: number;
  readonly signals: Signals;
  readonly limits: DriverLimits;
  readonly decision: Decision;
}

const mostly = <T>(good: T, bad: T) => fc.oneof({ weight: 4, arbitrary: fc.constant(good) }, fc.constant(bad));
const level = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 15, max: 35 }).map((percent) => percent / 100) },
  { weight: 3, arbitrary: fc.integer({ min: 55, max: 80 }).map((percent) => percent / 100) },
  fc.constantFrom(0, 1, NaN, -1, 2, 0.19999999999999998, 0.29000000000000004),
);
const ratio = fc.oneof(fc.constantFrom(1, 1.34, 1.35, 1.69, 1.7, 2), fc.constantFrom(1.7, 2), fc.constantFrom(0, NaN));
const values: Readonly<Record<FactName, fc.Arbitrary<unknown>>> = {
  optedIn: mostly(true, false),
  inRollout: mostly(true, false),
  programmeOn: mostly(true, false),
  visible: mostly(true, false),
  focused: mostly(true, false),
  battery: fc.record({ level, isCharging: fc.boolean() }),
  lowPower: fc.boolean(),
  heat: fc.array(ratio, { minLength: 2, maxLength: 4 }),
  pressure: fc.constantFrom('nominal', 'fair', 'serious', 'critical'),
  userActive: mostly(false, true),
  network: fc.record({
    isOnline: mostly(true, false),
    type: fc.constantFrom('wifi', 'ethernet', 'cellular', 'none', 'unknown'),
    effectiveType: fc.constantFrom('slow-2g', '2g', '3g', '4g', '4g', 'unknown'),
    saveData: fc.boolean(),
    slowCalls: fc.integer({ min: 0, max: 4 }),
  }),
};
const hours = fc.constantFrom(undefined, { from: 0, to: 725 }, { from: 730, to: 60 }, { from: 5, to: 5 });
const limits = fc.record(
  {
    agreed: fc.record({ hours, networks: mostly('any' as const, 'wifi' as const) }),
    wifiOnly: fc.boolean(),
    chargingOnly: fc.boolean(),
    ignoreBatteryWhileCharging: fc.boolean(),
    hours,
    lowerShare: fc.constantFrom(undefined, 0, 0.5, 0.9, 1.2, 7),
    pausedUntil: fc.constantFrom(undefined, NOON + 60_000, NOON + HOUR),
  },
  { requiredKeys: [] },
);

const fact = (names: readonly FactName[]): fc.Arbitrary<Change> =>
  fc.constantFrom(...names).chain((name) => values[name].map((value): Change => ({ happens: 'fact', name, value })));
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 8, arbitrary: fact(['battery', 'lowPower', 'heat', 'pressure', 'network']) },
  { weight: 2, arbitrary: fact(FACT_NAMES) },
  fc
    .constantFrom('silent' as const, 'missing' as const)
    .chain((happens) => fc.constantFrom(...FACT_NAMES).map((name): Change => ({ happens, name }))),
  fc
    .constantFrom('lastInputAt' as const, 'lastLongFrameAt' as const, 'batteryDeclaredAt' as const)
    .map((happens): Change => ({ happens })),
  { weight: 4, arbitrary: fc.constant<Change>({ happens: 'healed' }) },
  fc.record({
    happens: fc.constant('meter' as const),
    bytesToday: fc.constantFrom(0, 499_999, 500_000),
    isCappedByServer: mostly(false, true),
  }),
  fc.record({ happens: fc.constant('limits' as const), limits }),
  fc.record({
    happens: fc.constant('block' as const),
    measuringUntil: fc.constantFrom(undefined, NOON + 60_000, NOON + HOUR),
  }),
);

const steps = (ms: fc.Arbitrary<number>, changes = change): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.record({
      ms,
      change: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: changes }),
    }),
    { minLength: 200, maxLength: 600, size: 'max' },
  );

const second = { weight: 30, arbitrary: fc.constant(1_000) };
const other = { weight: 2, arbitrary: fc.integer({ min: 0, max: 7_000 }) };
const pause = fc.constantFrom(60_000, 299_000, 300_000, 599_000, 600_000);
/** Second by second, with a pause now and then; the clock only goes forward. */
export const forwardTrace = steps(fc.oneof(second, other, pause));
/** And with a clock that is a minute, an hour or a day off, both ways. */
export const jumpingTrace = steps(
  fc.oneof(second, other, pause, fc.constantFrom(-4_000, -60_000, -HOUR, HOUR, -DAY, DAY)),
);

const isSaid = (name: FactName, value: unknown): Change => ({ happens: 'fact', name, value });
/**
 * Nothing but the battery, and now and then heat, at a pace that crosses every minute of the two dwells: with all else in
 * the way, a trace seldom asks in a dwell's last minute, and a dwell cut short went unnoticed in two runs of three.
 */
export const dwellTrace = steps(
  fc.oneof(fc.constant(1_000), fc.integer({ min: 1_000, max: 60_000 })),
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .constantFrom(0.19, 0.2, 0.29, 0.3, 0.5)
        .map((value) => isSaid('battery', { ...GOOD_BATTERY, level: value })),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Change>({ happens: 'batteryDeclaredAt' }, { happens: 'missing', name: 'battery' }),
    },
    { weight: 1, arbitrary: fc.constantFrom(isSaid('pressure', 'critical'), isSaid('heat', [1.7, 1.7, 1.7])) },
    { weight: 2, arbitrary: fc.constant<Change>({ happens: 'healed' }) },
  ),
);

/** Asks a new governor at each step. */
export function play(trace: readonly Step[]): readonly Moment[] {
  const phone = newPhone();
  let state: GovernorState = NEW_GOVERNOR;
  let now = NOON;
  return trace.map(({ ms, change: happened }) => {
    now += ms;
    if (happened) phone.undergo(happened, now);
    const asked = { now, signals: phone.signals(now), limits: phone.limits() };
    const answer = govern(frozen(state), frozen(asked.signals), frozen(asked.limits), GOVERNOR_POLICY, now);
    state = answer.state;
    return { ...asked, decision: answer.decision };
  });
}

function newPhone() {
  const facts = new Map<FactName, { readonly value: unknown; readonly silentAt: number | undefined } | undefined>();
  let others: Partial<Signals> = {};
  let driver = NO_LIMITS;
  const said = (name: FactName) => (facts.has(name) ? facts.get(name) : { value: GOOD[name], silentAt: undefined });
  return {
    undergo(happened: Change, now: number): void {
      const { happens } = happened;
      if (happens === 'fact') facts.set(happened.name, { value: happened.value, silentAt: undefined });
      else if (happens === 'silent') {
        const before = said(happened.name);
        facts.set(happened.name, before && { ...before, silentAt: before.silentAt ?? now });
      } else if (happens === 'missing') facts.set(happened.name, undefined);
      else if (happens === 'meter')
        others = { ...others, bytesToday: happened.bytesToday, isCappedByServer: happened.isCappedByServer };
      else if (happens === 'block') others = { ...others, measuringUntil: happened.measuringUntil };
      else if (happens === 'limits') driver = { ...NO_LIMITS, ...happened.limits };
      else if (happens === 'healed') {
        facts.clear();
        others = {};
        driver = NO_LIMITS;
      } else others = { ...others, [happens]: now };
    },
    signals(now: number): Signals {
      const named = FACT_NAMES.map((name) => {
        const it = said(name);
        return [name, it && factAt(it.silentAt ?? now, it.value)] as const;
      });
      return { ...goodSignals(now), ...(Object.fromEntries(named) as Partial<Signals>), ...others };
    },
    limits: () => driver,
  };
}

/** What is handed to the governor is not its to change. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
