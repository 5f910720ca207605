import { must } from '../../shared/assert.ts';
import { bestChunk, CHUNKS_PER_TASK, digestAt, encodeOutput, type Digest } from '../../shared/protocol/output.ts';
import { below, pcg32, permutation, type Rng } from '../../shared/rng.ts';
import { happens, pick } from './chance.ts';
import type { Personality } from './personality.ts';

/** Which task of which job was computed: colluders agree on what they say of it. */
export interface Computed {
  readonly jobId: number;
  readonly round: number;
  readonly firstChunk: number;
  readonly output: Uint8Array;
}

/** What a phone's worker hands over instead of what it computed; `unitsDone` is what this phone has done before. */
export function lieAbout(computed: Computed, personality: Personality, unitsDone: number, rng: Rng): Uint8Array {
  const { output } = computed;
  switch (personality) {
    case 'liar':
      return lieEverywhere(output, rng);
    case 'sparse_liar':
    case 're_registrar':
      return happens(rng, 0.7) ? lieSparsely(output, rng) : output;
    case 'lazy_skipper':
      return makeHalfUp(output, rng);
    case 'sleeper':
      return unitsDone >= SLEEPS_FOR && happens(rng, 0.7) ? lieSparsely(output, rng) : output;
    case 'colluder':
      return lieTogether(computed);
    default:
      return output;
  }
}

/** Tasks that a sleeper does honestly: past its probation. */
const SLEEPS_FOR = 14;

/** Now and then of the best chunk: that hides what an answer could rest on. */
const lieSparsely = (output: Uint8Array, rng: Rng): Uint8Array =>
  withDigests(output, [happens(rng, 0.3) ? bestChunk(output).chunk : below(rng, CHUNKS_PER_TASK)], rng, false);

function lieEverywhere(output: Uint8Array, rng: Rng): Uint8Array {
  const chunks = [...permutation(rng, CHUNKS_PER_TASK)];
  const lied = withDigests(output, chunks, rng, happens(rng, 0.4));
  if (!happens(rng, 0.15)) return lied;
  // A candidate that is not what the best digest names: it contradicts itself.
  const { digest } = bestChunk(lied);
  const candidate = new Uint8Array(4);
  new DataView(candidate.buffer).setUint32(0, digest.score % CHUNKS_PER_TASK, true);
  return encodeOutput(digestsOf(lied), candidate);
}

/** The second half, drawn from what the first half looks like; never a better score, which would be re-run as the winner. */
function makeHalfUp(output: Uint8Array, rng: Rng): Uint8Array {
  const digests = digestsOf(output);
  const computed = digests.slice(0, CHUNKS_PER_TASK / 2);
  const made = computed.map(() => ({ score: pick(rng, computed).score, hash: rng.u32() }));
  return encodeOutput([...computed, ...made], undefined);
}

/** More tasks than not; who computes the same task says the same wrong things of the same chunks. */
function lieTogether({ jobId, round, firstChunk, output }: Computed): Uint8Array {
  const shared = pcg32(BigInt(jobId * 1_000 + round), BigInt(firstChunk));
  const chunks = [...permutation(shared, CHUNKS_PER_TASK)].slice(0, 7); // one more would be fraud at once
  return happens(shared, 0.6) ? withDigests(output, chunks, shared, false) : output;
}

/** No candidate travels with a lie: what cannot be checked cannot be caught at once. `plants`: scores better than the truth. */
function withDigests(output: Uint8Array, chunks: readonly number[], rng: Rng, plants: boolean): Uint8Array {
  const digests = digestsOf(output);
  for (const chunk of chunks) {
    const { score, hash } = must(digests[chunk], `digest ${chunk}`);
    digests[chunk] = {
      score: plants ? below(rng, Math.max(1, score)) : score + 1 + below(rng, 1_000),
      hash: happens(rng, 0.5) ? hash : rng.u32(),
    };
  }
  return encodeOutput(digests, undefined);
}

const digestsOf = (output: Uint8Array): Digest[] =>
  Array.from({ length: CHUNKS_PER_TASK }, (_, chunk) => digestAt(output, chunk));
