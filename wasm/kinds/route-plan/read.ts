import { must } from '../../../shared/assert.ts';
import { type Result, ok, refuse } from '../../../shared/result.ts';
import { sayValue, shorten } from '../../../shared/say-value.ts';
import type { SpecRefusal } from '../../kind.ts';
import { MAX_STOPS, MIN_STOPS, type Metric, type RouteSpec, type Stop } from './codec.ts';
import { boundsOf, diagonalOf, projectToMetres } from './geometry.ts';
import { type StatedStops, parseStops } from './parse.ts';

/** Beyond this a flat map of latitudes and longitudes is off by more than a tenth. */
const MAX_EXTENT_METRES = 2_000_000;
/** Beyond this a double no longer keeps thousandths with room. */
const MAX_COORDINATE = 1e9;
/** A tour's length on the wire stays below this. */
const MAX_NINT_TOUR = 2 ** 31;

/**
 * Reads a request: the text of a file (`parse.ts`), or JSON `{stops: [[x, y], …] | [{lat, lon}, …], metric?}` with metric
 * `euclid` (as a rule) or `nint`. Codes, in this order: empty_file, bad_shape, unknown_field, unknown_metric,
 * not_a_number, too_few_stops, too_many_stops, latitude_out_of_range, longitude_out_of_range, extent_too_large.
 */
export function readRoute(request: unknown): Result<RouteSpec, SpecRefusal> {
  const stated = typeof request === 'string' ? parseStops(request) : readJson(request);
  return stated.ok ? toSpec(stated.value) : stated;
}

function toSpec({ coordinates, metric, pairs, nameOf }: StatedStops): Result<RouteSpec, SpecRefusal> {
  if (pairs.length < MIN_STOPS) {
    return refuse({
      code: 'too_few_stops',
      message: `A route needs at least ${MIN_STOPS} stops, got ${pairs.length}.`,
    });
  }
  if (pairs.length > MAX_STOPS) {
    const message = `A route has at most ${MAX_STOPS.toLocaleString('en')} stops, got ${pairs.length.toLocaleString('en')}.`;
    return refuse({ code: 'too_many_stops', message });
  }
  const outside = coordinates === 'lat_lon' ? findOffGlobe(pairs, nameOf) : findFarOff(pairs, nameOf);
  if (outside) return refuse(outside);

  const stops: readonly Stop[] = coordinates === 'lat_lon' ? projectToMetres(pairs) : pairs;
  const diagonal = diagonalOf(boundsOf(stops));
  if (coordinates === 'lat_lon' && diagonal > MAX_EXTENT_METRES) {
    const message = `Expected stops within 2,000 km of each other, got ${Math.round(diagonal / 1000)} km.`;
    return refuse({ code: 'extent_too_large', message });
  }
  if (metric === 'nint' && (diagonal + 1) * stops.length >= MAX_NINT_TOUR) {
    const message = `Expected stops × extent below 2^31, got ${stops.length} × ${Math.round(diagonal)}.`;
    return refuse({ code: 'extent_too_large', message });
  }
  return ok({ metric, stops });
}

function findOffGlobe(pairs: StatedStops['pairs'], nameOf: StatedStops['nameOf']): SpecRefusal | undefined {
  const latAt = pairs.findIndex(([lat]) => Math.abs(lat) > 90);
  if (latAt >= 0) {
    const message = `${nameOf(latAt)}: expected a latitude from -90 to 90, got ${pairs[latAt]?.[0]}.`;
    return { code: 'latitude_out_of_range', message };
  }
  const lonAt = pairs.findIndex(([, lon]) => Math.abs(lon) > 180);
  if (lonAt < 0) return undefined;
  const message = `${nameOf(lonAt)}: expected a longitude from -180 to 180, got ${pairs[lonAt]?.[1]}.`;
  return { code: 'longitude_out_of_range', message };
}

function findFarOff(pairs: StatedStops['pairs'], nameOf: StatedStops['nameOf']): SpecRefusal | undefined {
  const at = pairs.findIndex((pair) => pair.some((value) => Math.abs(value) > MAX_COORDINATE));
  if (at < 0) return undefined;
  const message = `${nameOf(at)}: expected coordinates within ±1,000,000,000, got ${pairs[at]?.join(', ')}.`;
  return { code: 'extent_too_large', message };
}

function readJson(request: unknown): Result<StatedStops, SpecRefusal> {
  if (!isRecord(request)) {
    return refuse({ code: 'bad_shape', message: 'Expected an object with a list of stops, or the text of a file.' });
  }
  const unknown = Object.keys(request).find((name) => name !== 'stops' && name !== 'metric');
  if (unknown !== undefined)
    return refuse({ code: 'unknown_field', message: `There is no field “${shorten(unknown)}”.` });
  const { stops, metric = 'euclid' } = request;
  if (!isMetric(metric)) {
    return refuse({ code: 'unknown_metric', message: `Expected metric “euclid” or “nint”, got ${sayValue(metric)}.` });
  }
  if (!Array.isArray(stops)) return refuse({ code: 'bad_shape', message: 'Expected “stops” to be a list.' });
  // before looking at each: a million stops cost nothing
  if (stops.length > MAX_STOPS) {
    const pairs = Array.from({ length: stops.length }, (): [number, number] => [0, 0]);
    return ok({ coordinates: 'x_y', metric, pairs, nameOf: String });
  }
  const coordinates = isRecord(stops[0]) ? 'lat_lon' : 'x_y';
  const pairs: [number, number][] = [];
  for (const [i, stop] of stops.entries()) {
    const pair = coordinates === 'lat_lon' ? pairOfRecord(stop) : stop;
    if (!Array.isArray(pair) || pair.length !== 2) {
      const form = coordinates === 'lat_lon' ? '{lat, lon}' : '[x, y]';
      return refuse({ code: 'bad_shape', message: `Stop ${i + 1}: expected ${form} like the first.` });
    }
    const bad = pair.findIndex((value) => typeof value !== 'number' || !Number.isFinite(value));
    if (bad >= 0) {
      const message = `Stop ${i + 1}: expected a finite number, got ${sayValue(pair[bad])}.`;
      return refuse({ code: 'not_a_number', message });
    }
    pairs.push([must<number>(pair[0], 'a number'), must<number>(pair[1], 'a number')]);
  }
  return ok({ coordinates, metric, pairs, nameOf: (index) => `Stop ${index + 1}` });
}

function pairOfRecord(stop: unknown): unknown {
  if (!isRecord(stop)) return undefined;
  const names = Object.keys(stop);
  return names.length === 2 && 'lat' in stop && 'lon' in stop ? [stop['lat'], stop['lon']] : undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isMetric = (value: unknown): value is Metric => value === 'euclid' || value === 'nint';
