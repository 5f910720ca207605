/** Browser tests (`*.web.test.ts`) on the machine's own Chromium; nothing is downloaded. */
import { defineConfig } from '@playwright/test';
import { chromiumArgs, findChromium } from './house/setup/chromium.mjs';

const port = Number(process.env.E2E_PORT ?? 5187);
const executablePath = findChromium();

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.web.test.ts',
  globalSetup: './e2e/app/build-site.ts',
  outputDir: '.cache/playwright',
  // Generous: on a busy machine a test is slow, never wrong.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  reporter: 'list',
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    // Each page loads what it asks for; the tests of the installed app let theirs in.
    serviceWorkers: 'block',
    launchOptions: {
      ...(executablePath && { executablePath }),
      args: chromiumArgs(),
    },
  },
  webServer: {
    // The kernels first: a page loads them as built files.
    command: `node wasm/build.ts && vite --config e2e/vite.config.ts --port ${port} --strictPort`,
    url: `http://127.0.0.1:${port}/e2e/site/index.html`,
    reuseExistingServer: false,
    timeout: 60_000,
  },
});
