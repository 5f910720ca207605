import { must } from '../../../shared/assert.ts';
import { viewOf } from '../../../shared/bytes.ts';
import { type Rng, permutation, unit } from '../../../shared/rng.ts';
import type { Blinded } from '../../kind.ts';
import type { RouteSpec, Stop } from './codec.ts';
import { boundsOf, diagonalOf } from './geometry.ts';

const HEADER_BYTES = 24;

/** Half the diagonal becomes this many fixed-point steps; the rest of an i32 is room to shift. */
const RADIUS_STEPS = 2 ** 31 / 1.125;
/** The shift, as a part of half the diagonal. */
const MAX_SHIFT = 0.1;

/**
 * Turns, mirrors, shifts and shuffles the stops. Euclid loses its scale too: half the diagonal is always the same number
 * of steps, and the kernel's distances depend on n alone. Nint must keep it (a rounded distance is not similar to
 * itself), so its scale says how many units a step is. Layout and what this hides: README.
 */
export function blindRoute(spec: RouteSpec, rng: Rng, chunkOps: number): Blinded {
  const count = spec.stops.length;
  const bounds = boundsOf(spec.stops);
  const radius = diagonalOf(bounds) / 2 || 1; // all stops in one place: any scale will do
  const step = radius / RADIUS_STEPS;
  const [cos, sin] = direction(rng);
  const mirror = unit(rng) < 0.5 ? -1 : 1;
  const shift: Stop = [shiftOf(rng) * radius, shiftOf(rng) * radius];
  const originals = permutation(rng, count);

  const jobInput = new Uint8Array(HEADER_BYTES + 8 * count);
  const view = viewOf(jobInput);
  view.setUint32(0, chunkOps, true);
  view.setUint32(4, count, true);
  view.setUint32(8, rng.u32(), true);
  view.setUint32(12, rng.u32(), true);
  view.setFloat64(16, spec.metric === 'nint' ? step : euclidScale(count), true);
  originals.forEach((original, blinded) => {
    const [stopX, stopY] = must(spec.stops[original], 'a stop');
    const x = (stopX - (bounds.minX + bounds.maxX) / 2) * mirror;
    const y = stopY - (bounds.minY + bounds.maxY) / 2;
    view.setInt32(HEADER_BYTES + 8 * blinded, Math.round((x * cos - y * sin + shift[0]) / step), true);
    view.setInt32(HEADER_BYTES + 8 * blinded + 4, Math.round((x * sin + y * cos + shift[1]) / step), true);
  });

  const key = new Uint8Array(2 * count);
  originals.forEach((original, blinded) => viewOf(key).setUint16(2 * blinded, original, true));
  return { jobInput, key };
}

/** The asker's place for a blinded one. */
export const originalStop = (key: Uint8Array, blinded: number): number => viewOf(key).getUint16(2 * blinded, true);

/** The finest whole distances whose sum over n stops stays below 2^31: the widest pair is 2 radii apart. */
const euclidScale = (count: number): number => ((2 ** 31 - 1) / count - 2) / (2 * RADIUS_STEPS);

const shiftOf = (rng: Rng): number => (2 * unit(rng) - 1) * MAX_SHIFT;

/** A uniformly random direction, without sine and cosine: engines disagree about their last bit. */
function direction(rng: Rng): readonly [cos: number, sin: number] {
  for (;;) {
    const x = 2 * unit(rng) - 1;
    const y = 2 * unit(rng) - 1;
    const square = x * x + y * y;
    if (square > 1 || square < 0.01) continue;
    return [x / Math.sqrt(square), y / Math.sqrt(square)];
  }
}
