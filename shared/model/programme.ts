import type { AccountId } from '../ids.ts';

/** What operators change while phones are linked. Every change is a row of its own; the last one holds. */
export interface Programme {
  /** Counts up with every change; open links are told of it. */
  readonly version: number;
  /** Off: no phone gets work, whatever it says. */
  readonly isOn: boolean;
  /** Share of a device's CPU aimed at, percent; at most the policy's. */
  readonly targetPercent: number;
  readonly at: number;
}

/** A change of it, as it is stored: whose, and why. */
export interface ProgrammeChange extends Programme {
  /** Nobody is known of changes that were made before reasons were asked for. */
  readonly authorId: AccountId | undefined;
  readonly reason: string;
}
