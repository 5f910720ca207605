import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askBus, joinBus, type BusConnection } from './bus-connection.ts';
import { changedSignal, UPOWER, upowerAnswer, type BatteryReading } from './upower.ts';

/** A battery that a test sets, on a system bus of its own. */
export interface VirtualBattery {
  /** For the environment of a browser that is still to be started: it looks for its bus once. */
  readonly env: { readonly DBUS_SYSTEM_BUS_ADDRESS: string };
  set(change: Partial<BatteryReading>): void;
  /** Calls it had no answer to, once each: what a browser asks for and does not get. */
  readonly unanswered: ReadonlySet<string>;
  close(): Promise<void>;
}

const BUS = 'dbus-daemon';

/** Why there can be no virtual battery here; nothing where there can. */
export const batteryMissing: string | undefined =
  spawnSync(BUS, ['--version']).status === 0
    ? undefined
    : `No virtual battery: it needs the program ${BUS} (Debian: package of that name; Linux only).`;

const FULL: BatteryReading = {
  percentage: 100,
  state: 'full',
  secondsToEmpty: 0,
  secondsToFull: 0,
  isPresent: true,
};

/** A system bus (UPower's place) on which everybody may say everything: it has two members, and a folder nobody else can open. */
const configFor = (
  socket: string,
): string => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/**
 * Starts a bus, and answers on it as UPower does. Chromium has no other way to be told of a battery: no flag, no DevTools
 * command. Its Battery Status API then says what `set` says, through all of its own code.
 */
export async function startBattery(first: Partial<BatteryReading>): Promise<VirtualBattery> {
  const folder = mkdtempSync(join(tmpdir(), 'zeus-bus-'));
  const socket = join(folder, 'bus');
  const config = join(folder, 'bus.conf');
  writeFileSync(config, configFor(socket));
  const daemon = spawn(BUS, [`--config-file=${config}`, '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => daemon.once('close', () => resolve()));
  let bus: BusConnection | undefined;
  const close = async (): Promise<void> => {
    bus?.close();
    daemon.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };

  let reading: BatteryReading = { ...FULL, ...first };
  const unanswered = new Set<string>();
  try {
    await new Promise<void>((resolve, reject) => {
      daemon.once('error', reject).once('close', () => reject(new Error('The bus ended before it began.')));
      daemon.stdout.once('data', () => resolve());
    });
    bus = await joinBus(socket, (call) => {
      const answer = upowerAnswer(call, reading);
      if (!answer) unanswered.add(`${call.path} ${call.interface}.${call.member}(${JSON.stringify(call.body)})`);
      return answer;
    });
    await askBus(bus, 'RequestName', 'su', [UPOWER, 0]);
  } catch (error) {
    await close();
    throw error;
  }
  const joined = bus;
  return {
    env: { DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${socket}` },
    unanswered,
    close,
    set(change) {
      reading = { ...reading, ...change };
      const { from, signature, body } = changedSignal(reading);
      joined.signal(from, signature, body);
    },
  };
}
