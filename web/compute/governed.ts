import { govern, NEW_GOVERNOR, NO_LIMITS } from '../../shared/agent/governor/governor.ts';
import {
  REST_CODES,
  type Decision,
  type DriverLimits,
  type Fact,
  type GovernorPolicy,
  type RestCode,
  type Signals,
} from '../../shared/agent/governor/signals.ts';
import type { ClockChange } from '../../shared/model/hours.ts';
import { DAY, MINUTE } from '../../shared/time.ts';
import type { SensorFacts } from '../sensors/sensors.ts';
import type { BatteryStudy } from './battery-study.ts';

export interface GovernedParts {
  readonly facts: (now: number) => SensorFacts;
  readonly isOptedIn: () => boolean;
  /** The driver's, and when the driver last said that the battery is above 30 %: on the page's clock. */
  readonly limits?: () => DriverLimits;
  readonly batteryDeclaredAt?: () => number | undefined;
  readonly bytesToday: () => number;
  readonly isCappedByServer?: () => boolean;
  /** The programme runs: pushed by the server. */
  readonly isProgrammeOn: () => boolean;
  readonly rules: () => GovernorPolicy;
  /** The tester's bench: full speed, and no rule but the driver's word and the page in front. */
  readonly bench: boolean;
  /** What lending takes from the battery; left out, nothing is measured. */
  readonly study?: BatteryStudy;
  /** For the lab and for evidence: every question with its answer. */
  readonly traced?: ((traced: TracedDecision) => void) | undefined;
  /** On the page's clock, which no driver can set. */
  readonly now: () => number;
  /** On the driver's own clock: milliseconds whose days change at the driver's midnight. */
  readonly localTime: () => number;
  /** When that clock is set next (summer time); left out: never. */
  readonly clockChange?: () => ClockChange | undefined;
}

/** One question to the governor, and its answer. */
export interface TracedDecision {
  readonly now: number;
  readonly signals: Signals;
  readonly limits: DriverLimits;
  readonly decision: Decision;
}

export interface Governed {
  decision(): Decision;
  /** Asks all rules again. True when the decision is another one than before. */
  look(): boolean;
}

/** The governor with its memory, asked about this page's sensors, meters and the driver's limits. */
export function openGoverned(parts: GovernedParts): Governed {
  let state = NEW_GOVERNOR;
  /** A phone that a rule rests for long is in neither arm of the study. */
  let isFitForStudy = false;
  let decision = decide();

  function decide(): Decision {
    const now = parts.now();
    const given = parts.limits?.() ?? NO_LIMITS;
    const limits = parts.bench ? { ...NO_LIMITS, agreed: given.agreed } : given;
    const said = signals(now);
    const told = govern(state, said, limits, parts.rules(), now);
    state = told.state;
    isFitForStudy = told.decision.failing.every((code) => STUDIED_THROUGH.includes(code));
    parts.traced?.({ now, signals: said, limits, decision: told.decision });
    return told.decision;
  }

  function signals(now: number): Signals {
    const facts = parts.facts(now);
    const measured = <T>(value: T): Fact<T> => ({ value, source: 'measured', at: now });
    const local = parts.localTime();
    const intoDay = ((local % DAY) + DAY) % DAY;
    return {
      ...facts,
      optedIn: measured(parts.isOptedIn()),
      // Who may opt in at all the server says before the switch is shown; when that changes it ends the link.
      inRollout: measured(true),
      programmeOn: measured(parts.isProgrammeOn()),
      bytesToday: parts.bytesToday(),
      isCappedByServer: parts.isCappedByServer?.() ?? false,
      batteryDeclaredAt: parts.batteryDeclaredAt?.(),
      minuteOfDay: Math.floor(intoDay / MINUTE),
      midnightAt: now + DAY - intoDay,
      clockChange: parts.clockChange?.(),
      measuringUntil: parts.bench ? undefined : parts.study?.look(now, facts.battery?.value, isFitForStudy),
      ...(parts.bench && BENCH),
      ...(parts.bench && {
        battery: measured({ level: 1, isCharging: true }),
        pressure: measured('nominal' as const),
        network: measured({
          isOnline: true,
          type: 'wifi',
          effectiveType: '4g',
          saveData: false,
          slowCalls: 0,
        } as const),
      }),
    };
  }

  return {
    decision: () => decision,
    look() {
      const next = decide();
      const isAnother = JSON.stringify(next) !== JSON.stringify(decision);
      decision = next;
      return isAnother;
    },
  };
}

/** They pass by themselves within seconds, in both arms alike; or are the study's own. */
const STUDIED_THROUGH: readonly RestCode[] = ['in_use', 'weak_network', 'measuring_battery'];

/** What a bench leaves out: a machine of ours, at work because somebody sits at it. */
const BENCH = {
  lowPower: undefined,
  heat: undefined,
  userActive: undefined,
  lastInputAt: undefined,
  lastLongFrameAt: undefined,
  bytesToday: 0,
} as const;

/** As a device reports it: a code's place from 1; 0 = computing. */
export const reasonNumber = ({ reason }: Decision): number =>
  reason === undefined ? 0 : REST_CODES.indexOf(reason) + 1;
