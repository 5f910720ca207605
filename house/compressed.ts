import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const WORTH_IT_BYTES = 1_000;
const TEXT = /\.(js|css|html|svg|json|webmanifest|wasm)$/;

/** Puts a brotli and a gzip copy beside every text of the build, once and at full strength: no server compresses the same file twice. */
export const compressed = (): Plugin => ({
  name: 'compressed',
  apply: 'build',
  // After all that still writes files, Vite's own page among them.
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        const source = file.type === 'chunk' ? file.code : file.source;
        if (!TEXT.test(fileName) || source.length < WORTH_IT_BYTES) continue;
        const bytes = typeof source === 'string' ? Buffer.from(source) : source;
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotliCompressSync(bytes, { params }) });
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(bytes, { level: 9 }) });
      }
    },
  },
});
