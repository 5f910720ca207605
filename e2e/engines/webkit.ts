import { spawn, type ChildProcess } from 'node:child_process';
import { globSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { must } from '../../shared/assert.ts';
import type { Engine } from './engine.ts';

/** WebKitGTK's small browser, for the automation of its own kind. */
const miniBrowser = (): string =>
  must(globSync('/usr/lib/*/webkit2gtk-4.*/MiniBrowser')[0], 'the MiniBrowser of webkit2gtk-driver');

/**
 * WebKitGTK by WebDriver over plain fetch, on a screen that nobody sees. The engine of Safari, not Safari: iOS's rules for
 * pages in the background, its passkeys and its push are not in it.
 */
export const webkit: Engine = {
  name: 'webkit',
  packages: ['webkit2gtk-driver', 'xvfb', 'dbus'],
  programs: ['WebKitWebDriver', 'Xvfb', 'dbus-run-session'],
  async start() {
    const { screen, display } = await openScreen();
    const port = await freePort();
    const env = {
      ...process.env,
      DISPLAY: display,
      GDK_BACKEND: 'x11',
      LIBGL_ALWAYS_SOFTWARE: '1',
      // Its sandbox needs user namespaces, which root in a container has not.
      ...(process.getuid?.() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }),
    };
    const driver = spawn('dbus-run-session', ['--', 'WebKitWebDriver', `--port=${port}`], {
      env,
      detached: true,
      stdio: 'ignore',
    });
    const end = (): void => [driver, screen].forEach(endGroup);
    try {
      const call = caller(`http://127.0.0.1:${port}`);
      const options = { binary: miniBrowser(), args: ['--automation'] };
      const alwaysMatch = { 'webkitgtk:browserOptions': options, timeouts: { script: 120_000 } };
      const session = await call<Session>('POST', '/session', { capabilities: { alwaysMatch } });
      const at = `/session/${session.sessionId}`;
      return {
        version: `${session.capabilities.browserName}/${session.capabilities.browserVersion}`,
        async open(url) {
          await call('POST', `${at}/url`, { url });
        },
        async evaluate<T>(expression: string) {
          const script = `const done = arguments[0];
            Promise.resolve(${expression}).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
          const reply = await call<{ value?: T; error?: string }>('POST', `${at}/execute/async`, { script, args: [] });
          if (reply.error !== undefined) throw new Error(reply.error);
          return reply.value as T;
        },
        async close() {
          await call('DELETE', at).catch(() => undefined);
          end();
        },
      };
    } catch (error) {
      end();
      throw error;
    }
  },
};

interface Session {
  readonly sessionId: string;
  readonly capabilities: { readonly browserName: string; readonly browserVersion: string };
}

/** The driver takes a moment to listen: what is refused before it does is asked again. */
function caller(base: string) {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const ask = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    for (let tries = 0; ; tries++) {
      const response = await fetch(base + path, ask).catch(() => undefined);
      if (!response && tries < 100) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      const { value } = (await must(response, 'WebKitWebDriver').json()) as { value: T & { error?: string } };
      if (!response?.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value).slice(0, 500)}`);
      return value;
    }
  };
}

/** A screen of its own; the X server picks the number and says it. */
function openScreen(): Promise<{ readonly screen: ChildProcess; readonly display: string }> {
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '800x900x24', '-nolisten', 'tcp'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    screen.on('error', reject);
    screen.on('exit', () => reject(new Error('Xvfb ended before it had a screen')));
    must(screen.stdio[3], 'its answer').on('data', (number) =>
      resolve({ screen, display: `:${String(number).trim()}` }),
    );
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** With what it started itself. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
