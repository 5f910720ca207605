import { rowSpecs, runRow, sizesOf, specAt, type Row, type RowSpec } from './rows.ts';
import { inProcesses } from './processes.ts';

export interface VerificationOptions {
  readonly f: string;
  readonly tasks: string;
  readonly seed: string;
  readonly json: boolean;
  /** One row alone, by its number: what the comparison starts a process for. */
  readonly row?: string | undefined;
  /** Only the rows of this policy. */
  readonly policy?: string | undefined;
}

/**
 * `npm run sim -- --scenario verification --f 0.05 --json`: ours and its rivals side by side, each row the shipped server
 * with a population of its own. The last line on stdout is one JSON object. `--row 17` runs one row and prints it.
 */
export async function verification(options: VerificationOptions): Promise<number> {
  const f = Number(options.f);
  const tasksPerSeat = Number(options.tasks);
  const seed = Number(options.seed);
  if (!(f > 0 && f < 1) || !Number.isSafeInteger(tasksPerSeat) || tasksPerSeat < 1 || !Number.isSafeInteger(seed)) {
    console.error('Expected --f between 0 and 1, --tasks from 1 on and a whole --seed.');
    return 2;
  }
  const { policy } = options;
  const specs = rowSpecs(f).filter((spec) => policy === undefined || spec.policy === policy);
  if (specs.length === 0) {
    console.error(`There is no policy “${policy}”.`);
    return 2;
  }
  if (options.row !== undefined) {
    const spec = specAt(specs, Number(options.row));
    console.log(JSON.stringify(await runRow(spec, sizesOf(spec, seed, tasksPerSeat))));
    return 0;
  }
  const startedAt = performance.now();
  const args = ['--scenario', 'verification', '--f', options.f, '--tasks', options.tasks, '--seed', options.seed];
  if (policy !== undefined) args.push('--policy', policy);
  const rows = await inProcesses<Row>(specs.length, args, (row, index, rowSeconds) =>
    console.error(
      `${index + 1}/${specs.length} ${titleOf(row)}: ${row.wrongCredited.toExponential(2)}, ${rowSeconds.toFixed(1)} s`,
    ),
  );
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  for (const line of readable(rows)) console.error(line);
  const ours = rows.filter(({ policy }) => policy.startsWith('ours'));
  const releasedByOurs = ours.reduce((sum, row) => sum + row.releasedAnswers, 0);
  const wrongReleasedByOurs = ours.reduce((sum, row) => sum + row.wrongReleasedCount, 0);
  const result = {
    scenario: 'verification',
    f,
    seed,
    tasksPerSeat,
    seconds,
    releasedByOurs,
    wrongReleasedByOurs,
    rows,
  };
  console.log(options.json ? JSON.stringify(result) : `${rows.length} rows in ${seconds} s`);
  return 0;
}

const titleOf = ({ policy, f, s, colluding, liar }: RowSpec): string =>
  f === 0 ? `${policy}, nobody lies` : `${policy}, s = ${s}${colluding ? ', colluding' : ''}${liar ? `, ${liar}` : ''}`;

function readable(rows: readonly Row[]): readonly string[] {
  const line = (row: Row): string =>
    [
      titleOf(row).padEnd(52),
      row.wrongCredited.toExponential(2).padStart(10),
      row.wrongReleased.toExponential(2).padStart(10),
      `${(100 * row.overhead).toFixed(2)} %`.padStart(10),
      String(row.falseConvictions).padStart(6),
      row.daysToFinal.toFixed(1).padStart(6),
    ].join('');
  const head = 'row'.padEnd(52) + ['credited', 'released', 'overhead'].map((word) => word.padStart(10)).join('');
  return [`${head} false  days`, ...rows.map(line)];
}
