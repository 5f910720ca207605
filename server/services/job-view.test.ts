import { expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { accountId, jobId } from '../../shared/ids.ts';
import type { Job, JobState, Round } from '../../shared/model/job.ts';
import { kindNamed } from '../../wasm/registry.ts';
import { viewOfJob } from './job-view.ts';

const kind = must(kindNamed('tiny'), 'tiny');
const answer = kind.answer.encode({ column: 3, sum: 5 });
const none = new Uint8Array();

const job = (state: JobState): Job => ({
  id: jobId(1),
  accountId: accountId(2),
  kind: 'tiny',
  kindVersion: 1,
  kernelHash: none,
  spec: none,
  jobInput: none,
  blindKey: none,
  units: 4,
  rounds: 1,
  replicas: 1,
  createdAt: 1_000,
  idempotencyKey: 'a',
  requestDigest: none,
  state,
});
const first: Round = {
  jobId: jobId(1),
  round: 1,
  taskCount: 4,
  roundInput: none,
  openedAt: 1_000,
  corrects: undefined,
  outcome: { score: 1, candidate: none, value: 5, closedAt: 2_000 },
};
const correction: Round = { ...first, round: 2, taskCount: 1, corrects: 1 };
const view = (state: JobState, rounds: readonly Round[]) =>
  viewOfJob({
    job: job(state),
    rounds,
    progress: { round: 2, done: 1, checked: 0 },
    executors: { mainframe: 4, peers: 0, devices: 0 },
    kind,
    now: 9_000,
  });

const answered = { answer, answeredAt: 3_000, correctedAt: undefined } as const;

test('while tasks are done again the asker sees the answer, and no further round', () => {
  const running = { ...correction, outcome: undefined };
  const shown = view({ name: 'correcting', round: 2, ...answered }, [first, running]);
  expect(shown).toEqual(view({ name: 'answered', ...answered }, [first]));
  expect(shown).toMatchObject({
    state: 'answered',
    answer: { column: 3, sum: 5 },
    unitsDone: 4,
    unitsChecked: 4,
    round: 1,
    roundLengths: [5],
    correctedAt: null,
    waitMs: 2_000,
  });
});

test('an answer that changed says when, and nothing else is different', () => {
  const shown = view({ name: 'answered', ...answered, correctedAt: 7_000 }, [first, correction]);
  expect(shown).toEqual({ ...view({ name: 'answered', ...answered }, [first]), correctedAt: 7_000 });
});
