import type { ConsentScope } from '../../model/consent.ts';
import type { ClockChange, Hours } from '../../model/hours.ts';
import type { RestCode } from '../../model/rest-codes.ts';

/**
 * What a phone's sensors say, and what the governor makes of it: the contract between `web/sensors`, the governor and the
 * screens. A fact that is missing, or `staleMs` old, is unknown: neither good nor bad.
 */

/** measured: the browser says so. estimated: inferred from something else. declared: the driver says so. */
export type Source = 'measured' | 'estimated' | 'declared';

export interface Fact<T> {
  readonly value: T;
  readonly source: Source;
  /** When it was last known to be so, on the clock of `now`, in ms. Sensors that are told of changes only say it again each second. */
  readonly at: number;
}

export type Signal<T> = Fact<T> | undefined;

export type Pressure = 'nominal' | 'fair' | 'serious' | 'critical';

export interface BatteryFact {
  /** 0 … 1. */
  readonly level: number;
  readonly isCharging: boolean;
}

export interface NetworkFact {
  readonly isOnline: boolean;
  /** `unknown` where the browser does not say (iOS, Firefox, desktop Safari). */
  readonly type: 'wifi' | 'ethernet' | 'cellular' | 'none' | 'unknown';
  readonly effectiveType: 'slow-2g' | '2g' | '3g' | '4g' | 'unknown';
  readonly saveData: boolean;
  /** The last round trips of our own that took more than `slowCallMs`, in a row. */
  readonly slowCalls: number;
}

export interface Signals {
  /** From the server's stored consent and programme; not known before the server was heard. */
  readonly optedIn: Signal<boolean>;
  readonly inRollout: Signal<boolean>;
  readonly programmeOn: Signal<boolean>;
  /** Visible, not frozen, not put away. */
  readonly visible: Signal<boolean>;
  readonly focused: Signal<boolean>;
  readonly battery: Signal<BatteryFact>;
  readonly lowPower: Signal<boolean>;
  /** Median slice time ÷ this phone's cold baseline of the last whole heat windows, newest last, at most three. */
  readonly heat: Signal<readonly number[]>;
  readonly pressure: Signal<Pressure>;
  /** Idle Detection, where granted: whether somebody uses the machine. */
  readonly userActive: Signal<boolean>;
  /** When the page last saw a pointer, a key, a scroll, a touch; and a long frame. On the clock of `now`. */
  readonly lastInputAt: number | undefined;
  readonly lastLongFrameAt: number | undefined;
  readonly network: Signal<NetworkFact>;
  /** Own meter, and whether the server said that the day's data are used up. */
  readonly bytesToday: number;
  readonly isCappedByServer: boolean;
  /** “My battery is above 30 %”, said by the driver at this time where the browser cannot say. */
  readonly batteryDeclaredAt: number | undefined;
  /** The driver's clock: minutes since midnight, and when the next midnight is, on the clock of `now`. */
  readonly minuteOfDay: number;
  readonly midnightAt: number;
  /** When summer time begins or ends, as far as two days ahead. */
  readonly clockChange: ClockChange | undefined;
  /** Until when nothing is lent, to measure what lending takes (`battery-study.ts`); on the clock of `now`. */
  readonly measuringUntil: number | undefined;
}

/** What a phone keeps of the scope of its driver's consent; the server keeps the classes, and the hours by its own clock. */
export type Agreed = Pick<ConsentScope, 'hours' | 'networks'>;

/** The driver's own limits, and what was agreed to: both hold. Left out: no limit. */
export interface DriverLimits {
  /** The driver can only lessen it; more is asked for by the text. */
  readonly agreed: Agreed;

  readonly wifiOnly: boolean;
  readonly chargingOnly: boolean;
  /** Below 20 % go on while charging: off unless the driver says so. */
  readonly ignoreBatteryWhileCharging: boolean;
  /** Compute only within them. */
  readonly hours: Hours | undefined;
  /** Percent of the device, at most the programme's target. */
  readonly lowerShare: number | undefined;
  /** “Pause for today”: until then, on the clock of `now`. */
  readonly pausedUntil: number | undefined;
}

export { REST_CODES, type RestCode } from '../../model/rest-codes.ts';

export const HALF_CODES = ['warm', 'losing_charge'] as const;
export type HalfCode = (typeof HALF_CODES)[number];

/** Signals that may be unknown and then lower the duty to `unknownShare`, once. */
export type UnknownSignal = 'battery' | 'heat' | 'network';

/** What ends a rest, for the sentence beside the reason. */
export type Ends =
  | { readonly when: 'opt_in' | 'server' | 'in_front' | 'low_power_off' | 'network' | 'wifi' | 'charging' }
  /** No time does: the driver's own hours and those agreed to never meet. */
  | { readonly when: 'other_hours' }
  /** Percent. */
  | { readonly when: 'battery'; readonly level: number }
  /** At this time, on the clock of `now`: a countdown. */
  | { readonly when: 'time'; readonly at: number };

export interface Decision {
  /** The first rule that fails; nothing while it may compute. */
  readonly reason: RestCode | undefined;
  /** All rules that fail, in their order. */
  readonly failing: readonly RestCode[];
  /** Those of them that what was agreed to fails. The driver's own limits may fail there as well: changing them ends nothing. */
  readonly byConsent: readonly RestCode[];
  /** All conditions that must be met, in the order in which the screen says them: battery and time may both be. */
  readonly ends: readonly Ends[];
  /** The same for every rule that fails: a screen may show another than the first, as a touch is no news while nothing runs. */
  readonly endsOf: Readonly<Partial<Record<RestCode, readonly Ends[]>>>;
  /** All that halve the duty now. */
  readonly half: readonly HalfCode[];
  readonly unknown: readonly UnknownSignal[];
  /** Percent of the device to aim at; 0 while it rests. Before the cap of 8 % of one core. */
  readonly share: number;
  /** `close`: within a second, then zero bytes (hidden, opted out, data cap). */
  readonly link: 'keep' | 'close';
  /** Not on a weak network, where what is held is finished and kept; nor off Wi-Fi where only Wi-Fi is allowed. */
  readonly mayTransfer: boolean;
}

/** Product section 3. Times in ms, shares in percent, levels in percent. */
export interface GovernorPolicy {
  /** No record for this long is unknown. */
  readonly staleMs: number;
  readonly targetShare: number;
  readonly unknownShare: number;
  readonly batteryStop: number;
  readonly batteryStart: number;
  readonly batteryDwellMs: number;
  readonly batteryDeclaredMs: number;
  /** Low power counts when seen twice this far apart; and its end likewise. */
  readonly lowPowerTwiceMs: number;
  readonly warmRatio: number;
  readonly hotRatio: number;
  readonly hotWindows: number;
  readonly coolDownMs: number;
  /** Below this level, charging, and falling by this many points within that time: half duty. */
  readonly losingBelow: number;
  readonly losingPoints: number;
  readonly losingMs: number;
  readonly inputMs: number;
  readonly quietMs: number;
  readonly slowCalls: number;
  readonly bytesADay: number;
}

export const GOVERNOR_POLICY: GovernorPolicy = {
  staleMs: 5_000,
  targetShare: 1.5,
  unknownShare: 1,
  batteryStop: 20,
  batteryStart: 30,
  batteryDwellMs: 5 * 60_000,
  batteryDeclaredMs: 2 * 3_600_000,
  lowPowerTwiceMs: 5_000,
  warmRatio: 1.35,
  hotRatio: 1.7,
  hotWindows: 3,
  coolDownMs: 10 * 60_000,
  losingBelow: 78,
  losingPoints: 1,
  losingMs: 10 * 60_000,
  inputMs: 3_000,
  quietMs: 5_000,
  slowCalls: 3,
  bytesADay: 500_000,
};
