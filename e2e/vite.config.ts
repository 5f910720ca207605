/** Serves the sources to browser tests that try one part, so that a page runs `/wasm/runtime/….ts` as a phone will. */
import { defineConfig } from 'vite';
import { kernelKey } from '../house/kernel-key.ts';

export default defineConfig({
  root: import.meta.dirname.replace(/e2e$/, ''),
  define: kernelKey({}),
  // Only what is there is served: a misspelt path is a 404, not the start page.
  appType: 'mpa',
  // Nothing of ours in such a page imports a package; without this Vite reads all sources at start to find out.
  optimizeDeps: { noDiscovery: true },
  server: {
    host: '127.0.0.1',
    hmr: false,
    watch: null,
    // Cross-origin isolation, as in the product: the same timers and memory as on a phone.
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
});
