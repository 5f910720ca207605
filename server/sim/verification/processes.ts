import { spawn } from 'node:child_process';
import { must } from '../../../shared/assert.ts';

/** Rows at a time: a process each. */
const PROCESSES = 2;

/**
 * Runs this script once for each row, with `--row 0`, `--row 1`, …; each says one JSON object in its last line. The longest
 * rows had better come first: each idle process takes the next.
 */
export async function inProcesses<Row>(
  count: number,
  args: readonly string[],
  each: (row: Row, index: number, seconds: number) => void,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let next = 0;
  async function lane(): Promise<void> {
    while (next < count) {
      const index = next++;
      const startedAt = performance.now();
      const row = JSON.parse(await lastLineOf([...args, '--row', String(index)])) as Row;
      rows[index] = row;
      each(row, index, (performance.now() - startedAt) / 1000);
    }
  }
  await Promise.all(Array.from({ length: PROCESSES }, lane));
  return rows;
}

function lastLineOf(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const script = must(process.argv[1], 'the script that runs');
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(said.trim().split('\n').at(-1) ?? '');
      else reject(new Error(`${args.join(' ')} ended with ${code}`));
    });
  });
}
