/**
 * `npm run lighthouse -- --json`: Lighthouse on the production build, served by the real server, in a Chromium of its own:
 * the question, Home after Enable, Ask and Settings, each signed in. Accessibility and best practices must reach 95; the
 * performance figure depends on what else the machine does and is printed for advice. Exit 1: a page falls short.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import lighthouse from 'lighthouse';
import { must } from '../../shared/assert.ts';
import { freePort, stopDemoServer } from '../../fleet/start-demo-server.ts';
import { ServerClient } from '../../fleet/server-client.ts';
import { startServer } from '../phone/start-server.ts';
import { openBrowser } from '../speed/open-browser.ts';

const LEAST = 95;
const GATED = ['accessibility', 'best-practices'];
const ASKED = [...GATED, 'performance'];
const PAGES = ['/opt-in', '/', '/ask', '/settings', '/settings/ai-performance/shared-compute'];

interface PageReport {
  readonly path: string;
  readonly scores: Readonly<Record<string, number>>;
  /** Audits of the two that count and are not passed. */
  readonly failed: readonly string[];
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const folder = mkdtempSync(join(tmpdir(), 'zeus-lighthouse-'));
const port = await freePort();
const url = `http://localhost:${port}`;
const dataDir = join(folder, 'data');
const server = await startServer({ folder: dataDir, port, origins: [url] });
const browser = await openBrowser(join(folder, 'profile'));
const reports: PageReport[] = [];
try {
  const { page } = browser;
  await page.goto(`${url}/join/${await ServerClient.at(url, dataDir).invite()}`);
  await page.getByLabel('Your name').fill('Driver');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Enable' }).click();
  await page
    .locator('.sign-top')
    .filter({ hasText: /Ready|Resting/ })
    .waitFor();
  for (const path of PAGES) reports.push(await look(path));
} finally {
  await browser.close();
  await stopDemoServer(server);
  rmSync(folder, { recursive: true, force: true });
}

for (const { path, scores, failed } of reports) {
  const figures = Object.entries(scores).map(([name, score]) => `${name} ${score}`);
  process.stdout.write(`${path}: ${figures.join(', ')}\n${failed.map((audit) => `  ${audit}\n`).join('')}`);
}
if (values.json) process.stdout.write(`${JSON.stringify(reports)}\n`);
if (reports.some(({ scores }) => GATED.some((name) => (scores[name] ?? 0) < LEAST))) process.exitCode = 1;

/** In the profile of whoever is signed in: what is stored stays. */
async function look(path: string): Promise<PageReport> {
  const result = must(
    await lighthouse(url + path, {
      port: browser.debugPort,
      output: 'json',
      logLevel: 'error',
      onlyCategories: ASKED,
      disableStorageReset: true,
    }),
    'a report',
  );
  const { categories, audits } = result.lhr;
  const failed = GATED.flatMap((name) => categories[name]?.auditRefs ?? [])
    .filter(({ weight }) => weight > 0)
    .map(({ id }) => audits[id])
    .filter((audit) => audit !== undefined && audit.score !== null && audit.score < 1)
    .map((audit) => `${audit?.id}: ${audit?.title}`);
  const scores = ASKED.map((name) => [name, Math.round(100 * (categories[name]?.score ?? 0))] as const);
  return { path, scores: Object.fromEntries(scores), failed };
}
