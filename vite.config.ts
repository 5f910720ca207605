/** The app: built into `dist/`, which the server serves; in development served by Vite, with the server behind it. */
import { lingui } from '@lingui/vite-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressed } from './house/compressed.ts';
import { pwa } from './house/pwa/plugin.ts';
import { versionOfSources } from './house/source-stamp.ts';
import { kernelKey } from './house/kernel-key.ts';
import { securityHeaders } from './shared/headers.ts';

/** Where `npm start` listens. */
const SERVER = `http://127.0.0.1:${process.env['PORT'] ?? '8787'}`;

export default defineConfig(({ command }) => ({
  // Without `macroTransform` the build is clean and the page throws at its first sentence.
  plugins: [react(), lingui({ macroTransform: true }), pwa(), compressed()],
  define: { __ZEUS_VERSION__: JSON.stringify(versionOfSources()), ...kernelKey(process.env) },
  // React has had it since 18: the shim that wouter names would only weigh.
  resolve: { alias: { 'use-sync-external-store/shim/index.js': 'react' } },
  build: {
    // Every browser that has WebAssembly modules in workers; what iOS 14 lacks is written out.
    target: ['chrome87', 'safari14.1', 'firefox90'],
    modulePreload: {
      polyfill: false,
      // What a later screen imports is on the phone already (web/worker/sw.ts): naming it all in the entry would cost a kilobyte.
      resolveDependencies: (_url, files, { hostType }) =>
        hostType === 'html' ? files : files.filter((file) => file.endsWith('.css')),
    },
    // A data URL would not pass the Content-Security-Policy where it is fetched.
    assetsInlineLimit: 0,
    // A build of three seconds needs no advice on its plugins.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  worker: { format: 'es' },
  // The tools' own scripts and styles pass the policy of development under this nonce.
  ...(command === 'serve' && { html: { cspNonce: 'dev' } }),
  server: {
    headers: securityHeaders('development'),
    proxy: { '/api': SERVER, '/kernels': SERVER, '/link': { target: SERVER, ws: true } },
  },
}));
