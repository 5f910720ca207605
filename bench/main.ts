/**
 * `npm run bench -- phone --minutes 10 --json`: what lending costs a phone, as it ships: the built app in real Chromium, the
 * real server as a process of its own with its database, a driver who joins by invite and opts in by clicking, at the
 * driver's own duty and rules, and requests of another account that never run out.
 *
 * `npm run bench -- speed`: how fast it answers on a slow phone (`speed/main.ts`).
 *
 * A second browser, the twin, runs the same app at the same time, signed in and opted out: same machine, same minute, same
 * load from others, and half the wall time of taking turns. What is added is the phone's less its twin's.
 *
 *   - CPU: all processes of a browser ÷ (wall × logical cores, at most 8), windows of 60 s, one each 10 s. From the first
 *     slice on 40 s are a warm-up, told apart: opening, self-test, kernel, first heat window
 *   - memory: Private_Clean + Private_Dirty of all its processes, the phone's peak less its twin's
 *   - bytes: on the wire, TLS 1.3 included, on links and for kernels; six links are cut. Payloads of exchanges and replies
 *   - stop: Stop is tapped in a slice, three times; the last sign of life of a worker thread, polled every 2 ms
 *
 * Not measured: a phone. Its cores, its heat and its battery are not this machine's. Compute Pressure is said to be nominal,
 * because other programs of this machine are no load of the phone; battery and network say what Chromium says of a computer
 * on mains. The certificate is smaller than a public one with its chain (about 2.5 kB a full handshake). TCP and IP headers
 * are not in any figure, nor is the app's own traffic in those of Shared Compute. The last line of stdout is JSON with
 * `--json`, shares of the device as fractions; progress goes to stderr. Exit 2: a flag makes no sense.
 */
import { readFlags, USAGE } from './flags.ts';

const args = process.argv.slice(2);
if (args[0] === 'speed') {
  const { runSpeed } = await import('./speed/main.ts');
  await runSpeed(args.slice(1));
  process.exit();
}
const flags = readFlags(args);
if (!flags.ok) {
  process.stderr.write(`${flags.error}\n${USAGE}\n`);
  process.exit(2);
}
const { measurePhone } = await import('./phone/measure-phone.ts');
const { reportOn } = await import('./phone/report.ts');
const { printed } = await import('./phone/print.ts');
const report = reportOn(await measurePhone(flags.value, (line) => void process.stderr.write(`${line}\n`)));
process.stdout.write(`${printed(report)}\n`);
if (flags.value.json) process.stdout.write(`${JSON.stringify(report)}\n`);
