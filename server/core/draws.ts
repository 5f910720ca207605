import { viewOf } from '../../shared/bytes.ts';
import type { BlockId, DeviceId } from '../../shared/ids.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';
import type { Secrets } from './ports.ts';

/** Names one result for good: a slot may later hold another. */
export interface ResultKey {
  readonly deviceId: DeviceId;
  readonly seq: number;
  readonly blockId: BlockId;
  readonly taskIndex: number;
}

/**
 * What is audited is drawn by HMAC under the audit secret: keyed, so that nobody outside can foresee it; a function of the
 * result, so that a restart draws the same; one number a purpose, so that no draw tells of another.
 */
const PURPOSES = { gate: 1, whole: 2, settle: 3, look: 4 } as const;
type Purpose = keyof typeof PURPOSES;

function draw(secrets: Secrets, purpose: Purpose, { deviceId, seq, blockId, taskIndex }: ResultKey): Uint8Array {
  const named = new Uint8Array(20);
  [PURPOSES[purpose], deviceId, seq, blockId, taskIndex].forEach((part, i) =>
    viewOf(named).setUint32(4 * i, part, true),
  );
  return secrets.auditMac(named);
}

/** A number from 0 up to, not including, 1. */
export const fraction = (secrets: Secrets, purpose: Exclude<Purpose, 'gate'>, result: ResultKey): number =>
  viewOf(draw(secrets, purpose, result)).getUint32(0, true) / 2 ** 32;

/** `count` different chunks of a result, in order. A 32-byte MAC has two bytes for each of sixteen at most. */
export function gateChunks(secrets: Secrets, result: ResultKey, count: number): readonly number[] {
  const mac = viewOf(draw(secrets, 'gate', result));
  const chunks = Array.from({ length: CHUNKS_PER_TASK }, (_, chunk) => chunk);
  const picked = Math.min(count, mac.byteLength / 2);
  for (let i = 0; i < picked; i++) {
    const other = i + (mac.getUint16(2 * i, true) % (CHUNKS_PER_TASK - i)); // uneven by less than 1 in 1,000
    [chunks[i], chunks[other]] = [chunks[other]!, chunks[i]!];
  }
  return chunks.slice(0, picked).sort((a, b) => a - b);
}
