import type { HeatMemory, HeatStore } from '../sensors/surroundings.ts';

export interface ColdPace extends HeatStore {
  /** A task of this kernel begins. */
  begins(kernelHash: string): void;
  /** Whether a slice of the task at work may be compared: it is of the first kernel of this session. */
  isComparable(): boolean;
}

/**
 * Where a phone's cold pace is kept in this browser: by kernel, because another kernel has another pace. Which one that is
 * shows only when the first task begins, so reading waits for it.
 */
export function browserColdPace(storage: () => Storage = () => localStorage): ColdPace {
  let first: string | undefined;
  let current: string | undefined;
  let tell: (key: string) => void = () => undefined;
  const key = new Promise<string>((resolve) => (tell = resolve));

  return {
    begins(kernelHash) {
      current = kernelHash;
      if (first !== undefined) return;
      first = kernelHash;
      tell(KEY + kernelHash.slice(0, 16));
    },
    isComparable: () => current !== undefined && current === first,
    load: async (): Promise<unknown> => JSON.parse(storage().getItem(await key) ?? 'null'),
    async save(memory: HeatMemory) {
      storage().setItem(await key, JSON.stringify(memory));
    },
  };
}

const KEY = 'cold-pace:';
