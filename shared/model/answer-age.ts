import { HOUR } from '../time.ts';

/**
 * How long an answer of a kind is of use, in ms: after that the screen says how old it is and offers to ask again. Policy
 * like every other number, in a file of its own so that a phone need not load all of it.
 *
 * A route is an order for stops that are still to be driven: after two hours a shift's first stops are behind the driver.
 */
export const ANSWER_OF_USE_MS: Readonly<Record<string, number>> = { 'route-plan': 2 * HOUR };
