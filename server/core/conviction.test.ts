import { describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { jobId } from '../../shared/ids.ts';
import type { Evidence } from '../../shared/model/evidence.ts';
import { POLICY, type AuditPolicy } from '../../shared/model/policy.ts';
import { CHUNKS_PER_TASK, digestAt, encodeOutput, equalDigests, NO_SCORE } from '../../shared/protocol/output.ts';
import { runChunk } from '../../wasm/runtime/run-chunk.ts';
import {
  answerOf,
  balancesOf,
  deviceOf,
  expectBooksRight,
  fileJob,
  holdBack,
  ONLY_GATES,
  ONLY_SUSPECTS,
  onlyFinding,
  rowsOf,
  smallestColumnSum,
  stateOf,
  TOO_FAST,
  workThrough,
  workUnits,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, type Manner, type World } from '../testing/world.ts';

const PRICE = POLICY.priceMicros;

/** What anybody gets who runs the chunk of an evidence again. */
async function runAgain(world: World, { jobId: id, round, task, chunk }: Evidence) {
  const { job, rounds } = must(await world.store.job(id), 'the job of a finding');
  const { roundInput } = must(
    rounds.find((one) => one.round === round),
    'its round',
  );
  return runChunk(world.kernels(job.kind), job.jobInput, roundInput, task * CHUNKS_PER_TASK + chunk).digest;
}

interface Way {
  readonly audit: AuditPolicy;
  readonly lie: number;
  readonly manner: Manner;
  readonly wrongChunks: number;
  /** Of the job it lies in: the last one, or not, so that its round is still open when the lie is found. */
  readonly units: number;
}
/** By which re-run a lie of a known device is found. */
const ways: Record<string, Way> = {
  'its gate': { audit: ONLY_GATES, lie: 3, manner: { aim: 'seen' }, wrongChunks: 3, units: 4 },
  'a whole re-run': { audit: ONLY_SUSPECTS, lie: 2, manner: { aim: 'unseen', ...TOO_FAST }, wrongChunks: 2, units: 5 },
  "the winner's re-run": { audit: ONLY_GATES, lie: 0, manner: { plants: true }, wrongChunks: 1, units: 4 },
};

describe.each(Object.entries(ways))('a lie found by %s', (_name, { audit, lie, manner, wrongChunks, units }) => {
  async function caught(): Promise<{ world: World; liar: Phone; honest: Phone; said: Uint8Array }> {
    const world = await openWorld({ policy: { audit } });
    await fileJob(world, 'over', 1);
    await fileJob(world, 'runs', units);
    const [liar, honest] = [await Phone.enrol(world), await Phone.enrol(world)];
    await workUnits(world, liar, 2); // the first job, and a unit of the second
    await workUnits(world, honest, 2);
    await liar.exchange([], 1);
    world.now += 1000;
    const groups = liar.work(lie, manner);
    await liar.exchange(groups, 0);
    await world.settle();
    return { world, liar, honest, said: must(groups[0]?.results[0], 'a result').output };
  }

  test('is evidence: who, where, what was said and what is right, so that anybody can run it again', async () => {
    const { world, liar, said } = await caught();
    const found = await onlyFinding(world, liar);
    expect(found).toEqual({
      id: 1,
      deviceId: liar.id,
      at: world.now,
      jobId: 2,
      round: 1,
      task: 3,
      chunk: found.chunk,
      claimed: digestAt(said, found.chunk),
      expected: await runAgain(world, found),
      wrongChunks,
      seq: liar.seq,
      blockId: 2,
      taskIndex: 3,
      ruling: 'fault',
      appeal: undefined,
    });
    expect(equalDigests(found.claimed, found.expected)).toBe(false);
    expect(await world.store.evidence(found.id)).toEqual(found);
  });

  test('voids all that is pending and starts the device anew; it may go on', async () => {
    const { world, liar } = await caught();
    expect(await balancesOf(world, liar)).toEqual([0, 0]);
    const rows = await rowsOf(world, liar);
    expect(rows.map((row) => [row.state, row.audit, row.voidedBy])).toEqual([
      ['void', 'passed', 1],
      ['void', 'passed', 1],
      ['void', 'failed', 1],
    ]);
    expect(await deviceOf(world, liar)).toMatchObject({
      status: 'active',
      frozenAt: undefined,
      convictions: 1,
      cleanTasks: 0,
      verified: { counts: [] },
      probationLeft: 0, // as this world's policy has it
      taskCount: 3,
    });
    expect(world.banned.size).toBe(0);
    expect((await liar.exchange([], 1)).status).toBe('ok');
    await expectBooksRight(world);
  });

  test('opens its slots again while the round is open; a closed round is corrected, and others keep what is theirs', async () => {
    const { world, honest } = await caught();
    expect(await world.store.correctionsOf(jobId(2))).toEqual([]);
    expect(await world.store.correctionsOf(jobId(1))).toEqual([{ jobId: 1, round: 1, task: 0 }]);
    expect(world.coordinator.waitingUnits()).toBe(units - 2);
    const third = await Phone.enrol(world);
    await workThrough(world, [third]);
    expect(await answerOf(world, jobId(2))).toMatchObject({ sum: smallestColumnSum(units) });
    expect(await balancesOf(world, third)).toEqual([(units - 2) * PRICE, 0]);
    expect(await balancesOf(world, honest)).toEqual([2 * PRICE, 0]);
    await expectBooksRight(world);
  });
});

test('a row with several lies is one finding, even when all of them are found at once', async () => {
  const leases = { ...POLICY.leases, first: 4, relinkGraceMs: 0 };
  const world = await openWorld({ policy: { audit: ONLY_GATES, leases } });
  await fileJob(world);
  const liar = await Phone.enrol(world);
  await liar.exchange([], 4);
  await liar.exchange(liar.work(1, { aim: 'seen' }), 0);
  await world.settle();
  expect(await onlyFinding(world, liar)).toMatchObject({ ruling: 'fault', wrongChunks: 1 });
  expect((await deviceOf(world, liar)).convictions).toBe(1);
  expect((await rowsOf(world, liar)).map(({ state }) => state)).toEqual(['void']);
  expect(world.coordinator.waitingUnits()).toBe(4);
  await expectBooksRight(world);
});

test('two lying rows found at once are one finding as well: the first voids both', async () => {
  const world = await openWorld({ policy: { audit: ONLY_GATES } });
  await fileJob(world);
  const liar = await Phone.enrol(world);
  const release = holdBack(world, () => true);
  await liar.exchange([], 1);
  await liar.exchange(liar.work(1, { aim: 'seen' }), 1);
  await liar.exchange(liar.work(1, { aim: 'seen' }), 0);
  await world.settle();
  release();
  await world.settle();
  expect(await onlyFinding(world, liar)).toMatchObject({ ruling: 'fault' });
  expect((await rowsOf(world, liar)).map(({ state }) => state)).toEqual(['void', 'void']);
  await expectBooksRight(world);
});

test('a finding at a gate does not wait for the background', async () => {
  const world = await openWorld({ policy: { audit: ONLY_GATES } });
  const id = await fileJob(world, 'k', 1);
  holdBack(world, ({ urgency }) => urgency === 'background');
  const [liar, honest] = [await Phone.enrol(world), await Phone.enrol(world)];
  await workUnits(world, liar, 1, 1, { aim: 'seen' });
  await onlyFinding(world, liar);
  await workUnits(world, honest, 1);
  expect(await stateOf(world, id)).toBe('answered');
});

describe('a result that contradicts itself', () => {
  /** Right digests, and a candidate that is none of theirs; or no output at all. */
  const spoiled = (phone: Phone, how: 'other candidate' | 'nothing') =>
    phone.work().map((group) => ({
      ...group,
      results: group.results.map((result) => {
        const digests = Array.from({ length: CHUNKS_PER_TASK }, (_, i) => digestAt(result.output, i));
        const output = how === 'nothing' ? new Uint8Array(3) : encodeOutput(digests, Uint8Array.of(255, 255, 0, 0));
        return { ...result, output };
      }),
    }));

  test.each(['other candidate', 'nothing'] as const)(
    '(%s) is a finding at once, with evidence that no re-run can turn round',
    async (how) => {
      const world = await openWorld({ policy: { audit: ONLY_GATES } });
      await fileJob(world);
      const phone = await Phone.enrol(world);
      await workUnits(world, phone, 1);
      await phone.exchange([], 1);
      expect((await phone.exchange(spoiled(phone, how), 0)).outcomes).toEqual(['invalid_result']);
      const found = await onlyFinding(world, phone);
      expect(found).toMatchObject({ ruling: 'fault', wrongChunks: 1, seq: phone.seq, claimed: { score: NO_SCORE } });
      expect(equalDigests(found.claimed, await runAgain(world, found))).toBe(false);
      expect(await balancesOf(world, phone)).toEqual([0, 0]);
      expect((await rowsOf(world, phone)).map(({ state, voidedBy }) => [state, voidedBy])).toEqual([
        ['void', found.id],
      ]);
      await expectBooksRight(world);
    },
  );

  test('so soon after another is fraud', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES } });
    await fileJob(world);
    const phone = await Phone.enrol(world);
    for (let i = 0; i < 2; i++) {
      await phone.exchange([], 1);
      await phone.exchange(spoiled(phone, 'other candidate'), 0);
    }
    expect((await world.store.evidenceOf(phone.id)).map(({ ruling }) => ruling)).toEqual(['fault', 'fraud']);
    expect(world.banned).toEqual(new Set([phone.id]));
  });

  test('is no lie shared by two devices that broke in the same way', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES } });
    await fileJob(world, 'k', 1);
    const phones = [await Phone.enrol(world), await Phone.enrol(world)];
    for (const phone of phones) {
      await phone.exchange([], 1);
      await phone.exchange(spoiled(phone, 'nothing'), 0);
      expect(await onlyFinding(world, phone)).toMatchObject({ ruling: 'fault' });
    }
    expect(world.banned.size).toBe(0);
  });
});
