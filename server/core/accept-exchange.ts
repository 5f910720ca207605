import { concatBytes } from '../../shared/bytes.ts';
import type { Device, ExchangeRow } from '../../shared/model/device.ts';
import type { ResultGroup, ResultOutcome, TaskResult } from '../../shared/model/exchange.ts';
import type { Block, StoredResult, Vote } from '../../shared/model/job.ts';
import { times, ZERO } from '../../shared/money.ts';
import { bestChunk } from '../../shared/protocol/output.ts';
import { hasBit, withBits } from './bitmap.ts';
import { isLeaseToken } from './lease-token.ts';
import { fraction } from './draws.ts';
import { votesAt, type LiveJob } from './live-jobs.ts';
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
  /** What its slots hold now; of a replicated job nothing yet. */
  readonly results: readonly StoredResult[];
  readonly votes: readonly Vote[];
  /** The escrow row, when anything was accepted. */
  readonly row: ExchangeRow | undefined;
  readonly bestScore: number | undefined;
  /** A result that contradicts itself (no certificate): proof of wrong work by this device. */
  readonly contradiction: TaskResult | undefined;
}

export interface AcceptFacts {
  readonly now: number;
  readonly seq: number;
  readonly secrets: Secrets;
  /** Computed at full speed and not to be credited: taken and checked like any other, worth nothing. */
  readonly isUncredited: boolean;
  /** The mainframe is this process: its leases carry no token, its work is believed and moves no money. */
  readonly own: boolean;
  /** How likely each result is to be re-run whole, later. */
  readonly wholeRate: number;
  /** Nothing of it is re-run before it counts as checked. */
  readonly isGateless: boolean;
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
  const taken: StoredResult[] = [];
  const isVote = live.job.replicas > 1;
  const isChecked = facts.own || facts.isGateless;
  let open = block;
  for (const result of group.results) {
    const outcome = judge(live, open, device, group, result, taken, facts);
    outcomes.push(outcome);
    if (outcome !== 'accepted') continue;
    const bit = [result.taskIndex];
    const checked = isChecked ? withBits(open.checked, bit) : open.checked;
    if (!isVote) open = { ...open, done: withBits(open.done, bit), checked };
    taken.push({
      blockId: block.id,
      taskIndex: result.taskIndex,
      deviceId: device.id,
      seq: facts.seq,
      output: result.output,
    });
  }
  const { accountId } = device;
  return {
    outcomes,
    block: open,
    results: isVote ? [] : taken,
    votes: isVote ? taken.map((row) => ({ ...row, accountId })) : [],
    row: facts.own || taken.length === 0 ? undefined : escrow(device, group, taken, isVote, facts),
    bestScore: taken.length === 0 ? undefined : Math.min(...taken.map((row) => bestChunk(row.output).digest.score)),
    contradiction: group.results[outcomes.indexOf('invalid_result')],
  };
}

function judge(
  live: LiveJob,
  block: Block,
  device: Device,
  group: ResultGroup,
  result: TaskResult,
  taken: readonly StoredResult[],
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
  const slot = { blockId: block.id, taskIndex };
  const hasVoted = votesAt(live, slot).some((vote) => vote.accountId === device.accountId);
  if (hasVoted || taken.some((row) => row.taskIndex === taskIndex)) return 'slot_taken'; // one vote an account
  if (!certificateHolds(live, output)) return 'invalid_result';
  return facts.covers(group, result) ? 'accepted' : 'too_late';
}

function escrow(
  device: Device,
  group: ResultGroup,
  results: readonly StoredResult[],
  isVote: boolean,
  facts: AcceptFacts,
): ExchangeRow {
  const isDue = (row: StoredResult): boolean => !isVote && fraction(facts.secrets, 'whole', row) < facts.wholeRate;
  return {
    deviceId: device.id,
    seq: facts.seq,
    blockId: group.blockId,
    taskIndices: results.map((row) => row.taskIndex),
    amountMicros: facts.isUncredited ? ZERO : times(group.terms.priceMicros, results.length),
    digest: facts.secrets.sha256(concatBytes(...results.map((row) => row.output))),
    state: 'pending',
    audit: facts.isGateless && !isVote ? 'passed' : 'none',
    wholeDue: results.reduce((due, row, i) => (isDue(row) ? due | (1 << i) : due), 0),
    wholeDone: 0,
    isSettled: isVote, // what copies agree on is not audited, so nothing is drawn of it
    voidedBy: 0,
    taskNo: device.taskCount + results.length,
    acceptedAt: facts.now,
  };
}
