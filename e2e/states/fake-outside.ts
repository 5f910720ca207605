import type { RunSelfTest } from '../../web/data/device.ts';
import type { Scene } from './scene.ts';

/** A stream that stays open and says nothing. */
export class SilentEvents extends EventTarget {
  constructor() {
    super();
    setTimeout(() => this.dispatchEvent(new Event('open')));
  }
  close(): void {}
}

/** A test that stays where it is, or has failed. */
export function selfTestOf({ selfTest }: Scene): RunSelfTest {
  return (_device, onProgress) => {
    if (!selfTest) return Promise.reject(new Error('no test in this scene'));
    if (!('share' in selfTest)) return Promise.resolve({ ok: false, error: selfTest });
    onProgress(selfTest.share);
    return new Promise(() => undefined);
  };
}
