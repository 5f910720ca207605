import { concatBytes } from '../../shared/bytes.ts';
import type { Device, ExchangeRow } from '../../shared/model/device.ts';
import type { ResultGroup, ResultOutcome, TaskResult } from '../../shared/model/exchange.ts';
import type { Block, StoredResult } from '../../shared/model/job.ts';
import { times, ZERO } from '../../shared/money.ts';
import { bestChunk } from '../../shared/protocol/output.ts';
import { hasBit, withBits } from './bitmap.ts';
import { isLeaseToken } from './lease-token.ts';
import type { LiveJob } from './live-jobs.ts';
import type { Secrets } from './ports.ts';
import { certificateHolds } from './verify.ts';

/**
 * The hot path: what one device's results for one block lead to. Pure: the same arguments give the same decision, and
 * nothing is written here.
 */
export interface Acceptance {
  /** One per result, in order. */
  readonly outcomes: readonly ResultOutcome[];
  readonly block: Block;
  readonly results: readonly StoredResult[];
  /** The escrow row, when anything was accepted. */
  readonly row: ExchangeRow | undefined;
  readonly bestScore: number | undefined;
  /** A result contradicts itself (no certificate): proof of wrong work by this device. */
  readonly convicts: boolean;
}

export interface AcceptFacts {
  readonly now: number;
  readonly seq: number;
  readonly secrets: Secrets;
  /** Computed at full speed and not to be credited: taken and checked like any other, worth nothing. */
  readonly isUncredited: boolean;
  /** The mainframe is this process: its leases carry no token, its work is believed and moves no money. */
  readonly own: boolean;
  /** True when this result can be paid: its lease is in the book, or free reserved money covers it. */
  covers(group: ResultGroup, result: TaskResult): boolean;
}

/**
 * Refusals in order of precedence: `bad_token` (not ours, or not for this), `slot_taken` (another result came first),
 * `invalid_result` (malformed, or its candidate is not what its digest says), `too_late` (past its time and no money left
 * to pay it: without blame). A token past its time is accepted and paid while its slot is free and the budget allows.
 */
export function acceptExchange(
  live: LiveJob,
  block: Block,
  device: Device,
  group: ResultGroup,
  facts: AcceptFacts,
): Acceptance {
  const outcomes: ResultOutcome[] = [];
  const results: StoredResult[] = [];
  let open = block;
  for (const result of group.results) {
    const outcome = judge(live, open, device, group, result, facts);
    outcomes.push(outcome);
    if (outcome !== 'accepted') continue;
    const bit = [result.taskIndex];
    open = { ...open, done: withBits(open.done, bit), checked: facts.own ? withBits(open.checked, bit) : open.checked };
    results.push({
      blockId: block.id,
      taskIndex: result.taskIndex,
      deviceId: device.id,
      seq: facts.seq,
      output: result.output,
    });
  }
  return {
    outcomes,
    block: open,
    results,
    row: facts.own || results.length === 0 ? undefined : escrow(device, group, results, facts),
    bestScore: results.length === 0 ? undefined : Math.min(...results.map((row) => bestChunk(row.output).digest.score)),
    convicts: outcomes.includes('invalid_result'),
  };
}

function judge(
  live: LiveJob,
  block: Block,
  device: Device,
  group: ResultGroup,
  result: TaskResult,
  facts: AcceptFacts,
): ResultOutcome {
  const { taskIndex, token, output } = result;
  const claim = {
    blockId: block.id,
    taskIndex,
    deviceId: device.id,
    accountId: device.accountId,
    terms: group.terms,
    kernelHash: live.job.kernelHash,
  };
  if (taskIndex >= block.taskCount) return 'bad_token';
  if (!facts.own && !isLeaseToken(facts.secrets, claim, token)) return 'bad_token';
  if (hasBit(block.done, taskIndex)) return 'slot_taken';
  if (!certificateHolds(live, output)) return 'invalid_result';
  return facts.covers(group, result) ? 'accepted' : 'too_late';
}

function escrow(device: Device, group: ResultGroup, results: readonly StoredResult[], facts: AcceptFacts): ExchangeRow {
  return {
    deviceId: device.id,
    seq: facts.seq,
    blockId: group.blockId,
    taskIndices: results.map((row) => row.taskIndex),
    amountMicros: facts.isUncredited ? ZERO : times(group.terms.priceMicros, results.length),
    digest: facts.secrets.sha256(concatBytes(...results.map((row) => row.output))),
    state: 'pending',
    audit: 'none',
    taskNo: device.taskCount + results.length,
    acceptedAt: facts.now,
  };
}
