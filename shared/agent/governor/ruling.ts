import type { Ends } from './signals.ts';

/** What ends a rest, in the order of the screen; undefined while the rule lets it compute. */
export type Rest = readonly Ends[] | undefined;

/** What a rule that remembers says, and what it will remember. */
export interface Ruling<Memory> {
  readonly memory: Memory;
  readonly rest: Rest;
}
