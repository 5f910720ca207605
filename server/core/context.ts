import type { BlockId, DeviceId } from '../../shared/ids.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { LeaseBook } from './lease-book.ts';
import type { Secrets } from './ports.ts';
import type { Stranded } from './reserve.ts';

/** What every decision may look at besides the draft: given, never changed by it (but for the book, which can roll back). */
export interface Context {
  readonly policy: Policy;
  readonly secrets: Secrets;
  readonly book: LeaseBook;
  readonly stranded: Stranded;
  /** Blocks that phones had leases of before a restart, while they are kept for those phones. */
  readonly keptBlocks: ReadonlySet<BlockId>;
  /** Units that waited after the last batch, over the devices on the line: no device is given more at once. */
  readonly fairShare: number;
  /** Devices this batch proved wrong; convicted before it commits. */
  readonly proven: Set<DeviceId>;
}
