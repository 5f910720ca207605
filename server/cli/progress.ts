import type { JobView } from '../../shared/protocol/rest.ts';

const CELLS = 24;

/** One line: a bar, units, round, and what the best is worth so far. */
export function progressLine(job: JobView): string {
  const done = job.units === 0 ? 0 : Math.min(1, job.unitsChecked / job.units);
  const filled = Math.round(done * CELLS);
  const bar = '█'.repeat(filled) + '░'.repeat(CELLS - filled);
  const best = job.roundLengths.at(-1);
  const rounds = job.rounds > 1 ? `, round ${job.round} of ${job.rounds}` : '';
  return `${bar} ${job.unitsChecked} of ${job.units} units${rounds}${best === undefined ? '' : `, best ${round3(best)}`}`;
}

export const round3 = (value: number): number => Math.round(value * 1000) / 1000;

export interface Progress {
  readonly show: (job: JobView) => void;
  readonly end: () => void;
}

/** On a terminal one line that is drawn over; elsewhere a line whenever something has changed. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  let last = '';
  return {
    show(job) {
      const line = progressLine(job);
      if (line === last) return;
      last = line;
      stream.write(stream.isTTY ? `\r\u001B[K${line}` : `${line}\n`);
    },
    end() {
      if (stream.isTTY && last !== '') stream.write('\n');
    },
  };
}
