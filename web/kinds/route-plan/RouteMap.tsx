import { useLingui } from '@lingui/react/macro';
import type { Stop } from '../../../wasm/kinds/route-plan/codec.ts';
import { type Point, fitInto } from './fit-into.ts';

const WIDTH = 358;
const HEIGHT = 240;
const MARGIN = 22;
/** More circles than this would hide the line they sit on. */
const MOST_RINGS = 60;
/** More dashes than this would hide the new order. */
const MOST_DASHED = 300;

interface RouteMapProps {
  readonly stops: readonly Stop[];
  readonly tour: readonly number[];
}

/** The stops joined in the new order, over the order they were given in, thin and dashed. Both are round trips. */
export function RouteMap({ stops, tour }: RouteMapProps) {
  const { t } = useLingui();
  const points = fitInto(stops, WIDTH, HEIGHT, MARGIN);
  const after = tour.map((stop) => points[stop]).filter((point) => point !== undefined);
  const [first] = after;
  const count = stops.length;
  const isDense = count > MOST_RINGS;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      fill="none"
      role="img"
      aria-label={t`Your ${count} stops joined in the new order, a round trip. The order you gave is drawn thin and dashed behind.`}
    >
      <path
        d={closedPath(points)}
        stroke="var(--line-strong)"
        strokeWidth={isDense ? 0.75 : 1.75}
        strokeDasharray="3 5"
        opacity={count > MOST_DASHED ? 0.35 : isDense ? 0.6 : 1}
      />
      <path
        d={closedPath(after)}
        stroke="var(--go)"
        strokeWidth={isDense ? 2.5 : 5}
        strokeLinejoin="round"
        strokeLinecap="round"
      />
      {isDense ? (
        <path d={dotsPath(after)} stroke="var(--ink)" strokeWidth="3" strokeLinecap="round" />
      ) : (
        after.map(([x, y], i) => (
          <circle key={i} cx={x} cy={y} r="5" fill="var(--surface)" stroke="var(--ink)" strokeWidth="2.5" />
        ))
      )}
      {first && (
        <>
          <rect x={first[0] - 13} y={first[1] - 13} width="26" height="26" rx="8" fill="var(--ink)" />
          <text x={first[0]} y={first[1] + 5} textAnchor="middle" className="rs">
            1
          </text>
        </>
      )}
    </svg>
  );
}

const write = ([x, y]: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
const closedPath = (points: readonly Point[]): string => `M${points.map(write).join('L')}Z`;
const dotsPath = (points: readonly Point[]): string => points.map((point) => `M${write(point)}h0`).join('');
