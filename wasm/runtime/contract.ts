/** What a module must be before anything of it runs: it reaches nothing, and its memory has a cap. */

/** The largest memory a kernel may have: 16 MiB, of a promise of 50 MB for everything. */
const MOST_PAGES = 256;

/** The first that is wrong. `bad_memory`: none of its own, more than one, or no cap, or one above `MOST_PAGES`. */
export type KernelFault = 'imports' | 'bad_memory';

/** `module` is what `bytes` compiled to: from there on they are well-formed, so reading them needs no further checks. */
export function kernelFault(bytes: Uint8Array, module: WebAssembly.Module): KernelFault | undefined {
  if (WebAssembly.Module.imports(module).length > 0) return 'imports';
  const most = mostPages(bytes);
  return most === undefined || most > MOST_PAGES ? 'bad_memory' : undefined;
}

const MEMORY_SECTION = 5;
/** Limits: 0x01 = a least and a most. Shared (0x02) and 64-bit (0x04) memories have other flags, and are not ours. */
const BOTH_LIMITS = 1;

/** The cap of the one memory, in pages of 64 KiB. JavaScript is told of a module's memory only that there is one. */
function mostPages(bytes: Uint8Array): number | undefined {
  let at = 8; // behind \0asm and the version
  const byte = (): number => bytes[at++] ?? 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const next = byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const section = byte();
    const length = number();
    if (section !== MEMORY_SECTION) {
      at += length;
      continue;
    }
    if (number() !== 1 || number() !== BOTH_LIMITS) return undefined;
    number(); // the least
    return number();
  }
  return undefined;
}
