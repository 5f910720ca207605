import { chart } from './chart.ts';
import { percent, PROMISE, type PhoneReport } from './report.ts';

/** The report for people: figures with their bars, and the windows as a picture. */
export function printed(report: PhoneReport): string {
  const { windows, broken, warmUp, shares, privateBytes, wireBytes, requests, stopTrials } = report;
  const rows: readonly (readonly [string, string, string])[] = [
    ['highest window of 60 s', percent(report.maxShare), `at most ${percent(PROMISE.share)}`],
    ['mean', percent(report.meanShare), `at least nine tenths of ${shareOr(report.targetShare)}, the target`],
    ['  the phone / its twin', `${percent(shares.onCpuShare)} / ${percent(shares.controlCpuShare)}`, ''],
    ['  worker threads alone', percent(report.workerShare), ''],
    ['  in the warm-up', percent(warmUp.addedCpuShare), `${warmUp.seconds.toFixed(0)} s, not counted above`],
    ['private bytes, peak less peak', megabytes(report.privateBytesAdded), `under ${megabytes(PROMISE.privateBytes)}`],
    ['  the phone / its twin', `${megabytes(privateBytes.on)} / ${megabytes(privateBytes.control)}`, ''],
    ['  before the question', `${megabytes(privateBytes.onBefore)} / ${megabytes(privateBytes.controlBefore)}`, ''],
    [
      'units accepted',
      String(report.units),
      `${report.linksCut} links cut, ${report.linksOpened} opened, ${report.linksResumed} resumed TLS`,
    ],
    ['exchange bytes a unit', whole(report.bytesPerUnit), `at most ${PROMISE.bytesPerUnit[report.stops] ?? 0}`],
    [
      'socket bytes a unit',
      whole(report.socketBytesPerUnit),
      `${requests.link} links ${wireBytes.link}, ${requests.kernel} kernels ${wireBytes.kernel}`,
    ],
    ['enrolment and self-test', `${wireBytes.device} bytes`, 'once a phone'],
    [
      'stopped after',
      `${whole(report.stopMs)} ms`,
      `at most ${PROMISE.stopMs}; ${stopTrials.map(({ stopMs }) => whole(stopMs)).join(', ')}`,
    ],
    ['machine idle', percent(report.machineIdle), `${report.cores} cores, ${report.minutes.toFixed(1)} minutes`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const inner = Math.max(...rows.map(([, figure]) => figure.length));
  return [
    ...rows.map(([name, figure, bar]) => `${name.padEnd(width)}  ${figure.padStart(inner)}  ${bar}`.trimEnd()),
    '',
    'added CPU, windows of 60 s, one each 10 s:',
    chart(
      windows.map(({ addedCpuShare }) => addedCpuShare),
      PROMISE.share,
    ),
    '',
    `added CPU, ms: ${listed(report.addedMsByRole, (role, ms) => `${role} ${ms}`)}`,
    `messages: ${listed(report.frames, (name, { count, bytes }) => `${count} ${name} (${bytes} bytes)`)}`,
    `Home said, each 10 s: ${listed(report.signs, (said, times) => `${times} × ${said}`)}`,
    ...broken.map((line) => `BROKEN: ${line}`),
  ].join('\n');
}

const listed = <T>(all: Readonly<Record<string, T>>, say: (name: string, one: T) => string): string =>
  Object.entries(all)
    .map(([name, one]) => say(name, one))
    .join(', ');
const whole = (figure: number | null): string => (figure === null ? 'none' : figure.toFixed(0));
const shareOr = (share: number | null): string => (share === null ? 'an unknown share' : percent(share));
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
