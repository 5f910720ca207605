/** Before the browser tests: the app as it ships, and beside it the page that shows every state (`e2e/states`). */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '..', '..');

/** Built anew for every run, in a folder of its own: two runs at once must not empty each other's. */
export default async function buildSite(): Promise<() => void> {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const outDir = mkdtempSync(join(ROOT, '.cache', 'site-'));
  process.env['E2E_SITE'] = outDir;
  const common = { root: ROOT, logLevel: 'warn' } as const;
  await build({ ...common, build: { outDir, emptyOutDir: true } });
  await build({
    ...common,
    build: {
      outDir,
      emptyOutDir: false,
      rolldownOptions: {
        input: join(ROOT, 'e2e/states/index.html'),
        // The page of scenes asks for every screen and language before it begins, also for those that are in its entry.
        checks: { ineffectiveDynamicImport: false, pluginTimings: false },
      },
    },
  });
  return () => rmSync(outDir, { recursive: true, force: true });
}
