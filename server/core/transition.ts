import type { BlockId, JobId } from '../../shared/ids.ts';
import { countBits, hasBit } from './bitmap.ts';
import { blockOf, roundOf, type LiveJob } from './live-jobs.ts';
import type { ReplicationRule } from './replication.ts';

/**
 * What a running job waits for, by its states (docs/STATES.md draws them):
 *
 *   slot:   open → done (acceptExchange) → checked (its gate passed) — or back to open (convict)
 *           open → done and checked at once (decideVotes), when the job is replicated
 *   round:  open → all checked → winner re-run → closed (closeRound); of a cancelled job nothing but the slots
 *
 * Level-triggered: it looks at the whole job and says what should follow that has not been asked for yet. Asked again, with
 * what it said before among `asked`, it says nothing. So a lost wake-up, a crash between two steps or a worker that died
 * need no code of their own, only another pass.
 */
export type Effect =
  | { readonly type: 'audit'; readonly key: string; readonly blockId: BlockId; readonly taskIndex: number }
  | { readonly type: 'settle_votes'; readonly key: string; readonly blockId: BlockId; readonly taskIndex: number }
  | { readonly type: 'rerun_winner'; readonly key: string; readonly jobId: JobId; readonly round: number };

export function transition(live: LiveJob, asked: ReadonlySet<string>, rule: ReplicationRule): readonly Effect[] {
  const effects: Effect[] = votesToSettle(live, asked, rule);
  let checked = 0;
  for (const block of live.blocks) {
    checked += countBits(block.checked);
    for (let i = 0; i < block.taskCount; i++) {
      const key = `audit:${block.id}:${i}`;
      if (hasBit(block.done, i) && !hasBit(block.checked, i) && !asked.has(key)) {
        effects.push({ type: 'audit', key, blockId: block.id, taskIndex: i });
      }
    }
  }
  if (live.job.state.name === 'cancelling') return effects;
  const { round, taskCount } = roundOf(live);
  const key = `winner:${live.job.id}:${round}`;
  if (checked === taskCount && !asked.has(key)) effects.push({ type: 'rerun_winner', key, jobId: live.job.id, round });
  return effects;
}

/** Slots of a replicated job whose votes are enough, and that nobody has settled. */
function votesToSettle(live: LiveJob, asked: ReadonlySet<string>, rule: ReplicationRule): Effect[] {
  const effects: Effect[] = [];
  for (const [name, votes] of live.votes) {
    if (!votes[0]) continue; // taken back
    const { blockId, taskIndex } = votes[0];
    const key = `votes:${name}`;
    if (asked.has(key) || hasBit(blockOf(live, blockId).done, taskIndex)) continue;
    if (rule.accepted({ blockId, taskIndex }, votes)) effects.push({ type: 'settle_votes', key, blockId, taskIndex });
  }
  return effects;
}
