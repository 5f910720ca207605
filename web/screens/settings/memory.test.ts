import { expect, it } from 'vitest';
import { measureMemory } from './memory.ts';

const measurement = {
  bytes: 9_000_000,
  breakdown: [
    { bytes: 5_000_000, attribution: [{ scope: 'Window' }] },
    { bytes: 2_500_000, attribution: [{ scope: 'DedicatedWorkerGlobalScope' }] },
    { bytes: 500_000, attribution: [{ scope: 'DedicatedWorkerGlobalScope' }] },
    { bytes: 1_000_000, attribution: [] },
  ],
};

it('adds up the workers, and says nothing where the browser says nothing or refuses', async () => {
  expect(await measureMemory({ measureUserAgentSpecificMemory: () => Promise.resolve(measurement) })).toEqual({
    workers: 3_000_000,
    all: 9_000_000,
  });
  expect(await measureMemory({})).toBeUndefined();
  const refused = () => Promise.reject(new DOMException('not isolated', 'SecurityError'));
  expect(await measureMemory({ measureUserAgentSpecificMemory: refused })).toBeUndefined();
});
