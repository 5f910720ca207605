import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { ROOT } from '../spawn-quietly.ts';
import { manifestOf, type Picture } from './manifest.ts';
import { type Shell, shellOf } from './shell.ts';

/**
 * Makes the build installable: `/manifest.webmanifest`, and `/sw.js`, which knows every file of this build by name. Forty lines
 * in the place of vite-plugin-pwa, which would bring Babel and a second bundler for the same; the worker itself stands on Workbox.
 */
export const pwa = (): Plugin => ({
  name: 'pwa',
  apply: 'build',
  enforce: 'post',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { path }) =>
      path === '/index.html'
        ? [{ tag: 'link', attrs: { rel: 'manifest', href: '/manifest.webmanifest' }, injectTo: 'head' }]
        : [],
  },
  generateBundle: {
    order: 'post',
    async handler(_options, bundle) {
      if (!bundle['index.html']) return; // a page of the tests, not the app
      const picture = (name: string): Picture => {
        const source = readFileSync(join(ROOT, 'web', 'pwa', 'pictures', `${name}.png`));
        const id = this.emitFile({ type: 'asset', name: `${name}.png`, source });
        // PNG: width and height stand at byte 16, big-endian.
        return { src: `/${this.getFileName(id)}`, size: `${source.readUInt32BE(16)}x${source.readUInt32BE(20)}` };
      };
      const manifest = manifestOf({ background: token('bg'), theme: token('go-ground'), picture });
      this.emitFile({ type: 'asset', fileName: 'manifest.webmanifest', source: JSON.stringify(manifest) });
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: await workerFor(shellOf(bundle)) });
    },
  },
});

/** A colour by day. */
function token(name: string): string {
  const [, value] = new RegExp(`--${name}: (#\\w+);`).exec(readFileSync(join(ROOT, 'web/ui/tokens.css'), 'utf8')) ?? [];
  if (value === undefined) throw new Error(`tokens.css has no --${name}`);
  return value;
}

/** One classic script without imports: every browser that has service workers runs it. */
async function workerFor(shell: Shell): Promise<string> {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { __SHELL__: JSON.stringify(shell) },
    build: {
      write: false,
      target: ['chrome87', 'safari14.1', 'firefox90'],
      rolldownOptions: {
        input: join(ROOT, 'web/worker/sw.ts'),
        output: { format: 'iife', entryFileNames: 'sw.js' },
      },
    },
  });
  const [output] = [built].flat();
  const worker = output && 'output' in output ? output.output.find((file) => file.type === 'chunk') : undefined;
  if (!worker) throw new Error('the service worker did not build');
  return worker.code;
}
