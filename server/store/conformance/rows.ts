import { expect, test } from 'vitest';
import { accountId, deviceId, jobId } from '../../../shared/ids.ts';
import type { Device, ExchangeRow } from '../../../shared/model/device.ts';
import type { LedgerAccount } from '../../../shared/model/ledger.ts';
import type { Job, Round } from '../../../shared/model/job.ts';
import { micros } from '../../../shared/money.ts';
import { withBits } from '../../core/bitmap.ts';
import type { WriteSet } from '../../core/ports.ts';
import type { Opened } from './opened.ts';
import {
  NO_READS,
  NOTHING,
  account,
  block,
  bytes,
  consent,
  correction,
  device,
  everything,
  evidence,
  exchange,
  invite,
  job,
  move,
  result,
  round,
  vote,
} from './samples.ts';

/** What goes in comes out, changes where it may, and is whole or not there at all. */
export function testRows({ current, reopen }: Opened): void {
  test('an empty store has no ids, jobs, money, findings or mail', async () => {
    const store = current();
    expect(await store.lastIds()).toEqual({
      account: 0,
      device: 0,
      job: 0,
      block: 0,
      transfer: 0,
      evidence: 0,
      commit: 0,
      policyChange: 0,
      adjustment: 0,
    });
    expect(await store.runningJobs()).toEqual([]);
    expect(await store.wholeDue(10)).toEqual([]);
    expect(await store.evidenceOf(device.id)).toEqual([]);
    expect(await store.correctionsDue(10)).toEqual([]);
    expect(await store.feeding(0, 0)).toEqual([]);
    expect(await store.balance('budget')).toBeUndefined();
    expect(await store.unsentOutbox(10)).toEqual([]);
    expect(await store.verifyLedger()).toMatchObject({
      transfers: 0,
      entries: 0,
      entriesSumMicros: 0,
      balancesMatch: true,
    });
  });

  test('what one commit wrote is read back whole, here and after reopening', async () => {
    await current().commit(everything);
    for (const isReopened of [false, true]) {
      const seen = isReopened ? await reopen() : current();
      expect(await seen.lastIds()).toEqual({
        account: 1,
        device: 7,
        job: 3,
        block: 5,
        transfer: 1,
        evidence: 4,
        commit: 6,
        policyChange: 0,
        adjustment: 0,
      });
      expect(await seen.runningJobs()).toEqual([{ job, rounds: [round], blocks: [block] }]);
      expect(await seen.job(job.id)).toEqual({ job, rounds: [round] });
      expect(await seen.jobByKey(account.id, 'key')).toEqual(job);
      expect(await seen.jobByKey(account.id, 'other')).toBeUndefined();
      expect(await seen.jobsOf(account.id, 5)).toEqual([job]);
      expect(await seen.usage(account.id, 2000)).toEqual({ units: 4, running: 1 });
      expect(await seen.usage(account.id, 2001)).toEqual({ units: 0, running: 1 });
      expect(await seen.resultsOf(job.id, 1)).toEqual([result]);
      expect(await seen.votesOf(job.id, 1)).toEqual([vote]);
      expect(await seen.contributions(job.id)).toEqual({ mainframe: 0, peers: 1, devices: 1 });
      expect(await seen.deviceByKey(device.publicKey)).toEqual(device);
      expect(await seen.deviceByKey(bytes(4, 9))).toBeUndefined();
      expect(await seen.pendingOf(device.id)).toEqual([exchange]);
      expect(await seen.evidence(evidence.id)).toEqual(evidence);
      expect(await seen.evidence(5)).toBeUndefined();
      expect(await seen.correctionsOf(job.id)).toEqual([correction]);
      expect(await seen.duePosts(5000, 10)).toEqual([device.id]);
      expect(await seen.duePosts(4999, 10)).toEqual([]);
      const rows = await seen.load({
        accounts: new Set([account.id, accountId(99)]),
        devices: new Set([device.id]),
        invites: [bytes(1, 2), bytes(9)],
        results: [result, { blockId: block.id, taskIndex: 3 }],
        exchanges: [exchange],
        balances: new Set<LedgerAccount>(['budget', 'reserved']),
      });
      expect(rows.accounts).toEqual(new Map([[account.id, account]]));
      expect(rows.devices).toEqual(new Map([[device.id, device]]));
      expect(rows.invites).toEqual([invite]);
      expect(await seen.lastConsent(device.id)).toEqual({ ...consent, isGranted: false, at: 20 });
      expect(await seen.lastConsent(deviceId(99))).toBeUndefined();
      expect(rows.results).toEqual([result]);
      expect(rows.exchanges).toEqual([exchange]);
      expect(rows.balances).toEqual(new Map([['budget', 1000]]));
    }
  });

  test('a put of an existing row changes what may change', async () => {
    const store = current();
    await store.commit(everything);
    const checked = {
      ...block,
      done: withBits(block.done, [2]),
      checked: withBits(block.checked, [2]),
      peerLeased: true,
    };
    const closed: Round = { ...round, outcome: { score: 9, candidate: bytes(8), value: 7542.5, closedAt: 3000 } };
    const worked: Device = {
      ...device,
      status: 'banned',
      taskCount: 4,
      lastSeq: 3,
      lastReply: bytes(),
      convictions: 1,
      cleanTasks: 0,
      verified: { span: 0, counts: [] },
      suspectUntil: 0,
      frozenAt: undefined,
      chunkMs: 0,
      paceMs: 1.5,
      recentLeased: 0,
      recentFinished: 0,
      postAt: undefined,
    };
    const posted: ExchangeRow = {
      ...exchange,
      state: 'posted',
      audit: 'passed',
      wholeDue: 3,
      wholeDone: 3,
      isSettled: true,
    };
    await store.commit({ ...NOTHING, blocks: [checked], rounds: [closed], devices: [worked], exchanges: [posted] });
    expect(await store.runningJobs()).toEqual([{ job, rounds: [closed], blocks: [checked] }]);
    const rows = await store.load({ ...NO_READS, devices: new Set([device.id]), exchanges: [exchange] });
    expect(rows.devices.get(device.id)).toEqual(worked);
    expect(rows.exchanges).toEqual([posted]);
    expect(await store.pendingOf(device.id)).toEqual([]);
    expect(await store.duePosts(9e12, 10)).toEqual([]);
  });

  test('a put of an existing row leaves alone what is fixed at the first', async () => {
    const store = current();
    await store.commit(everything);
    await store.commit({
      ...NOTHING,
      devices: [{ ...device, publicKey: bytes(4, 9), createdAt: 1 }],
      jobs: [{ ...job, jobInput: bytes(99), replicas: 9, units: 99 }],
      rounds: [{ ...round, roundInput: bytes(99), corrects: 1 }],
      exchanges: [{ ...exchange, amountMicros: micros(1), taskNo: 99, taskIndices: [] }],
    });
    expect(await store.job(job.id)).toEqual({ job, rounds: [round] });
    const rows = await store.load({ ...NO_READS, devices: new Set([device.id]), exchanges: [exchange] });
    expect(rows.devices.get(device.id)).toEqual(device);
    expect(rows.exchanges).toEqual([exchange]);
  });

  test('a slot takes one result; a second is refused until the first is dropped', async () => {
    const store = current();
    await store.commit(everything);
    const second = { ...result, seq: 3, output: bytes(9) };
    await expect(store.commit({ ...NOTHING, results: [second] })).rejects.toThrow();
    expect(await store.resultsOf(job.id, 1)).toEqual([result]);
    await store.commit({ ...NOTHING, droppedResults: [result], results: [second] });
    expect(await store.resultsOf(job.id, 1)).toEqual([second]);
  });

  test('a commit that fails leaves no trace of any of its parts', async () => {
    const store = current();
    await store.commit(everything);
    const answered: Job = {
      ...job,
      state: { name: 'answered', answer: bytes(1), answeredAt: 1, correctedAt: undefined },
    };
    const broken: WriteSet = {
      ...NOTHING,
      accounts: [{ ...account, id: accountId(2) }],
      devices: [{ ...device, id: deviceId(8), publicKey: bytes(5), postAt: 1 }],
      jobs: [answered],
      blocks: [{ ...block, done: withBits(block.done, [0]) }],
      exchanges: [{ ...exchange, state: 'void', voidedBy: 5 }],
      evidence: [
        { ...evidence, id: 5 },
        { ...evidence, appeal: { at: 9, outcome: 'granted' } },
      ],
      corrections: [{ ...correction, task: 3 }],
      takenCorrections: [correction],
      votes: [{ ...vote, taskIndex: 3 }],
      droppedVotes: [vote],
      outbox: [{ key: 'other', topic: 'job_failed', jobId: job.id }],
      transfers: [move(2, 'funding', 'budget', 5), move(3, 'reserved', 'pending:1', 1)], // the second overdraws
    };
    await expect(store.commit(broken)).rejects.toThrow();
    expect(await store.lastIds()).toEqual({
      account: 1,
      device: 7,
      job: 3,
      block: 5,
      transfer: 1,
      evidence: 4,
      commit: 6,
      policyChange: 0,
      adjustment: 0,
    });
    expect(await store.runningJobs()).toEqual([{ job, rounds: [round], blocks: [block] }]);
    expect(await store.pendingOf(device.id)).toEqual([exchange]);
    expect(await store.evidence(evidence.id)).toEqual(evidence);
    expect(await store.correctionsOf(job.id)).toEqual([correction]);
    expect(await store.votesOf(job.id, 1)).toEqual([vote]);
    expect(await store.unsentOutbox(10)).toHaveLength(1);
    expect(await store.balance('budget')).toBe(1000);
  });

  test('an invite is used by putting it with its account', async () => {
    const store = current();
    await store.commit(everything);
    await store.commit({ ...NOTHING, invites: [{ ...invite, accountId: account.id }] });
    const { invites } = await store.load({ ...NO_READS, invites: [invite.codeHash] });
    expect(invites).toEqual([{ ...invite, accountId: account.id }]);
  });

  test('mail stays in the outbox until it is marked sent, and its key goes in once', async () => {
    const store = current();
    await store.commit(everything);
    await store.commit({ ...NOTHING, outbox: [{ key: 'corrected:3:2', topic: 'job_corrected', jobId: jobId(3) }] });
    const [first, second] = await store.unsentOutbox(10);
    expect(first).toMatchObject({ key: 'answered:3', topic: 'job_answered', jobId: job.id });
    expect(second).toMatchObject({ key: 'corrected:3:2', topic: 'job_corrected', jobId: job.id });
    await expect(store.commit({ ...NOTHING, outbox: everything.outbox })).rejects.toThrow();
    await store.commit({ ...NOTHING, sentOutbox: [first!.id] });
    expect(await store.unsentOutbox(10)).toEqual([second]);
  });
}
