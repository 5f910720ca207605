import type { BlockId, DeviceId, JobId } from '../ids.ts';
import type { Digest } from '../protocol/output.ts';

/**
 * A finding, kept for good: one chunk of which a device said something else than two builds of the kernel do. With the
 * kernel (by its hash), the inputs of job and round and the chunk's number anybody can run it again.
 */
export interface Evidence {
  readonly id: number;
  readonly deviceId: DeviceId;
  readonly at: number;
  readonly jobId: JobId;
  readonly round: number;
  /** Position of the task in its round, and of the chunk in its task. */
  readonly task: number;
  readonly chunk: number;
  readonly claimed: Digest;
  readonly expected: Digest;
  /** How many of the task's 64 chunks are wrong. */
  readonly wrongChunks: number;
  /** The exchange and slot it was handed in by. */
  readonly seq: number;
  readonly blockId: BlockId;
  readonly taskIndex: number;
  readonly ruling: Ruling;
  readonly appeal: Appeal | undefined;
}

/**
 * `fault`: a first finding; everything pending is void, probation again. `lenient`: a first one after long clean work; the
 * same day is void, a sample of the rest is re-run. `fraud`: banned, escrow held.
 */
export type Ruling = 'fault' | 'lenient' | 'fraud';

/** Decided by running the chunk once more in the second build: `granted` = the device was right. */
export interface Appeal {
  readonly at: number;
  readonly outcome: 'upheld' | 'granted';
}
