/**
 * Branded ids: plain integers at run time, kept apart by the compiler. Integers because they are the SQLite row ids
 * (a UUID key costs 46 bytes and 8 % of throughput a task, measured) and travel as u32 on the wire.
 */
declare const brand: unique symbol;
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };

export type AccountId = Branded<number, 'AccountId'>;
export type DeviceId = Branded<number, 'DeviceId'>;
export type JobId = Branded<number, 'JobId'>;
export type BlockId = Branded<number, 'BlockId'>;

const MAX_ID = 0xffff_ffff;

/** True for what may be an id: an integer from 1 to 2^32 - 1. */
export const isId = (n: number): boolean => Number.isInteger(n) && n >= 1 && n <= MAX_ID;

function parser<Id extends number>(name: string): (n: number) => Id {
  return (n) => {
    if (!isId(n)) throw new RangeError(`${name}: expected an integer from 1 to ${MAX_ID}, got ${n}`);
    return n as Id;
  };
}

/** The only makers of ids. Check outside input with `isId` first: these throw. */
export const accountId = parser<AccountId>('account id');
export const deviceId = parser<DeviceId>('device id');
export const jobId = parser<JobId>('job id');
export const blockId = parser<BlockId>('block id');
