import { HOUR, MINUTE } from '../../../shared/time.ts';

/** Pixels, at most, to each side. */
const REACH = 12;

/**
 * Where everything stands in this minute, so that no pixel of an OLED screen glows for a whole shift: a step a minute on
 * a figure of eight, once around in an hour; and every other hour on the other side.
 */
export function driftAt(at: number): { readonly x: number; readonly y: number; readonly isMirrored: boolean } {
  const angle = ((at % HOUR) / HOUR) * 2 * Math.PI;
  return {
    x: Math.round(REACH * Math.sin(angle)),
    y: Math.round(REACH * Math.sin(2 * angle)),
    isMirrored: Math.floor(at / HOUR) % 2 === 1,
  };
}

/** Milliseconds to the next step. */
export const untilNextStep = (at: number): number => MINUTE - (at % MINUTE);
