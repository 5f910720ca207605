import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { SettableField } from '../../../shared/model/policy-change.ts';
import { megabytes, money, whole } from '../../ui/format.ts';

interface FieldWords {
  readonly name: MessageDescriptor;
  /** What the number counts, as it is typed. */
  readonly unit: MessageDescriptor;
  readonly why: MessageDescriptor;
  readonly show: (value: number) => string;
}

const microDollars = msg`micro-dollars: 1,000,000 is $1`;
/** Less than a hundredth of a cent would be shown as nothing. */
const price = (micros: number): string => (micros > 0 && micros < 100 ? `${whole(micros)} µ$` : money(micros));
const unitsADay = msg`units a day`;

/** Each number that may be set, in words. Its value and its bounds are the server's. */
const FIELD_WORDS: Readonly<Record<SettableField, FieldWords>> = {
  priceMicros: {
    name: msg`Price of a unit`,
    unit: microDollars,
    why: msg`What a driver is paid for a unit that was checked. New work only.`,
    show: price,
  },
  phaseBudgetMicros: {
    name: msg`Budget of the phase`,
    unit: microDollars,
    why: msg`The most that may be paid in all. When it is spent, no phone gets paid work.`,
    show: money,
  },
  driverUnitsPerDay: {
    name: msg`Asking: a driver`,
    unit: unitsADay,
    why: msg`Is in the plan. One account must not fill the pool.`,
    show: whole,
  },
  adminUnitsPerDay: {
    name: msg`Asking: an admin`,
    unit: unitsADay,
    why: msg`Enough for tests and demonstrations.`,
    show: whole,
  },
  newDevicesPerDay: {
    name: msg`New phones of an account`,
    unit: msg`phones a day`,
    why: msg`All work of a new phone is run again by us.`,
    show: whole,
  },
  runningJobs: {
    name: msg`Requests at once`,
    unit: msg`of one account`,
    why: msg`One account must not make the others wait.`,
    show: whole,
  },
  linksPerAddress: {
    name: msg`Open links of an address`,
    unit: msg`links`,
    why: msg`The phones of a depot share one address.`,
    show: whole,
  },
  linksPerAccount: {
    name: msg`Open links of an account`,
    unit: msg`links`,
    why: msg`Few people have more phones.`,
    show: whole,
  },
  writesPerMinute: {
    name: msg`Writes of an account`,
    unit: msg`a minute`,
    why: msg`People write a few times a minute, programs that went wrong much more.`,
    show: whole,
  },
  addressWritesPerMinute: {
    name: msg`Writes of an address`,
    unit: msg`a minute`,
    why: msg`The customers of a carrier share one address.`,
    show: whole,
  },
  bytesADay: {
    name: msg`Data of a phone`,
    unit: msg`bytes a day`,
    why: msg`The promise is 0.5 MB a day, so it cannot be more.`,
    show: megabytes,
  },
  unitsADay: {
    name: msg`Work of a phone`,
    unit: unitsADay,
    why: msg`What 0.5 MB a day is enough for.`,
    show: whole,
  },
};

/** Nothing where the server has a number that this app does not know yet. */
export const wordsOf = (field: string): FieldWords | undefined =>
  (FIELD_WORDS as Readonly<Record<string, FieldWords>>)[field];

export const shown = (field: string, value: number): string => wordsOf(field)?.show(value) ?? whole(value);
