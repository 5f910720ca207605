import { must } from '../../../shared/assert.ts';
import { viewOf } from '../../../shared/bytes.ts';
import type { Codec } from '../../kind.ts';

/**
 * How long the way between two stops is. `nint`: TSPLIB's EUC_2D, the Euclidean distance rounded to a whole number (for
 * instances with proven optima). `euclid`: the distance as it is, in the coordinates' unit; metres where they were
 * latitudes and longitudes.
 */
export type Metric = 'nint' | 'euclid';
export type Stop = readonly [x: number, y: number];

/** A closed tour over 2 … 1,000 stops on a plane. */
export interface RouteSpec {
  readonly metric: Metric;
  readonly stops: readonly Stop[];
}

export interface RouteAnswer {
  /** On the asker's own coordinates: whole for nint, rounded to thousandths (mm) for euclid. */
  readonly length: number;
  /** Places in the asker's list, from its first stop on, in the direction in which the second is before the last. */
  readonly tour: readonly number[];
}

export const MIN_STOPS = 2;
export const MAX_STOPS = 1000;
const METRICS: readonly Metric[] = ['nint', 'euclid'];

/** u8 metric, u8 zero, u16 n, then f64 x, f64 y a stop. */
export const routeSpecCodec: Codec<RouteSpec> = {
  encode(spec) {
    const bytes = new Uint8Array(4 + spec.stops.length * 16);
    const view = viewOf(bytes);
    view.setUint8(0, METRICS.indexOf(spec.metric));
    view.setUint16(2, spec.stops.length, true);
    spec.stops.forEach(([x, y], i) => {
      view.setFloat64(4 + i * 16, x, true);
      view.setFloat64(12 + i * 16, y, true);
    });
    return bytes;
  },
  decode(bytes) {
    const view = viewOf(bytes);
    const metric = must(METRICS[view.getUint8(0)], 'a metric');
    const count = view.getUint16(2, true);
    if (view.getUint8(1) !== 0 || bytes.length !== 4 + count * 16 || count < MIN_STOPS || count > MAX_STOPS) {
      throw new RangeError(`expected ${MIN_STOPS} to ${MAX_STOPS} stops, got ${count} in ${bytes.length} bytes`);
    }
    const stops = Array.from({ length: count }, (_, i): Stop => {
      const stop: Stop = [view.getFloat64(4 + i * 16, true), view.getFloat64(12 + i * 16, true)];
      if (!stop.every(Number.isFinite)) throw new RangeError(`expected finite coordinates, got ${stop.join(', ')}`);
      return stop;
    });
    return { metric, stops };
  },
};

/** f64 length, then the tour as u16. */
export const routeAnswerCodec: Codec<RouteAnswer> = {
  encode(answer) {
    const bytes = new Uint8Array(8 + answer.tour.length * 2);
    viewOf(bytes).setFloat64(0, answer.length, true);
    bytes.set(encodeTour(answer.tour), 8);
    return bytes;
  },
  decode(bytes) {
    const length = viewOf(bytes).getFloat64(0, true);
    const tour = decodeTour(bytes.subarray(8));
    if (!tour || !(length >= 0)) throw new RangeError(`expected a length and a tour, got ${bytes.length} bytes`);
    return { length, tour };
  },
};

/** A tour's bytes: u16 a stop. */
function encodeTour(tour: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(tour.length * 2);
  tour.forEach((stop, i) => viewOf(bytes).setUint16(i * 2, stop, true));
  return bytes;
}

/** The tour if the bytes are a permutation in canonical form, else nothing. */
export function decodeTour(bytes: Uint8Array): readonly number[] | undefined {
  const count = bytes.length / 2;
  if (!Number.isInteger(count) || count < MIN_STOPS || count > MAX_STOPS) return undefined;
  const tour = Array.from({ length: count }, (_, i) => viewOf(bytes).getUint16(i * 2, true));
  const isPermutation = new Set(tour).size === count && tour.every((stop) => stop < count);
  const isCanonical = tour[0] === 0 && must(tour[1], 'a second stop') <= must(tour.at(-1), 'a last stop');
  return isPermutation && isCanonical ? tour : undefined;
}

/** Equal tours in equal form: from stop 0 on, in the direction in which the second is below the last. */
export function canonicalTour(tour: readonly number[]): readonly number[] {
  const at = tour.indexOf(0);
  const [first, ...rest] = [...tour.slice(at), ...tour.slice(0, at)];
  const ordered = must(rest[0], 'a second stop') <= must(rest.at(-1), 'a last stop') ? rest : rest.toReversed();
  return [must(first, 'a first stop'), ...ordered];
}
