import type { FuzzDevice } from './world.ts';

/** One link a phone: a second would end the first. Who wants one waits for one. */
export class DevicePool {
  readonly #free: FuzzDevice[];
  readonly #waiting: ((device: FuzzDevice) => void)[] = [];

  constructor(devices: readonly FuzzDevice[]) {
    this.#free = [...devices];
  }

  async use<Result>(act: (device: FuzzDevice) => Promise<Result>): Promise<Result> {
    const device = this.#free.pop() ?? (await new Promise<FuzzDevice>((resolve) => this.#waiting.push(resolve)));
    try {
      return await act(device);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(device);
      else this.#free.push(device);
    }
  }
}
