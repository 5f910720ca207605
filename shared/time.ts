/** Spans in milliseconds. Instants (`…At`, `…Until`) are milliseconds since 1970-01-01 UTC, from an injected clock. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The UTC day of an instant, counted from 1970-01-01. */
export const dayOf = (at: number): number => Math.floor(at / DAY);
