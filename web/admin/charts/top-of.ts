/** Where an axis from zero ends, so that its half is a number to be read, too: 2, 4, 10, 20, 40, 100 … */
export function topOf(largest: number): number {
  if (largest <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 2, 4, 10].find((times) => largest <= times * power) ?? 10;
  return step * power;
}

/** The same of seconds: up to a minute, an hour and so on in the steps of a clock. */
const CLOCK_STEPS = [2, 4, 10, 20, 60, 120, 240, 600, 1_200, 3_600, 7_200, 14_400, 43_200, 86_400];

export const topOfSeconds = (largest: number): number =>
  CLOCK_STEPS.find((step) => largest <= step) ?? topOf(largest / 86_400) * 86_400;
