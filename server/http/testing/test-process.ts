import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenFileIn } from '../../adapters/data-folder.ts';
import { Asker } from './test-server.ts';

const SERVER = join(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TestProcess {
  readonly pid: number;
  /** The first line on stdout that matches; rejects if the process ends before. */
  line(pattern: RegExp): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Runs `main.ts` or `cli.ts` as a process of its own, with this environment and little else. */
export function run(script: 'main.ts' | 'cli.ts', args: readonly string[], env: Record<string, string>): TestProcess {
  const child = spawn(process.execPath, [join(SERVER, script), ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (data) => (stderr += data));
  child.stdout.on('data', (data) => (stdout += data));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return {
    pid: child.pid ?? 0,
    ended,
    kill: (signal) => void child.kill(signal),
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = stdout.split('\n').find((line) => pattern.test(line));
          if (found !== undefined) resolve(found);
        };
        child.stdout.on('data', look);
        void ended.then(() => reject(new Error(`ended before ${pattern}: ${stdout}${stderr}`)));
        look();
      }),
  };
}

/** A server process that serves, and its operator. */
export async function runServer(
  dataDir: string,
  env: Record<string, string> = {},
): Promise<TestProcess & { readonly operator: Asker; readonly url: string }> {
  const server = run('main.ts', [], { DATA_DIR: dataDir, PORT: '0', MAINFRAME_THREADS: '0', ...env });
  const [url = ''] = /http:\S+/.exec(await server.line(/^Serving on/)) ?? [];
  return { ...server, url, operator: new Asker(url, readFileSync(tokenFileIn(dataDir), 'utf8').trim()) };
}
