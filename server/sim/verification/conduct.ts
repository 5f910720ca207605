import { unreachable } from '../../../shared/assert.ts';
import type { Rng } from '../../../shared/rng.ts';
import { happens } from '../chance.ts';

/** What a cheater knows of a task it is about to hand in. */
export interface TaskInHand {
  /** Counts the tasks of this identity, from 1. */
  readonly taskNo: number;
  /** What the policy gives away, if it does. */
  readonly leak: Leak | undefined;
}

/** BOINC shows a host its count of consecutive valid results, and a task's name tells a second copy from a first. */
export interface Leak {
  readonly consecutiveValid: number;
  readonly isSecondCopy: boolean;
}

/**
 * How somebody who knows the rules lies. Only the cheater's own side reads this: no rule of the server sees it. Whoever is
 * convicted comes back at once, as a new device of a new account.
 */
export type Conduct =
  /** After `from` honest tasks lies in a share of all tasks. */
  | { readonly name: 'constant'; readonly from: number; readonly share: number }
  /** After `from` honest tasks lies in `lies` tasks in a row, is honest for `rest` tasks so that they post, then starts anew. */
  | { readonly name: 'burst'; readonly from: number; readonly lies: number; readonly rest: number }
  /** The same again and again under one name: `lies`, then honest for `rest` tasks, until it is found out. */
  | { readonly name: 'bursts'; readonly from: number; readonly lies: number; readonly rest: number }
  /** Reads what BOINC gives away: lies only in first copies, and only while its count stands at `least` or above. */
  | { readonly name: 'reader'; readonly least: number; readonly share: number };

export function lies(conduct: Conduct, { taskNo, leak }: TaskInHand, rng: Rng): boolean {
  switch (conduct.name) {
    case 'constant':
      return taskNo > conduct.from && happens(rng, conduct.share);
    case 'burst':
      return taskNo > conduct.from && taskNo <= conduct.from + conduct.lies;
    case 'bursts':
      return taskNo > conduct.from && (taskNo - conduct.from - 1) % (conduct.lies + conduct.rest) < conduct.lies;
    case 'reader':
      return (
        leak !== undefined &&
        !leak.isSecondCopy &&
        leak.consecutiveValid >= conduct.least &&
        happens(rng, conduct.share)
      );
    default:
      return unreachable(conduct);
  }
}

/** How many further tasks it does under this identity, given how many it has done, before it drops it of its own will. */
export const tasksLeft = (conduct: Conduct, taskCount: number): number =>
  conduct.name === 'burst' ? conduct.from + conduct.lies + conduct.rest - taskCount : Number.POSITIVE_INFINITY;
