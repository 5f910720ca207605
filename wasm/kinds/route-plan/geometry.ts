import { must } from '../../../shared/assert.ts';
import type { Metric, RouteSpec, Stop } from './codec.ts';

/** The mean radius of the Earth (IUGG), metres. */
const EARTH_RADIUS = 6_371_008.8;
const RADIANS = Math.PI / 180;

export interface Bounds {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

export function boundsOf(stops: readonly Stop[]): Bounds {
  const xs = stops.map(([x]) => x);
  const ys = stops.map(([, y]) => y);
  return { minX: Math.min(...xs), minY: Math.min(...ys), maxX: Math.max(...xs), maxY: Math.max(...ys) };
}

export const diagonalOf = (b: Bounds): number => Math.sqrt((b.maxX - b.minX) ** 2 + (b.maxY - b.minY) ** 2);

/**
 * Latitudes and longitudes to metres east and north of their middle, on a flat map true at that latitude: off by 1 % at
 * 200 km from there in our latitudes, by a tenth at 1,000 km. Longitudes are taken the short way round.
 */
export function projectToMetres(latLons: readonly (readonly [lat: number, lon: number])[]): readonly Stop[] {
  const [, lon0] = must(latLons[0], 'a stop');
  const near = latLons.map(([lat, lon]): Stop => [lat, lon - 360 * Math.round((lon - lon0) / 360)]);
  const middle = (of: 0 | 1): number => near.reduce((sum, pair) => sum + pair[of], 0) / near.length;
  const midLat = middle(0);
  const midLon = middle(1);
  const eastward = EARTH_RADIUS * RADIANS * Math.cos(midLat * RADIANS);
  return near.map(([lat, lon]): Stop => [(lon - midLon) * eastward, (lat - midLat) * EARTH_RADIUS * RADIANS]);
}

function distance(metric: Metric, a: Stop, b: Stop): number {
  const dx = a[0] - b[0];
  const dy = a[1] - b[1];
  const exact = Math.sqrt(dx * dx + dy * dy);
  return metric === 'nint' ? Math.floor(exact + 0.5) : exact;
}

/** Length of a closed tour on the spec's own coordinates: whole for nint, to thousandths for euclid. */
export function tourLength(spec: RouteSpec, tour: readonly number[]): number {
  let length = 0;
  let from = must(spec.stops[must(tour.at(-1), 'a last stop')], 'a stop');
  for (const index of tour) {
    const to = must(spec.stops[index], 'a stop');
    length += distance(spec.metric, from, to);
    from = to;
  }
  return Math.round(length * 1000) / 1000;
}
