import { must } from '../../shared/assert.ts';
import { pcg32, unit } from '../../shared/rng.ts';
import type { AnyKind } from '../../wasm/registry.ts';

/** The kind a phone is tested with: the one whose kernel uses most of what an engine could get wrong. */
export const GOLDEN_KIND = 'route-plan';

const STOPS = 100;
/** Any numbers will do, as long as they stay the same. */
const STOPS_SEED = 20_260_101n;
const BLIND_SEED = 4n;

export interface GoldenInput {
  readonly jobInput: Uint8Array;
  /** Empty: a first round. */
  readonly roundInput: Uint8Array;
}

/** A hundred stops that nobody drives, blinded like any request: the same bytes at every start. */
export function goldenInput(kind: AnyKind): GoldenInput {
  const rng = pcg32(STOPS_SEED);
  const read = kind.read({ stops: Array.from({ length: STOPS }, () => [1000 * unit(rng), 1000 * unit(rng)]) });
  const spec = must(read.ok ? read.value : undefined, `a request of kind ${kind.name}`);
  const { jobInput } = kind.blind(spec, pcg32(BLIND_SEED));
  const { roundInput } = must(kind.plan(spec, { units: 1, rounds: 1 }, []), 'a first round');
  return { jobInput, roundInput };
}
