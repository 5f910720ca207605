import type { BrowserContext } from '@playwright/test';

/**
 * Makes a browser's device lie: of every result, the hashes of 32 digests that are not the best one's are altered before
 * the page hears of it, so that it is hashed, signed and sent like any honest one. Nothing in the app knows of this.
 */
export async function makeCheat(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const DIGESTS = 64;
    const ALTERED = 32;
    function alter(output: Uint8Array): void {
      const view = new DataView(output.buffer, output.byteOffset, output.byteLength);
      let best = 0;
      for (let i = 1; i < DIGESTS; i++) if (view.getUint32(i * 8, true) < view.getUint32(best * 8, true)) best = i;
      for (let i = 0, altered = 0; altered < ALTERED; i++) {
        if (i === best) continue;
        view.setUint32(i * 8 + 4, view.getUint32(i * 8 + 4, true) ^ 1, true);
        altered++;
      }
    }
    const HonestWorker = Worker;
    globalThis.Worker = class extends HonestWorker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener('message', ({ data }: MessageEvent<{ output?: unknown }>) => {
          if (data.output instanceof Uint8Array) alter(data.output); // before the page's own listener: it came first
        });
      }
    };
  });
}
