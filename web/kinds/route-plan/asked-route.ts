import { type Result, ok, refuse } from '../../../shared/result.ts';
import type { SpecRefusal } from '../../../wasm/kind.ts';
import type { RouteAnswer, RouteSpec } from '../../../wasm/kinds/route-plan/codec.ts';
import { tourLength } from '../../../wasm/kinds/route-plan/geometry.ts';
import { routePlan } from '../../../wasm/kinds/route-plan/kind.ts';

/** A request for a route as the driver gave it and as its kind understood it. */
export interface AskedRoute {
  /** As pasted or uploaded. */
  readonly text: string;
  /** What goes to the server: the text, or the JSON it holds. */
  readonly request: unknown;
  readonly spec: RouteSpec;
  /** Places on the Earth: lengths are metres. Otherwise they are in the coordinates' own unit. */
  readonly isMetres: boolean;
}

/** Reads what was pasted. The codes are the kind's, and `bad_json`. */
export function readAskedRoute(text: string): Result<AskedRoute, SpecRefusal> {
  const parsed = requestOf(text);
  if (!parsed.ok) return parsed;
  const request = parsed.value;
  const spec = routePlan.read(request);
  return spec.ok ? ok({ text, request, spec: spec.value, isMetres: isOnEarth(text, request) }) : spec;
}

/** A list of stops is what people paste; the kind wants it named. */
function requestOf(text: string): Result<unknown, SpecRefusal> {
  if (!/^\s*[[{]/.test(text)) return ok(text);
  try {
    const json: unknown = JSON.parse(text);
    return ok(Array.isArray(json) ? { stops: json } : json);
  } catch (error) {
    return refuse({ code: 'bad_json', message: error instanceof Error ? error.message : String(error) });
  }
}

function isOnEarth(text: string, request: unknown): boolean {
  if (typeof request === 'string') return /^[\s\uFEFF"]*lat/i.test(text);
  const { stops } = request as { readonly stops: readonly unknown[] };
  return typeof stops[0] === 'object' && !Array.isArray(stops[0]);
}

/** The round trip in the order given. */
export const lengthAsGiven = (spec: RouteSpec): number => tourLength(spec, [...spec.stops.keys()]);

/** Small enough for the asking phone: then nothing leaves it. */
export const fitsThisPhone = (asked: AskedRoute): boolean => routePlan.fitsPhone(asked.spec);

/** The server's answer, if it is one for this many stops; checked because it came from outside. */
export function readRouteAnswer(answer: unknown): RouteAnswer | undefined {
  const { length, tour } = (answer ?? {}) as Partial<RouteAnswer>;
  if (typeof length !== 'number' || !Array.isArray(tour)) return undefined;
  return tour.every((stop) => Number.isInteger(stop)) ? { length, tour } : undefined;
}
