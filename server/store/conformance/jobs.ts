import { expect, test } from 'vitest';
import { accountId, blockId, deviceId, jobId } from '../../../shared/ids.ts';
import type { Job, JobState, Round } from '../../../shared/model/job.ts';
import { withBits } from '../../core/bitmap.ts';
import type { Opened } from './opened.ts';
import {
  NOTHING,
  account,
  accountOf,
  block,
  bytes,
  deviceOf,
  everything,
  job,
  jobOf,
  result,
  round,
  together,
  vote,
} from './samples.ts';

const answered = { name: 'answered', answer: bytes(1), answeredAt: 3000, correctedAt: undefined } as const;

/** Jobs through their states, and who worked on them. */
export function testJobs({ current }: Opened): void {
  const states: readonly JobState[] = [
    answered,
    { ...answered, name: 'correcting', round: 2 },
    { ...answered, correctedAt: 4000 },
    { ...answered, name: 'correcting', round: 3, correctedAt: 4000 },
    { name: 'failed', code: 'kernel_disagrees', failedAt: 3000 },
    { name: 'cancelling', round: 1, cancelledAt: 3000, spentUnits: 2 },
    { name: 'cancelled', cancelledAt: 3000, spentUnits: 1 },
    { name: 'running', round: 2 },
  ];
  test.each(states)('a job is read back in state $name', async (state) => {
    const store = current();
    await store.commit(everything);
    await store.commit({ ...NOTHING, jobs: [{ ...job, state }] });
    expect(await store.job(job.id)).toEqual({ job: { ...job, state }, rounds: [round] });
  });

  test('running and correcting jobs come oldest first, each with all its rounds and the blocks of the one in progress', async () => {
    const store = current();
    const correcting: JobState = { ...answered, name: 'correcting', round: 2 };
    const repeat: Round = { ...round, round: 2, corrects: 1, taskCount: 1, openedAt: 3500 };
    const repeated = { ...block, id: blockId(20), round: 2, firstTask: 2, taskCount: 1 };
    const second = { ...block, id: blockId(21), round: 2, firstTask: 3, taskCount: 1 };
    await store.commit(
      together(
        { accounts: [account] },
        jobOf(9, 1, { name: 'running', round: 1 }),
        jobOf(4, 1, answered),
        jobOf(5, 1, { name: 'failed', code: 'x', failedAt: 1 }),
        { ...everything, accounts: [], jobs: [{ ...job, state: correcting }] },
        { rounds: [repeat], blocks: [second, repeated] },
      ),
    );
    const nine = jobOf(9, 1, { name: 'running', round: 1 });
    expect(await store.runningJobs()).toEqual([
      { job: { ...job, state: correcting }, rounds: [round, repeat], blocks: [repeated, second] },
      { job: nine.jobs[0], rounds: nine.rounds, blocks: nine.blocks },
    ]);
    await store.commit({ ...NOTHING, jobs: [{ ...job, state: { ...answered, correctedAt: 4000 } }] });
    expect((await store.runningJobs()).map(({ job: { id } }) => id)).toEqual([9]);
  });

  test('blocks are found by id, of open rounds and of closed ones', async () => {
    const store = current();
    const done = { ...block, id: blockId(20), round: 2, done: withBits(block.done, [1]), peerLeased: true };
    await store.commit(together(everything, { blocks: [done] }));
    await store.commit({ ...NOTHING, jobs: [{ ...job, state: answered }] });
    const found = await store.blocks([done.id, blockId(99), block.id]);
    expect(found).toEqual(
      new Map([
        [done.id, done],
        [block.id, block],
      ]),
    );
    expect(await store.blocks([])).toEqual(new Map());
  });

  test('of the jobs an asker has, those that run count as running, and neither corrections nor other people’s jobs', async () => {
    const store = current();
    await store.commit(
      together(
        { accounts: [account, accountOf(2)] },
        jobOf(1, 1, { name: 'running', round: 1 }),
        jobOf(2, 1, { ...answered, name: 'correcting', round: 2 }),
        jobOf(3, 1, answered),
        jobOf(4, 2, { name: 'running', round: 1 }),
        jobOf(5, 1, { name: 'running', round: 1 }),
        jobOf(6, 1, { name: 'cancelling', round: 1, cancelledAt: 3000, spentUnits: 2 }),
        jobOf(7, 1, { name: 'cancelled', cancelledAt: 3000, spentUnits: 1 }),
      ),
    );
    expect(await store.usage(account.id, 0), 'and of cancelled ones only what was spent').toEqual({
      units: 19,
      running: 2,
    });
    expect(await store.usage(accountId(2), 0)).toEqual({ units: 4, running: 1 });
    expect(await store.usage(accountId(3), 0)).toEqual({ units: 0, running: 0 });
  });

  test('how long the newest answers took, shortest first, of an hour and no others', async () => {
    const store = current();
    const at = (id: number, answeredAt: number) => jobOf(id, 1, { ...answered, answeredAt });
    await store.commit(
      together({ accounts: [account] }, at(1, 9000), at(2, 3000), at(3, 5000), jobOf(4, 1), at(5, 4000), {
        jobs: [],
      }),
    );
    const { createdAt } = jobOf(1, 1).jobs[0] as Job;
    expect(await store.recentWaits(4000, 4)).toEqual([4000 - createdAt, 5000 - createdAt]);
    expect(await store.recentWaits(0, 100)).toEqual([3000, 4000, 5000, 9000].map((end) => end - createdAt));
  });

  test('votes come in the order they were cast, round by round; a device has one a slot, until it is dropped', async () => {
    const store = current();
    const from = (id: number, taskIndex: number, output: number) => ({
      ...vote,
      deviceId: deviceId(id),
      accountId: accountId(id),
      taskIndex,
      output: bytes(output),
    });
    const other = { ...block, id: blockId(20), round: 2 };
    await store.commit(
      together({ accounts: [1, 8, 9].map(accountOf), devices: [deviceOf(8, 8), deviceOf(9, 9)] }, jobOf(5, 1), {
        blocks: [{ ...other, jobId: jobId(5) }],
      }),
    );
    const cast = [from(9, 3, 1), from(8, 3, 2), from(8, 0, 3), from(9, 0, 4)];
    await store.commit({ ...NOTHING, votes: cast.slice(0, 1) });
    await store.commit({ ...NOTHING, votes: [...cast.slice(1), { ...from(8, 0, 5), blockId: other.id }] });
    expect(await store.votesOf(jobId(5), 1)).toEqual(cast);
    expect(await store.votesOf(jobId(5), 2)).toEqual([{ ...from(8, 0, 5), blockId: other.id }]);
    await expect(store.commit({ ...NOTHING, votes: [from(8, 3, 9)] })).rejects.toThrow();
    expect(await store.votesOf(jobId(5), 1)).toEqual(cast);
    await store.commit({ ...NOTHING, droppedVotes: cast.slice(1, 2), votes: [from(8, 3, 9)] });
    expect(await store.votesOf(jobId(5), 1), 'cast anew, after all others').toEqual([
      cast[0],
      cast[2],
      cast[3],
      from(8, 3, 9),
    ]);
  });

  test('an account’s units of a job are its devices’ results and votes in all rounds, a vote that won counted once', async () => {
    const store = current();
    const by = (id: number, taskIndex: number, at = 5) => ({
      ...result,
      blockId: blockId(at),
      deviceId: deviceId(id),
      taskIndex,
    });
    const second = { ...block, id: blockId(20), round: 2 };
    await store.commit(
      together(
        {
          accounts: [1, 2, 3].map(accountOf),
          devices: [deviceOf(1, 1, { executor: 'mainframe' }), deviceOf(2, 2), deviceOf(3, 2), deviceOf(4, 3)],
        },
        jobOf(5, 1),
        jobOf(6, 1),
        { blocks: [{ ...second, jobId: jobId(5) }] },
        { results: [by(1, 0), by(2, 1), by(3, 2), by(2, 0, 20), by(4, 3)] }, // account 2: three, by two devices and in two rounds
        { results: [by(4, 0, 6)] },
        {
          votes: [
            { ...by(4, 3), accountId: accountId(3) }, // became the result
            { ...by(2, 3), accountId: accountId(2) }, // did not
          ],
        },
      ),
    );
    expect(await store.accountUnits(jobId(5))).toEqual(
      new Map([
        [2, 4],
        [3, 1],
      ]),
    );
    expect(await store.accountUnits(jobId(6))).toEqual(new Map([[3, 1]]));
    expect(await store.accountUnits(jobId(7))).toEqual(new Map());
  });

  test('corrections are due once a job is answered and while none is in progress, oldest job first', async () => {
    const store = current();
    const due = (id: number, task: number, at = 1) => ({ jobId: jobId(id), round: at, task });
    const states: Record<number, JobState> = {
      9: answered,
      2: { name: 'running', round: 2 },
      3: { ...answered, name: 'correcting', round: 2 },
      4: { name: 'failed', code: 'x', failedAt: 1 },
      5: { ...answered, correctedAt: 3500 },
      6: answered,
    };
    await store.commit(
      together(
        { accounts: [account] },
        ...Object.entries(states).map(([id, state]) => jobOf(Number(id), 1, state)),
        { corrections: [due(9, 1), due(2, 0), due(3, 0), due(4, 0), due(5, 7, 2), due(5, 9), due(5, 8)] }, // none for 6
      ),
    );
    expect(await store.correctionsDue(10), 'of a failed one to be struck off').toEqual([4, 5, 9]);
    expect(await store.correctionsDue(2)).toEqual([4, 5]);
    const [running] = jobOf(2, 1, answered).jobs;
    await store.commit({ ...NOTHING, jobs: [running as Job] });
    expect(await store.correctionsDue(10)).toEqual([2, 4, 5, 9]);
  });

  test('a job’s corrections come by round and task, each once, and go when a round takes them over', async () => {
    const store = current();
    await store.commit(everything);
    const due = (at: number, task: number) => ({ jobId: job.id, round: at, task });
    await store.commit({ ...NOTHING, corrections: [due(2, 0), due(1, 3), due(1, 2), due(1, 2)] });
    expect(await store.correctionsOf(job.id)).toEqual([due(1, 2), due(1, 3), due(2, 0)]);
    expect(await store.correctionsOf(jobId(99))).toEqual([]);
    await store.commit({ ...NOTHING, takenCorrections: [due(1, 2), due(1, 3)], corrections: [due(1, 3)] });
    expect(await store.correctionsOf(job.id), 'taken, and due anew').toEqual([due(1, 3), due(2, 0)]);
    await store.commit({ ...NOTHING, takenCorrections: [due(1, 3), due(2, 0)] });
    expect(await store.correctionsOf(job.id)).toEqual([]);
  });
}
