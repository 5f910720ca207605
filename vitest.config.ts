/** Apart from vite.config.ts, so that of the page's plugins only the sentences' runs in the tests. The suffix names what a test needs: `.web.test.ts` a browser (Playwright's). */
import { lingui } from '@lingui/vite-plugin';
import { defineConfig } from 'vitest/config';

const elsewhere = ['**/node_modules/**', '**/.*/**', '**/*.web.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [lingui({ macroTransform: true })],
        test: {
          name: 'node',
          include: ['{shared,server,wasm,house,web,bench,e2e}/**/*.test.ts'],
          exclude: [...elsewhere, 'wasm/kinds/**'],
          globalSetup: ['house/kernels.setup.ts'],
        },
      },
      {
        test: {
          name: 'wasm',
          include: ['wasm/kinds/**/*.test.ts'],
          exclude: elsewhere,
          globalSetup: ['house/kernels.setup.ts'],
        },
      },
    ],
  },
});
