/**
 * Compiles every kernel three times when its sources, the shared library or the options changed:
 * `kinds/<kind>/assembly/index.ts` → `kinds/<kind>/<kind>.wasm`, which everybody runs, `<kind>.baseline.wasm` for phones
 * without SIMD, and `<kind>.second.wasm`, which the server asks before it blames anybody. Called by Vite, by the tests' global set-up and before the server starts; runs alone
 * too: `node wasm/build.ts`. Unchanged: 30 ms and no compiler loaded (loading it is most of a first build's 1.7 s).
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { KERNEL_BUILDS, kernelPath, type KernelBuild } from './load-node.ts';

const WASM = import.meta.dirname;
const STAMPS = join(WASM, '../.cache/kernels');

/**
 * What one kernel may hold. Untouched pages cost nothing, so the cap is a promise about the worst case: 16 MiB is a
 * 1,000-stop distance table (4 MB) with room; the driver's promise is 50 MB for everything.
 */
const MAX_PAGES: Readonly<Record<string, number>> = { 'route-plan': 256 };
const DEFAULT_MAX_PAGES = 2;

/**
 * `abort=` leaves no import behind (a failed assertion traps). The three switched-off features reached Safari in 14.1 and
 * 15; without them a kernel runs on iOS 14, which drivers still hold.
 */
const OPTIONS = [
  ...['--noAssert', '--runtime', 'stub', '--use', 'abort='],
  ...['--disable', 'bulk-memory', '--disable', 'sign-extension', '--disable', 'nontrapping-f2i'],
  ...['--initialMemory', '2'],
] as const;

const OPTIMISED = ['--optimizeLevel', '3', '--shrinkLevel', '2', '--converge'] as const;

/**
 * Optimised, shrinkLevel 2: for the route kernel as fast as 0, within the noise, and 10 % smaller. Where a source says
 * `ASC_FEATURE_SIMD`, only the first build takes that way. Second, no optimiser and no SIMD: whatever either may get wrong
 * is not in there. The route kernel takes 1.2 × as long that way as optimised (1.1 × at level 1).
 */
const BUILD_OPTIONS: Readonly<Record<KernelBuild, readonly string[]>> = {
  first: [...OPTIMISED, '--enable', 'simd'],
  baseline: OPTIMISED,
  second: ['--optimizeLevel', '0', '--shrinkLevel', '0'],
};

const EXPORTS = ['memory', 'abi', 'inputAt', 'prepare', 'startChunk', 'step', 'digestAt', 'resultAt', 'resultLen'];

export interface BuiltKernel {
  readonly kind: string;
  /** Any of the builds. */
  readonly compiled: boolean;
}

/** Throws one error that lists every message of the compiler with file and line. */
export async function buildKernels(): Promise<BuiltKernel[]> {
  const entries = globSync('kinds/*/assembly/index.ts', { cwd: WASM }).toSorted();
  const library = globSync('lib/assembly/*.ts', { cwd: WASM }).toSorted();
  const built: BuiltKernel[] = [];
  for (const entry of entries) {
    const kind = basename(dirname(dirname(entry)));
    const sources = [...library, ...globSync(`kinds/${kind}/assembly/*.ts`, { cwd: WASM }).toSorted()];
    let compiled = false;
    for (const build of KERNEL_BUILDS) if (await buildOne(kind, build, entry, sources)) compiled = true;
    if (sha256(readFileSync(kernelPath(kind, 'first'))) === sha256(readFileSync(kernelPath(kind, 'second'))))
      throw new Error(`kernel ${kind}: expected two builds that differ, got the same bytes twice`);
    built.push({ kind, compiled });
  }
  return built;
}

/** Whether it had to be compiled. */
async function buildOne(kind: string, build: KernelBuild, entry: string, sources: readonly string[]): Promise<boolean> {
  const path = kernelPath(kind, build);
  const stamp = join(STAMPS, basename(path, '.wasm'));
  const maxPages = MAX_PAGES[kind] ?? DEFAULT_MAX_PAGES;
  const options = [...BUILD_OPTIONS[build], ...OPTIONS, '--maximumMemory', String(maxPages)];
  const wanted = stampOf(options, sources);
  if (isCurrent(stamp, path, wanted)) return false;
  const bytes = await compile(entry, options);
  await checkContract(kind, bytes, maxPages);
  replace(path, bytes);
  mkdirSync(STAMPS, { recursive: true });
  replace(stamp, `${wanted} ${sha256(bytes)}`);
  return true;
}

function stampOf(options: readonly string[], sources: readonly string[]): string {
  const compiler: { version: string } = JSON.parse(
    readFileSync(join(WASM, '../node_modules/assemblyscript/package.json'), 'utf8'),
  );
  const hash = createHash('sha256').update(`${compiler.version}\n${options.join(' ')}\n`);
  for (const source of sources) hash.update(`${source}\n`).update(readFileSync(join(WASM, source)));
  return hash.digest('hex');
}

/** The stamp names the sources and the bytes they became: a hand-edited or half-written module is compiled again. */
function isCurrent(stamp: string, path: string, wanted: string): boolean {
  if (!existsSync(stamp) || !existsSync(path)) return false;
  return readFileSync(stamp, 'utf8') === `${wanted} ${sha256(readFileSync(path))}`;
}

async function compile(entry: string, options: readonly string[]): Promise<Uint8Array> {
  const { default: asc } = await import('assemblyscript/asc');
  const stderr = asc.createMemoryStream();
  let binary: Uint8Array | undefined;
  const { error } = await asc.main([entry, '--outFile', 'kernel.wasm', ...options], {
    stdout: asc.createMemoryStream(),
    stderr,
    readFile: (name, base) => readIfThere(join(base, name)),
    writeFile: (name, contents) => {
      if (name === 'kernel.wasm' && typeof contents !== 'string') binary = contents;
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new Error(`wasm/${entry} does not compile:\n${stderr.toString()}`);
  return binary;
}

const readIfThere = (path: string): string | null => {
  const file = join(WASM, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
};

/** No imports (so a kernel reaches nothing), the exports the runtime calls, and a memory that cannot outgrow its cap. */
async function checkContract(kind: string, bytes: Uint8Array, maxPages: number): Promise<void> {
  const module = await WebAssembly.compile(new Uint8Array(bytes));
  const imports = WebAssembly.Module.imports(module).map((i) => `${i.module}.${i.name}`);
  if (imports.length > 0) throw new Error(`kernel ${kind}: expected no imports, got ${imports.join(', ')}`);
  const exported = WebAssembly.Module.exports(module).map((e) => e.name);
  const missing = EXPORTS.filter((name) => !exported.includes(name));
  if (missing.length > 0) throw new Error(`kernel ${kind}: expected exports ${missing.join(', ')}`);
  const { memory } = (await WebAssembly.instantiate(module)).exports;
  if (!(memory instanceof WebAssembly.Memory) || growsTo(memory, maxPages + 1)) {
    throw new Error(`kernel ${kind}: expected a memory of at most ${maxPages} pages`);
  }
}

function growsTo(memory: WebAssembly.Memory, pages: number): boolean {
  try {
    memory.grow(pages - memory.buffer.byteLength / 0x1_0000);
    return true;
  } catch {
    return false;
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Write beside, then rename: a second build at the same moment never sees half a file. */
function replace(path: string, contents: Uint8Array | string): void {
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, contents);
  renameSync(beside, path);
}

if (import.meta.main) {
  for (const { kind, compiled } of await buildKernels())
    console.log(`kernel ${kind}: ${compiled ? 'compiled' : 'unchanged'}`);
}
