import type { Answer } from './bus-connection.ts';
import type { Value, Variant } from './marshal.ts';
import type { Message } from './message.ts';

/** A battery as UPower tells of one. */
export interface BatteryReading {
  /** Percent. */
  readonly percentage: number;
  readonly state: BatteryState;
  /** Seconds; 0 = not known. */
  readonly secondsToEmpty: number;
  readonly secondsToFull: number;
  /** False: a computer without a battery. */
  readonly isPresent: boolean;
}

export type BatteryState = 'charging' | 'discharging' | 'empty' | 'full';
const STATES: readonly BatteryState[] = ['charging', 'discharging', 'empty', 'full'];
const TYPE_BATTERY = 2;

export const UPOWER = 'org.freedesktop.UPower';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
const ROOT = '/org/freedesktop/UPower';
const DEVICE = `${ROOT}/devices/DisplayDevice`;

type Properties = Readonly<Record<string, Variant>>;

/** The properties of the one device there is (UPower's `org.freedesktop.UPower.Device`), the types as in its documentation. */
const deviceProperties = (reading: BatteryReading): Properties => ({
  Type: { type: 'u', value: TYPE_BATTERY },
  State: { type: 'u', value: STATES.indexOf(reading.state) + 1 },
  Percentage: { type: 'd', value: reading.percentage },
  TimeToEmpty: { type: 'x', value: BigInt(reading.secondsToEmpty) },
  TimeToFull: { type: 'x', value: BigInt(reading.secondsToFull) },
  IsPresent: { type: 'b', value: reading.isPresent },
});

const DAEMON: Properties = {
  DaemonVersion: { type: 's', value: '1.90.2' },
  OnBattery: { type: 'b', value: true },
};

/** What UPower would answer to this call; nothing where it has no such method or property. */
export function upowerAnswer(
  { path, interface: from, member, body = [] }: Message,
  reading: BatteryReading,
): Answer | undefined {
  const properties = path === ROOT ? DAEMON : path === DEVICE ? deviceProperties(reading) : undefined;
  if (!properties) return undefined;
  switch (`${from}.${member}`) {
    case `${UPOWER}.EnumerateDevices`:
      return { signature: 'ao', body: [[DEVICE]] };
    case `${UPOWER}.GetDisplayDevice`:
      return { signature: 'o', body: [DEVICE] };
    case `${PROPERTIES}.Get`: {
      const value = properties[body[1] as string];
      return value && { signature: 'v', body: [value] };
    }
    case `${PROPERTIES}.GetAll`:
      return { signature: 'a{sv}', body: [Object.entries(properties)] };
    default:
      return undefined;
  }
}

/** What UPower says by itself when a reading changes. */
export const changedSignal = (reading: BatteryReading) => ({
  from: { path: DEVICE, interface: PROPERTIES, member: 'PropertiesChanged' },
  signature: 'sa{sv}as',
  body: [`${UPOWER}.Device`, Object.entries(deviceProperties(reading)), []] as readonly Value[],
});
