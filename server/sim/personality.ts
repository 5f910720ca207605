import { must } from '../../shared/assert.ts';
import { bestChunk, CHUNKS_PER_TASK, digestAt, encodeOutput, type Digest } from '../../shared/protocol/output.ts';
import { decodeFrame, encodeFrame } from '../../shared/protocol/frames.ts';
import { below, permutation, type Rng } from '../../shared/rng.ts';
import { HOUR, MINUTE } from '../../shared/time.ts';
import { between, happens } from './chance.ts';

/**
 * What phones are like. Only the phone's own side reads this, and the checkers, to know whom nothing may be taken from:
 * no rule of the server sees it.
 */
export type Personality =
  /** Works as shipped. */
  | 'honest'
  /** Honest, and so slow that its leases run out. */
  | 'slow'
  /** Honest; hidden, closed and killed all day long. */
  | 'sleepy'
  /** Every chunk's digest is made up: hides good candidates, plants better ones, or contradicts itself. */
  | 'liar'
  /** One chunk of 64, and not every unit. */
  | 'sparse_liar'
  /** Computes honestly, then claims slots it never leased, with tokens it has or has made up. */
  | 'forger';

export const isTruthful = (personality: Personality): boolean =>
  personality !== 'liar' && personality !== 'sparse_liar';

/** What happens to a phone's page. `open` also brings a hidden, closed or opted-out one back. */
export type PageEvent = 'open' | 'hide' | 'kill' | 'opt_out' | 'busy' | 'free';

/** A driver's day: shifts, and what interrupts them. */
export function* planDay(
  personality: Personality,
  startAt: number,
  endAt: number,
  rng: Rng,
): Iterable<{ readonly at: number; readonly event: PageEvent }> {
  const everyMs = personality === 'sleepy' ? 8 * MINUTE : 90 * MINUTE;
  let at = startAt + between(rng, 0, 7 * HOUR);
  while (at < endAt) {
    yield { at, event: 'open' };
    const shiftEnd = at + between(rng, 40 * MINUTE, 5 * HOUR);
    for (;;) {
      at += between(rng, 10_000, 2 * everyMs);
      if (at >= shiftEnd || at >= endAt) break;
      const awayMs = happens(rng, 0.3) ? between(rng, 200, 5_000) : between(rng, 5_000, 15 * MINUTE);
      if (happens(rng, 0.3)) {
        yield { at, event: 'busy' };
        yield { at: (at += awayMs), event: 'free' };
        continue;
      }
      const draw = below(rng, 10);
      yield { at, event: draw < 6 ? 'hide' : draw < 9 ? 'kill' : 'opt_out' };
      yield { at: (at += awayMs), event: 'open' };
    }
    at = Math.max(at, shiftEnd);
    yield { at, event: happens(rng, 0.5) ? 'hide' : 'kill' };
    at += between(rng, 30 * MINUTE, 9 * HOUR);
  }
}

/** What a phone's worker hands over instead of what it computed. */
export function lieAbout(output: Uint8Array, personality: Personality, rng: Rng): Uint8Array {
  if (personality === 'liar') return lieEverywhere(output, rng);
  if (personality === 'sparse_liar' && happens(rng, 0.7))
    return withDigests(output, [below(rng, CHUNKS_PER_TASK)], rng, false);
  return output;
}

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

/** What a forger's socket carries instead of what its agent said: a result under another slot's number, or a made-up token. */
export function forge(bytes: Uint8Array, rng: Rng): Uint8Array {
  const frame = decodeFrame(bytes, bytes.length);
  if (!frame.ok || frame.value.type !== 'exchange' || !happens(rng, 0.3)) return bytes;
  const groups = frame.value.groups.map((group) => ({
    ...group,
    results: group.results.map((result) =>
      happens(rng, 0.5)
        ? { ...result, taskIndex: (result.taskIndex + 1) % 4 }
        : { ...result, token: result.token.map((byte) => byte ^ (rng.u32() & 255)) },
    ),
  }));
  return encodeFrame({ ...frame.value, groups });
}
