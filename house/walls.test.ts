/**
 * The walls of .oxlintrc.json stand: one violation of each is planted in a copy of the tree's shape, and the linter names the rule and the file.
 * Without this, a second override for the same files would take a wall down in silence.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, spawnQuietly } from './spawn-quietly.ts';

const IMPORTS = 'eslint(no-restricted-imports)';
const GLOBALS = 'eslint(no-restricted-globals)';
const PROPERTIES = 'eslint(no-restricted-properties)';
const TYPE_IMPORTS = 'typescript(consistent-type-imports)';
const COMPUTED = 'import(no-dynamic-require)';
const FLOATING = 'typescript(no-floating-promises)';
const LITERALS = 'react(jsx-no-literals)';
const WALLS = [IMPORTS, GLOBALS, PROPERTIES, TYPE_IMPORTS, COMPUTED, FLOATING, LITERALS, 'eslint(no-eval)'];

/** Each way to reach another file, as the import wall must see it; `n` keeps the names apart. */
const WAYS: Readonly<Record<string, (path: string, n: number) => string>> = {
  'static import': (path, n) => `import { a as a${n} } from '${path}';`,
  'type import': (path, n) => `import type { T as T${n} } from '${path}';`,
  're-export': (path, n) => `export { a as b${n} } from '${path}';`,
  'type re-export': (path, n) => `export type { T as U${n} } from '${path}';`,
  'star re-export': (path) => `export * from '${path}';`,
  'dynamic import': (path, n) => `export const c${n} = await import('${path}');`,
};

/** Every edge that must not exist: from a file, what it may not import. */
const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  'shared/x.ts': ['zod', 'node:fs', '../server/core/y.ts', '../wasm/kind.ts', '../web/y.ts', './../server/y.ts'],
  'shared/model/x.ts': ['zod', '../../server/y.ts', '../../wasm/kind.ts'],
  'server/core/x.ts': [
    'hono',
    'node:crypto',
    '../main.ts',
    '../store/y.ts',
    '../http/deep/y.ts',
    '../../web/y.ts',
    '../../wasm/runtime/y.ts',
    '../../wasm/build.ts',
    '../../wasm/kinds/a/assembly/y.ts',
    './../store/y.ts',
  ],
  'server/core/deep/x.ts': ['hono', '../../store/y.ts', '../../../web/y.ts', '../../../wasm/runtime/y.ts'],
  'server/store/x.ts': ['../../web/y.ts', '../../e2e/y.ts'],
  'server/main.ts': ['../web/y.ts'],
  'wasm/registry.ts': ['zod', 'node:fs', '../server/y.ts', '../web/y.ts', './runtime/y.ts'],
  'wasm/kinds/a/plan.ts': ['zod', '../../../server/core/y.ts', '../../runtime/y.ts'],
  'wasm/runtime/x.ts': ['comlink', 'node:fs', '../../server/y.ts', '../../web/y.ts'],
  'wasm/build.ts': ['hono', '../server/y.ts'],
  'web/x.ts': ['node:fs', 'zod', 'zod/mini', 'ws', '../server/main.ts', '../house/y.ts', './../server/y.ts'],
  'web/screens/x.tsx': ['@hono/zod-openapi', '../../server/core/y.ts'],
};

/** Every edge the design wants, so that a wall does not pass its test by refusing everything. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'shared/x.ts': ['./y.ts', './model/y.ts'],
  'shared/model/x.ts': ['./y.ts', '../ids.ts', '../protocol/y.ts'],
  'server/core/x.ts': [
    './y.ts',
    './deep/y.ts',
    '../../shared/ids.ts',
    '../../shared/model/y.ts',
    '../../wasm/kind.ts',
    '../../wasm/registry.ts',
    '../../wasm/kinds/a/plan.ts',
  ],
  'server/core/deep/x.ts': ['./y.ts', '../y.ts', '../../../shared/ids.ts', '../../../wasm/kind.ts'],
  'server/store/x.ts': [
    'better-sqlite3',
    'node:fs',
    '../core/ports.ts',
    '../../shared/ids.ts',
    '../../wasm/runtime/y.ts',
  ],
  'wasm/registry.ts': ['./kind.ts', './kinds/a/kind.ts', '../shared/ids.ts'],
  'wasm/kinds/a/plan.ts': ['./codec.ts', '../../kind.ts', '../../../shared/rng.ts'],
  'wasm/runtime/x.ts': ['./y.ts', '../kind.ts', '../../shared/bytes.ts'],
  'wasm/build.ts': ['node:fs', 'assemblyscript/asc', './kind.ts', '../shared/bytes.ts'],
  'web/x.ts': ['react', '@lingui/core', './compute/view.ts', '../shared/ids.ts', '../wasm/runtime/y.ts'],
  'web/screens/x.tsx': ['wouter', '../ui/y.tsx', '../../wasm/kinds/a/plan.ts'],
  'shared/x.test.ts': ['vitest', 'node:fs', '../server/y.ts'],
  'server/core/x.test.ts': ['vitest', '../store/y.ts'],
};

const BANNED_GLOBALS = [
  'Date',
  'crypto',
  'setTimeout',
  'setInterval',
  'performance',
  'fetch',
  'console',
  'process',
  'globalThis',
];
const DETERMINISTIC = [
  'shared/x.ts',
  'shared/model/x.ts',
  'server/core/x.ts',
  'server/core/deep/x.ts',
  'wasm/registry.ts',
  'wasm/kinds/a/plan.ts',
];

interface Planted {
  readonly what: string;
  readonly code: string;
  /** The rules that must name this line; none for code that is as it should be. */
  readonly rules: readonly string[];
}

/** The fixture's files: each planted thing is one line, so that a complaint's line number says what it is about. */
const files = new Map<string, Planted[]>();

function plant(file: string, what: string, rules: readonly string[], write: (n: number) => string): void {
  const lines = files.get(file) ?? [];
  lines.push({ what, code: write(lines.length), rules });
  files.set(file, lines);
}

function plantImports(edges: Readonly<Record<string, readonly string[]>>, rules: readonly string[]): void {
  for (const [file, paths] of Object.entries(edges)) {
    for (const path of paths) {
      for (const [way, write] of Object.entries(WAYS)) plant(file, `${way} of ${path}`, rules, (n) => write(path, n));
    }
  }
}

plantImports(FORBIDDEN, [IMPORTS]);
plantImports(ALLOWED, []);
for (const file of DETERMINISTIC) {
  for (const name of BANNED_GLOBALS) plant(file, name, [GLOBALS], (n) => `export const f${n} = () => ${name};`);
  plant(file, 'Date behind globalThis', [GLOBALS], (n) => `export const f${n} = () => globalThis.Date.now();`);
  plant(file, 'Math.random', [PROPERTIES], (n) => `export const f${n} = () => Math.random();`);
  plant(file, "Math['random']", [PROPERTIES], (n) => `export const f${n} = () => Math['random']();`);
  plant(file, 'random taken out of Math', [PROPERTIES], (n) => `export const { random: f${n} } = Math;`);
  plant(file, 'a type by import()', [TYPE_IMPORTS], (n) => `export type V${n} = import('../../main.ts').T;`);
  plant(file, 'a computed import()', [COMPUTED], (n) => `export const f${n} = (s: string) => import(\`../\${s}.ts\`);`);
  plant(file, 'eval', ['eslint(no-eval)'], (n) => `export const f${n} = eval('1');`);
  plant(
    file,
    'clean code',
    [],
    (n) => `export const f${n} = (x: number) => new DataView(new ArrayBuffer(Math.floor(x)));`,
  );
}
plant('server/store/x.ts', "a browser's global", [GLOBALS], (n) => `export const f${n} = () => document;`);
plant('server/store/x.ts', 'a promise nobody awaits', [FLOATING], () => 'Promise.resolve(1);');
plant(
  'server/store/x.ts',
  'a clock in an adapter',
  [],
  (n) => `export const f${n} = () => Date.now() + Math.random();`,
);
plant('web/screens/w.tsx', 'words in the page', [LITERALS], (n) => `export const f${n} = () => <p>Nothing runs.</p>;`);
plant('web/screens/w.tsx', 'words in a label', [LITERALS], (n) => `export const f${n} = () => <i aria-label="On" />;`);
plant('web/screens/w.tsx', 'translated words', [], (n) => `export const f${n} = () => <Trans>Nothing runs.</Trans>;`);
plant('web/screens/w.tsx', 'our name', [], (n) => `export const f${n} = () => <p className="lead">ZeusDrive</p>;`);
plant('shared/x.test.ts', 'a clock in a test', [], (n) => `export const f${n} = () => Date.now() + Math.random();`);

/** What the linter says, as `file:line` → rules. */
const complaints = new Map<string, Set<string>>();
let folder = '';

interface Report {
  readonly diagnostics: readonly {
    readonly code: string;
    readonly filename: string;
    readonly labels: readonly { readonly span: { readonly line: number } }[];
  }[];
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'walls-'));
  copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  for (const [file, lines] of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), `${lines.map(({ code }) => code).join('\n')}\n`);
  }
  const { ok, output } = await spawnQuietly('oxlint', ['--format=json'], folder);
  expect(ok).toBe(false);
  const report: Report = JSON.parse(output);
  for (const { code, filename, labels } of report.diagnostics) {
    for (const { span } of labels) {
      const place = `${filename.replaceAll('\\', '/')}:${span.line}`;
      complaints.set(place, (complaints.get(place) ?? new Set()).add(code));
    }
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([...files])('%s: each planted violation is named, and nothing else', (file, lines) => {
  const said = (index: number) =>
    [...(complaints.get(`${file}:${index + 1}`) ?? [])].filter((rule) => WALLS.includes(rule));
  expect(lines.map(({ what }, index) => `${what}: ${said(index).join()}`)).toEqual(
    lines.map(({ what, rules }) => `${what}: ${rules.join()}`),
  );
});
