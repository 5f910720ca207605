import { expect, test } from 'vitest';
import { pcg32 } from '../../shared/rng.ts';
import { routePlan } from '../../wasm/kinds/route-plan/kind.ts';
import { drawPlaces } from './feed-work.ts';

test.each([100, 1000])('%i places are a request that the kind takes; a seed draws them again', (count) => {
  const text = drawPlaces(pcg32(7n), count);
  expect(routePlan.read(text).ok).toBe(true);
  expect(text.trim().split('\n')).toHaveLength(count + 1);
  expect(drawPlaces(pcg32(7n), count)).toBe(text);
  expect(drawPlaces(pcg32(8n), count)).not.toBe(text);
});
