/** `npm run check`: types, lint, format, dead code and strings. Each is one test in the count of `npm test`. */
import { checkTypes } from './check-types.ts';
import { checkStrings } from './strings/faults.ts';
import { type Outcome, spawnQuietly } from './spawn-quietly.ts';
import type { Tally } from './tally.ts';

const CHECKS: readonly { readonly name: string; readonly run: () => Promise<Outcome> }[] = [
  { name: 'types', run: checkTypes },
  { name: 'lint', run: () => spawnQuietly('oxlint', ['--deny-warnings']) },
  { name: 'format', run: () => spawnQuietly('oxfmt', ['--check']) },
  { name: 'dead code', run: () => spawnQuietly('knip', []) },
  // A sentence that is not in the catalogue would be a code on the screen: `npm run extract`.
  { name: 'strings', run: () => spawnQuietly('lingui', ['check', 'sync']) },
  { name: 'translations', run: checkStrings },
];

/** Runs all checks, whatever fails, and prints one line for each, with a failed one's output. */
export async function runChecks(): Promise<Tally> {
  let failed = 0;
  for (const { name, run } of CHECKS) {
    const startedAt = performance.now();
    // One after another: each uses every core by itself.
    const { ok, output } = await run();
    if (!ok) failed += 1;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${ok ? '✓' : '✗'} ${name} (${seconds} s)${ok ? '' : `\n${output.trimEnd()}\n`}`);
  }
  return { passed: CHECKS.length - failed, failed };
}

if (import.meta.main) {
  const { passed, failed } = await runChecks();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
