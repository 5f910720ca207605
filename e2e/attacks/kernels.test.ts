import { createHash } from 'node:crypto';
import { afterEach, expect, vi } from 'vitest';
import { newSigningKey, signingKey, signManifest } from '../../server/adapters/kernel-signing.ts';
import { closeAll } from '../../server/http/testing/test-server.ts';
import { must } from '../../shared/assert.ts';
import { MANIFEST_PATH, readManifest, type SignedManifest } from '../../shared/protocol/kernel-manifest.ts';
import type * as Contract from '../../wasm/runtime/contract.ts';
import { featuresHere } from '../../wasm/runtime/features.ts';
import { openKernels } from '../../web/compute/kernels.ts';
import { attack, count } from './attack.ts';
import { openTarget } from './target.ts';

/** A server that was broken into hands out programs of its own. The phone's own code fetches them, and must not run them. */

/** While this is off, the check of what a module reaches and takes lets everything through. */
const contract = vi.hoisted(() => ({ isOn: true }));
vi.mock('../../wasm/runtime/contract.ts', async (original) => {
  const real = await original<typeof Contract>();
  const kernelFault: typeof real.kernelFault = (...args) => (contract.isOn ? real.kernelFault(...args) : undefined);
  return { ...real, kernelFault };
});

afterEach(async () => {
  vi.unstubAllGlobals();
  contract.isOn = true;
  await closeAll();
});

/** What a server hands out: a manifest, and one module under whatever name is asked for. */
interface Handed {
  readonly manifest: SignedManifest;
  readonly module: Uint8Array<ArrayBuffer>;
}

/** What the production server hands out for `tiny`, and the key its phones trust. */
async function honest(): Promise<Handed & { readonly key: string }> {
  const { url } = await openTarget();
  const manifest = (await (await fetch(url + MANIFEST_PATH)).json()) as SignedManifest;
  const read = readManifest(manifest.signed);
  const named = (read.ok ? read.value.kernels : []).find(({ kind }) => kind === 'tiny');
  const { hash } = must(
    named?.builds.find(({ features }) => features === featuresHere()),
    'a build',
  );
  const module = new Uint8Array(await (await fetch(`${url}/kernels/${hash}.wasm`)).arrayBuffer());
  return { manifest, module, key: manifest.key };
}

/** Whether a phone that trusts `key` would run it. */
async function runs({ manifest, module }: Handed, key: string): Promise<boolean> {
  vi.stubGlobal('fetch', async (path: string) =>
    path === MANIFEST_PATH ? Response.json(manifest) : new Response(module),
  );
  const opened = await openKernels(() => undefined, key).openKind('tiny');
  vi.unstubAllGlobals();
  if (!opened.ok) expect(opened.error).toBe('wrong_kernel');
  return opened.ok;
}

/** A manifest that names `module` as the kernel of every kind, signed by whoever holds `pem`. */
function naming(module: Uint8Array, like: SignedManifest, pem: string): SignedManifest {
  const [manifest, key] = [readManifest(like.signed), signingKey(pem)];
  if (!manifest.ok || !key.ok) throw new Error('expected a manifest and a key');
  const hash = createHash('sha256').update(module).digest('hex');
  const build = (features: 'simd' | 'baseline') => ({ features, hash, bytes: module.length });
  const kernels = manifest.value.kernels.map((one) => ({ ...one, hash, builds: [build('simd'), build('baseline')] }));
  return signManifest({ ...manifest.value, kernels }, key.value);
}

const moduleOf = (...sections: readonly number[][]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);

/** One custom section more: still a module that does the same, no longer the one that was signed. */
const altered = (module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...module, 0, 2, 1, 0x78]);

attack(
  'malicious kernel: other bytes under a kernel’s name',
  { control: 'SHA-256 before the compiler sees them; off = a phone that trusts the attacker’s manifest' },
  async (control) => {
    const ours = await honest();
    expect(await runs(ours, ours.key), 'the kernel as it is').toBe(true);
    const module = altered(ours.module);
    const attacker = newSigningKey();
    const isIn =
      control === 'on'
        ? await runs({ ...ours, module }, ours.key)
        : await runs({ manifest: naming(module, ours.manifest, attacker.pem), module }, attacker.publicKey);
    return { tried: 1, through: isIn ? 1 : 0 };
  },
);

attack(
  'malicious kernel: a manifest that names it',
  { control: 'the manifest’s signature, by the key the app was built with; off = that key is the attacker’s' },
  async (control) => {
    const { key, ...ours } = await honest();
    const module = altered(ours.module);
    const attacker = newSigningKey();
    const theirs = naming(module, ours.manifest, attacker.pem);
    const tries = [
      theirs, // signed by another key
      { ...theirs, key }, // that says it is ours
      { ...ours.manifest, signed: theirs.signed }, // our signature over another text
    ];
    if (control === 'off') return count(1, () => runs({ manifest: theirs, module }, attacker.publicKey));
    return count(tries.length, (i) => runs({ manifest: must(tries[i], 'a manifest'), module }, key));
  },
);

for (const [what, module] of [
  [
    'that reaches out of its memory (imports)',
    moduleOf([1, 4, 1, 0x60, 0, 0], [2, 7, 1, 1, 0x61, 1, 0x62, 0, 0], [5, 4, 1, 1, 2, 4]),
  ],
  ['that may take all memory (no cap)', moduleOf([5, 3, 1, 0, 2])],
] as const) {
  attack(
    `malicious kernel: one ${what}, signed by an insider`,
    { control: 'kernelFault: no imports, at most 16 MiB' },
    async (control) => {
      contract.isOn = control === 'on';
      const { manifest } = await honest();
      const insider = newSigningKey();
      return count(1, () => runs({ manifest: naming(module, manifest, insider.pem), module }, insider.publicKey));
    },
  );
}
