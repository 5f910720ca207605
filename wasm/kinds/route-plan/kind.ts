import { must } from '../../../shared/assert.ts';
import { fnv1a } from '../../../shared/bytes.ts';
import type { TaskKind } from '../../kind.ts';
import { blindRoute, originalStop } from './blind.ts';
import {
  type RouteAnswer,
  type RouteSpec,
  canonicalTour,
  decodeTour,
  routeAnswerCodec,
  routeSpecCodec,
} from './codec.ts';
import { tourLength } from './geometry.ts';
import { bestOutcome, planRoute } from './plan.ts';
import { readRoute } from './read.ts';

/**
 * How long a chunk is: 13 ms of one server core, whatever the number of stops (`npm run bench:route` measures it). Part
 * of the version.
 */
export const OPS_PER_CHUNK = 8_400_000;

/** The asking phone answers up to this many itself: an optimum is a few hundred milliseconds away. */
const PHONE_STOPS = 200;

export type RoutePlan = TaskKind<RouteSpec, RouteAnswer>;

/** The kind with chunks of another length: tests and the simulator use short ones. */
export const routePlanWith = (chunkOps: number): RoutePlan => ({
  name: 'route-plan',
  version: 1,
  class: 'normal',
  spec: routeSpecCodec,
  answer: routeAnswerCodec,
  read: readRoute,
  size: (spec) => spec.stops.length,
  fitsPhone: (spec) => spec.stops.length <= PHONE_STOPS,
  blind: (spec, rng) => blindRoute(spec, rng, chunkOps),
  plan: (_spec, effort, outcomes) => planRoute(effort, outcomes),

  certify(spec, key, candidate) {
    const tour = decodeTour(candidate);
    if (tour?.length !== spec.stops.length) return undefined;
    return { hash: fnv1a(candidate), value: tourLength(spec, unblindTour(key, tour)) };
  },

  merge(spec, key, outcomes) {
    const best = must(bestOutcome(outcomes), 'at least one outcome');
    const tour = unblindTour(key, must(decodeTour(best.candidate), 'a tour'));
    return { length: tourLength(spec, tour), tour };
  },
});

/** The best closed tour over a list of stops. */
export const routePlan: RoutePlan = routePlanWith(OPS_PER_CHUNK);

const unblindTour = (key: Uint8Array, tour: readonly number[]): readonly number[] =>
  canonicalTour(tour.map((stop) => originalStop(key, stop)));
