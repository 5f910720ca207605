import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface DemoServerOptions {
  /** Its data folder: a new server, or the one that was killed. */
  readonly folder: string;
  readonly port: number;
  readonly mainframeThreads: string;
}

/** Starts the demonstration's server as a process of its own and waits until it serves. */
export async function startDemoServer({ folder, port, mainframeThreads }: DemoServerOptions): Promise<ChildProcess> {
  const env = { ...process.env, PORT: String(port), DATA_DIR: folder, MAINFRAME_THREADS: mainframeThreads };
  const script = join(import.meta.dirname, 'demo-server.ts');
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout.on('data', (data: Buffer) => /Serving on/.test(data.toString()) && resolve());
  });
  child.removeAllListeners('exit');
  return child;
}

/** Lets it finish what it has, and waits until it is gone. */
export async function stopDemoServer(server: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await gone;
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
