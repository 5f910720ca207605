/**
 * `npm run bench -- speed --json`: a driver's first minutes on a slow phone: the built app in real Chromium at a quarter of
 * this machine's speed (of the main thread; workers run at full speed) and slow 4G (1.6 Mbit/s, 150 ms), the real server.
 *
 *   - first load of the invite and of Home, cache cold: paint, first control, interactive (then five seconds without a long task)
 *   - Enable to the worker of tasks, self-test and kernel included
 *   - taps over Home, Ask, Settings: Event Timing, touch to next frame
 *   - tasks of over 50 ms on the main thread while the phone computes, with the scripts the browser attributes them to
 *
 * Not measured: a phone. The server is reached without TLS, which would add two round trips to the first load.
 */
import { measureSpeed, type FirstLoad } from './measure-speed.ts';
import { readSpeedFlags, SPEED_USAGE } from './flags.ts';

/** Exit code 2: a flag makes no sense. */
export async function runSpeed(args: readonly string[]): Promise<void> {
  const flags = readSpeedFlags(args);
  if (!flags.ok) {
    process.stderr.write(`${flags.error}\n${SPEED_USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const report = await measureSpeed(flags.value, (line) => void process.stderr.write(`${line}\n`));
  const { invitePage, homePage, optIn, taps, computing } = report;
  const load = ({ firstPaintMs, controlMs, interactiveMs }: FirstLoad): string =>
    `painted ${ms(firstPaintMs)}, control ${ms(controlMs)}, interactive ${ms(interactiveMs)}`;
  const lines = [
    `invite, cold:     ${load(invitePage)}`,
    `Home, cold:       ${load(homePage)}`,
    `Enable to worker: self-test runs ${ms(optIn.selfTestRunsMs)}, worker started ${ms(optIn.workerStartedMs)}, runs ${ms(optIn.workerRunsMs)}`,
    `${taps.count} taps:          p75 ${ms(taps.p75Ms)}, p98 ${ms(taps.p98Ms)}, longest ${ms(taps.longestMs)}`,
    `computing:        ${computing.longTasks.length} long tasks in ${computing.computedSeconds} of ${computing.seconds} s`,
    ...computing.longTasks.map((task) => `  ${ms(task.ms)}: ${task.scripts.join('; ') || 'no script'}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (flags.value.json) process.stdout.write(`${JSON.stringify(report)}\n`);
}

const ms = (value: number | null): string => (value === null ? 'never' : `${value.toFixed(0)} ms`);
