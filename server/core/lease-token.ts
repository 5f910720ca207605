import { equalBytes, viewOf } from '../../shared/bytes.ts';
import type { AccountId, BlockId, DeviceId } from '../../shared/ids.ts';
import type { LeaseTerms } from '../../shared/model/exchange.ts';
import type { Secrets } from './ports.ts';

/**
 * A lease token: HMAC-SHA-256 cut to 16 bytes over everything that decides what a result is worth and to whom. Nothing is
 * stored for it, so it stays valid over a restart; it is worth something only while its slot is free.
 *
 * | offset | bytes | field           |      | offset | bytes | field                   |
 * |--------|-------|-----------------|      |--------|-------|-------------------------|
 * | 0      | 4     | key id          |      | 20     | 8     | price, micro-dollars    |
 * | 4      | 4     | block           |      | 28     | 8     | lease until, ms         |
 * | 8      | 4     | task index      |      | 36     | 4     | policy version          |
 * | 12     | 4     | device          |      | 40     | 32    | SHA-256 of the kernel   |
 * | 16     | 4     | account         |
 */
const TOKEN_BYTES = 16;
const SIGNED_BYTES = 72;

export interface LeaseClaim {
  readonly blockId: BlockId;
  readonly taskIndex: number;
  readonly deviceId: DeviceId;
  readonly accountId: AccountId;
  readonly terms: LeaseTerms;
  readonly kernelHash: Uint8Array;
}

function bytesOf(claim: LeaseClaim): Uint8Array {
  const bytes = new Uint8Array(SIGNED_BYTES);
  const view = viewOf(bytes);
  view.setUint32(0, claim.terms.keyId, true);
  view.setUint32(4, claim.blockId, true);
  view.setUint32(8, claim.taskIndex, true);
  view.setUint32(12, claim.deviceId, true);
  view.setUint32(16, claim.accountId, true);
  view.setFloat64(20, claim.terms.priceMicros, true); // exact below 2^53
  view.setFloat64(28, claim.terms.leaseUntil, true);
  view.setUint32(36, claim.terms.policyVersion, true);
  bytes.set(claim.kernelHash, 40);
  return bytes;
}

/** The token, or nothing when its key is no longer ours. */
export const leaseToken = (secrets: Secrets, claim: LeaseClaim): Uint8Array | undefined =>
  secrets.leaseMac(claim.terms.keyId, bytesOf(claim))?.subarray(0, TOKEN_BYTES);

export function isLeaseToken(secrets: Secrets, claim: LeaseClaim, token: Uint8Array): boolean {
  const expected = leaseToken(secrets, claim);
  return expected !== undefined && equalBytes(expected, token);
}
