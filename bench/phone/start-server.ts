import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

export interface ServerOptions {
  readonly folder: string;
  readonly port: number;
  /** Where its pages are reached: in front of the wires. */
  readonly origins: readonly string[];
}

/** The shipped server as a process of its own, its mainframe off, so that the phone gets the work. Waits until it serves. */
export async function startServer({ folder, port, origins }: ServerOptions): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../server/main.ts')], {
    env: {
      ...process.env,
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: folder,
      ORIGINS: origins.join(','),
      MAINFRAME_THREADS: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout.on('data', (data: Buffer) => /Serving on/.test(data.toString()) && resolve());
  });
  child.removeAllListeners('exit');
  return child;
}
