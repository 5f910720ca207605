import { assert } from '../assert.ts';
import type { BlockId } from '../ids.ts';
import type { DeviceReport, LeaseTerms, ResultGroup, TaskResult } from '../model/exchange.ts';
import { MAX_UNITS, resultGroup, taskResult } from './frame-table.ts';
import { encodeFrame, HEADER_BYTES } from './frames.ts';

/** A result on its way: what an exchange says of it, and of the lease it was computed under. */
export interface FinishedTask extends TaskResult {
  readonly blockId: BlockId;
  readonly terms: LeaseTerms;
}

export interface BuiltExchange {
  readonly bytes: Uint8Array;
  /** How many of the results, from the first, went in. */
  readonly taken: number;
}

/** Everything of an exchange that is not a group: header, want, report, count. */
const FRAME_BYTES = HEADER_BYTES + 1 + 7 + 1;

/** The largest output that fits an exchange alone. */
export const mostOutputBytes = (limitBytes: number): number =>
  limitBytes - FRAME_BYTES - resultGroup.leastBytes - taskResult.leastBytes;

/**
 * The exchange with as many of `results`, oldest first, as fit the limit: sixteen with a candidate of 1,000 stops each
 * would be 40 KiB. Only neighbours share a group, so the outcomes come back in the order of `results`.
 */
export function buildExchange(
  exchange: { readonly seq: number; readonly want: number; readonly report: DeviceReport },
  results: readonly FinishedTask[],
  limitBytes: number,
): BuiltExchange {
  const groups: { blockId: BlockId; terms: LeaseTerms; results: TaskResult[] }[] = [];
  let left = limitBytes - FRAME_BYTES;
  let taken = 0;
  for (const { blockId, terms, ...result } of results.slice(0, MAX_UNITS)) {
    const last = groups.at(-1);
    const joins = last !== undefined && last.blockId === blockId && sameTerms(last.terms, terms);
    left -= taskResult.leastBytes + result.output.length + (joins ? 0 : resultGroup.leastBytes);
    if (left < 0) break;
    if (joins) last.results.push(result);
    else groups.push({ blockId, terms, results: [result] });
    taken++;
  }
  assert(taken > 0 || results.length === 0, `an output beyond ${mostOutputBytes(limitBytes)} bytes never fits`);
  const bytes = encodeFrame({ type: 'exchange', ...exchange, groups: groups satisfies readonly ResultGroup[] });
  return { bytes, taken };
}

export const sameTerms = (a: LeaseTerms, b: LeaseTerms): boolean =>
  a.leaseUntil === b.leaseUntil &&
  a.keyId === b.keyId &&
  a.priceMicros === b.priceMicros &&
  a.policyVersion === b.policyVersion;
