import type { Stop } from '../../../wasm/kinds/route-plan/codec.ts';
import { boundsOf } from '../../../wasm/kinds/route-plan/geometry.ts';

export type Point = readonly [x: number, y: number];

/** Stops on a drawing of this size, north up, one scale for both directions, in the middle. */
export function fitInto(stops: readonly Stop[], width: number, height: number, margin: number): readonly Point[] {
  const { minX, minY, maxX, maxY } = boundsOf(stops);
  // All stops on one line, or in one place, have no extent in some direction.
  const across = maxX - minX || Number.MIN_VALUE;
  const up = maxY - minY || Number.MIN_VALUE;
  const scale = Math.min((width - 2 * margin) / across, (height - 2 * margin) / up);
  const perUnit = Number.isFinite(scale) ? scale : 0;
  const [middleX, middleY] = [(minX + maxX) / 2, (minY + maxY) / 2];
  return stops.map(([x, y]): Point => [width / 2 + (x - middleX) * perUnit, height / 2 - (y - middleY) * perUnit]);
}
