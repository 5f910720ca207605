/** Ascending. A copy by hand: phones from iOS 14 on have no `toSorted`. */
export const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The upper one of two in the middle. Of at least one value. */
export const medianOf = (values: readonly number[]): number => sorted(values)[values.length >> 1] ?? Number.NaN;
