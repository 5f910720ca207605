import { micros } from '../money.ts';
import type { AccountId } from '../ids.ts';
import type { Policy } from './policy.ts';

/**
 * The numbers of the policy that admins may change while the server runs, and within which bounds: no change may break a
 * promise to drivers, so 0.5 MB and 300 units a day are the most there is. Everything else is a new version of the program.
 * `isMoney`: what we pay, or may pay in all. Such a change takes two people.
 */
export const SETTABLE = {
  priceMicros: { least: 1, most: 1_000_000, isMoney: true },
  phaseBudgetMicros: { least: 0, most: 1_000_000_000_000, isMoney: true },
  driverUnitsPerDay: { least: 0, most: 100_000, isMoney: false },
  adminUnitsPerDay: { least: 0, most: 1_000_000, isMoney: false },
  newDevicesPerDay: { least: 0, most: 1_000, isMoney: false },
  runningJobs: { least: 0, most: 10_000, isMoney: false },
  linksPerAddress: { least: 1, most: 10_000, isMoney: false },
  linksPerAccount: { least: 1, most: 100, isMoney: false },
  writesPerMinute: { least: 1, most: 100_000, isMoney: false },
  addressWritesPerMinute: { least: 1, most: 1_000_000, isMoney: false },
  bytesADay: { least: 0, most: 500_000, isMoney: false },
  unitsADay: { least: 0, most: 300, isMoney: false },
} as const satisfies Readonly<
  Record<string, { readonly least: number; readonly most: number; readonly isMoney: boolean }>
>;

export type SettableField = keyof typeof SETTABLE;

/** Those that are set; all others are as the program has them. */
export type PolicySettings = { readonly [Field in SettableField]?: number };

export const SETTABLE_FIELDS = Object.keys(SETTABLE) as SettableField[];

/**
 * One wish to change the policy. Who moves it on:
 *
 *   proposed → approved   another admin, within 24 hours; what moves no money is approved by its author as it is made
 *   proposed → rejected   any admin, its author too
 *   proposed → expired    the tick, after 24 hours
 *
 * To undo a change is to propose the settings of the row before it.
 */
export interface PolicyChange {
  readonly id: number;
  readonly at: number;
  readonly authorId: AccountId;
  readonly reason: string;
  /** What it is to change. */
  readonly changes: PolicySettings;
  readonly state: 'proposed' | 'approved' | 'rejected' | 'expired';
  readonly decidedAt: number | undefined;
  /** Nobody, when time did. */
  readonly decidedBy: AccountId | undefined;
  /** Of an approved one: the version of the policy it made, and everything set in that. */
  readonly version: number | undefined;
  readonly settings: PolicySettings;
}

export const movesMoney = (changes: PolicySettings): boolean =>
  SETTABLE_FIELDS.some((field) => changes[field] !== undefined && SETTABLE[field].isMoney);

/** Every value a whole number within its bounds, and at least one. */
export function isWithinBounds(changes: PolicySettings): boolean {
  const fields = Object.keys(changes) as SettableField[];
  const isFine = (field: SettableField, value = NaN): boolean =>
    Object.hasOwn(SETTABLE, field) &&
    Number.isInteger(value) &&
    value >= SETTABLE[field].least &&
    value <= SETTABLE[field].most;
  return fields.length > 0 && fields.every((field) => isFine(field, changes[field]));
}

/** What holds of the settable numbers in a policy. */
export const settingsOf = ({ priceMicros, phaseBudgetMicros, limits, throttle }: Policy): Required<PolicySettings> => ({
  priceMicros,
  phaseBudgetMicros,
  driverUnitsPerDay: limits.driverUnitsPerDay,
  adminUnitsPerDay: limits.adminUnitsPerDay,
  newDevicesPerDay: limits.newDevicesPerDay,
  runningJobs: limits.runningJobs,
  linksPerAddress: limits.linksPerAddress,
  linksPerAccount: limits.linksPerAccount,
  writesPerMinute: limits.writesPerMinute,
  addressWritesPerMinute: limits.addressWritesPerMinute,
  bytesADay: throttle.bytesADay,
  unitsADay: throttle.unitsADay,
});

/** A policy with some of its numbers set. */
export function withSettings(policy: Policy, settings: PolicySettings, version: number): Policy {
  const all = { ...settingsOf(policy), ...settings };
  const { priceMicros, phaseBudgetMicros, bytesADay, unitsADay, ...limits } = all;
  return {
    ...policy,
    version,
    priceMicros: micros(priceMicros),
    phaseBudgetMicros: micros(phaseBudgetMicros),
    limits: { ...policy.limits, ...limits },
    throttle: { ...policy.throttle, bytesADay, unitsADay },
  };
}
