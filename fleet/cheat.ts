import type { BrowserContext } from '@playwright/test';

export interface Cheat {
  /** Units it hands in as they are before it begins. */
  readonly honestUnits: number;
  /** Digests of every later result that it alters; never the best one's. */
  readonly altered: number;
}

/**
 * Makes a browser's device lie: the hashes of some digests are altered before the page hears of the result, so that it is
 * hashed, signed and sent like any honest one. Nothing in the app knows of this.
 */
export async function makeCheat(context: BrowserContext, cheat: Cheat): Promise<void> {
  await context.addInitScript(({ honestUnits, altered }: Cheat) => {
    const DIGESTS = 64;
    let units = 0;
    function alter(output: Uint8Array): void {
      const view = new DataView(output.buffer, output.byteOffset, output.byteLength);
      let best = 0;
      for (let i = 1; i < DIGESTS; i++) if (view.getUint32(i * 8, true) < view.getUint32(best * 8, true)) best = i;
      const first = Math.floor(Math.random() * DIGESTS);
      for (let i = 0, left = altered; left > 0; i++) {
        const chunk = (first + i) % DIGESTS;
        if (chunk === best) continue;
        view.setUint32(chunk * 8 + 4, view.getUint32(chunk * 8 + 4, true) ^ 1, true);
        left--;
      }
    }
    const HonestWorker = Worker;
    globalThis.Worker = class extends HonestWorker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener('message', ({ data }: MessageEvent<{ output?: unknown }>) => {
          // Before the page's own listener: this one came first.
          if (data.output instanceof Uint8Array && ++units > honestUnits) alter(data.output);
        });
      }
    };
  }, cheat);
}
