import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accountId, blockId, deviceId, jobId } from '../../shared/ids.ts';
import type { Account, Consent, Device, ExchangeRow, Invite } from '../../shared/model/device.ts';
import type { Block, Job, Round, StoredResult } from '../../shared/model/job.ts';
import type { LedgerAccount, Transfer } from '../../shared/model/ledger.ts';
import { micros } from '../../shared/money.ts';
import { emptyBitmap, withBits } from '../core/bitmap.ts';
import type { ReadSet, Store, WriteSet } from '../core/ports.ts';

/** What every store must do, whatever it is built on. `open` gives an empty one; `reopen` the same data in a new object. */
export interface Subject {
  readonly store: Store;
  reopen(): Promise<Store>;
}

export const NOTHING: WriteSet = {
  accounts: [],
  devices: [],
  consents: [],
  invites: [],
  jobs: [],
  rounds: [],
  blocks: [],
  results: [],
  droppedResults: [],
  exchanges: [],
  transfers: [],
  outbox: [],
  sentOutbox: [],
};

const NO_READS: ReadSet = {
  accounts: new Set(),
  devices: new Set(),
  invites: [],
  results: [],
  exchanges: [],
  balances: new Set(),
};

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

const account: Account = { id: accountId(1), name: 'Ana Ñandú', role: 'driver', createdAt: 1000 };
const device: Device = {
  id: deviceId(7),
  accountId: account.id,
  executor: 'peer',
  publicKey: bytes(4, 1, 2),
  cores: 8,
  status: 'active',
  consentVersion: 1,
  taskCount: 3,
  lastSeq: 2,
  lastReply: bytes(9, 9),
  convictions: 0,
  probationLeft: 5,
  postAt: 5000,
  createdAt: 1000,
};
const consent: Consent = { deviceId: device.id, version: 1, isGranted: true, at: 10 };
const invite: Invite = { codeHash: bytes(1, 2), role: 'driver', expiresAt: 99, accountId: undefined };
const job: Job = {
  id: jobId(3),
  accountId: account.id,
  kind: 'tiny',
  kindVersion: 1,
  kernelHash: bytes(1),
  spec: bytes(2),
  jobInput: bytes(3),
  blindKey: bytes(4),
  units: 4,
  rounds: 1,
  createdAt: 2000,
  idempotencyKey: 'key',
  requestDigest: bytes(5),
  state: { name: 'running', round: 1 },
};
const round: Round = { jobId: job.id, round: 1, taskCount: 4, roundInput: bytes(), openedAt: 2000, outcome: undefined };
const block: Block = {
  id: blockId(5),
  jobId: job.id,
  round: 1,
  firstTask: 0,
  taskCount: 4,
  done: emptyBitmap(),
  checked: emptyBitmap(),
  priceMicros: micros(50_000),
  peerLeased: false,
};
const result: StoredResult = { blockId: block.id, taskIndex: 2, deviceId: device.id, seq: 2, output: bytes(1, 2, 3) };
const exchange: ExchangeRow = {
  deviceId: device.id,
  seq: 2,
  blockId: block.id,
  taskIndices: [2, 1023],
  amountMicros: micros(100_000),
  digest: bytes(7),
  state: 'pending',
  audit: 'none',
  taskNo: 3,
  acceptedAt: 2500,
};

const move = (id: number, from: LedgerAccount, to: LedgerAccount, amount: number, cause = `c:${id}`): Transfer => ({
  id,
  kind: 'credit',
  cause,
  at: 100 + id,
  entries: [
    { account: from, micros: micros(-amount) },
    { account: to, micros: micros(amount) },
  ],
});

const everything: WriteSet = {
  ...NOTHING,
  accounts: [account],
  devices: [device],
  consents: [consent, { ...consent, isGranted: false, at: 20 }],
  invites: [invite],
  jobs: [job],
  rounds: [round],
  blocks: [block],
  results: [result],
  exchanges: [exchange],
  transfers: [move(1, 'funding', 'budget', 1000)],
  outbox: [{ key: 'answered:3', topic: 'job_answered', jobId: job.id }],
};

export function testStore(name: string, open: () => Promise<Subject>): void {
  describe(`${name} keeps the store's contract`, () => {
    let subject: Subject;
    let store: Store;
    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(() => store.close());

    test('an empty store has no ids, jobs, money or mail', async () => {
      expect(await store.lastIds()).toEqual({ account: 0, device: 0, job: 0, block: 0, transfer: 0 });
      expect(await store.runningJobs()).toEqual([]);
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
      await store.commit(everything);
      for (const isReopened of [false, true]) {
        if (isReopened) store = await subject.reopen();
        const seen = store;
        expect(await seen.lastIds()).toEqual({ account: 1, device: 7, job: 3, block: 5, transfer: 1 });
        expect(await seen.runningJobs()).toEqual([{ job, rounds: [round], blocks: [block] }]);
        expect(await seen.job(job.id)).toEqual({ job, rounds: [round] });
        expect(await seen.jobByKey(account.id, 'key')).toEqual(job);
        expect(await seen.jobByKey(account.id, 'other')).toBeUndefined();
        expect(await seen.jobsOf(account.id, 5)).toEqual([job]);
        expect(await seen.usage(account.id, 2000)).toEqual({ units: 4, running: 1 });
        expect(await seen.usage(account.id, 2001)).toEqual({ units: 0, running: 1 });
        expect(await seen.resultsOf(job.id, 1)).toEqual([result]);
        expect(await seen.contributions(job.id)).toEqual({ mainframe: 0, peers: 1, devices: 1 });
        expect(await seen.deviceByKey(device.publicKey)).toEqual(device);
        expect(await seen.deviceByKey(bytes(4, 9))).toBeUndefined();
        expect(await seen.pendingOf(device.id)).toEqual([exchange]);
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
      await store.commit(everything);
      const checked = {
        ...block,
        done: withBits(block.done, [2]),
        checked: withBits(block.checked, [2]),
        peerLeased: true,
      };
      const closed: Round = { ...round, outcome: { score: 9, candidate: bytes(8), value: 7542.5, closedAt: 3000 } };
      const answered: Job = { ...job, state: { name: 'answered', answer: bytes(1), answeredAt: 3000 } };
      const worked: Device = { ...device, taskCount: 4, lastSeq: 3, lastReply: bytes(), postAt: undefined };
      await store.commit({
        ...NOTHING,
        blocks: [checked],
        rounds: [closed],
        devices: [worked],
        exchanges: [{ ...exchange, state: 'posted', audit: 'passed' }],
      });
      expect(await store.runningJobs()).toEqual([{ job, rounds: [closed], blocks: [checked] }]);
      expect((await store.load({ ...NO_READS, devices: new Set([device.id]) })).devices.get(device.id)).toEqual(worked);
      expect(await store.pendingOf(device.id)).toEqual([]);
      expect(await store.duePosts(9e12, 10)).toEqual([]);
      await store.commit({ ...NOTHING, jobs: [answered] });
      expect(await store.runningJobs()).toEqual([]);
      expect(await store.job(job.id)).toEqual({ job: answered, rounds: [closed] });
    });

    test('a slot takes one result; a second is refused until the first is dropped', async () => {
      await store.commit(everything);
      const second = { ...result, seq: 3, output: bytes(9) };
      await expect(store.commit({ ...NOTHING, results: [second] })).rejects.toThrow();
      expect(await store.resultsOf(job.id, 1)).toEqual([result]);
      await store.commit({ ...NOTHING, droppedResults: [result], results: [second] });
      expect(await store.resultsOf(job.id, 1)).toEqual([second]);
    });

    test('balances are the sums of entries, over several commits and several entries of one', async () => {
      await store.commit({
        ...NOTHING,
        transfers: [move(1, 'funding', 'budget', 1000), move(2, 'budget', 'reserved', 300)],
      });
      await store.commit({
        ...NOTHING,
        transfers: [move(3, 'reserved', 'pending:1', 50), move(4, 'pending:1', 'available:1', 50)],
      });
      expect(await store.balance('funding')).toBe(-1000);
      expect(await store.balance('budget')).toBe(700);
      expect(await store.balance('reserved')).toBe(250);
      expect(await store.balance('pending:1')).toBe(0);
      expect(await store.balance('available:1')).toBe(50);
      expect(await store.verifyLedger()).toMatchObject({
        transfers: 4,
        entries: 8,
        entriesSumMicros: 0,
        balancesMatch: true,
      });
    });

    test('one cause never moves money twice', async () => {
      await store.commit({ ...NOTHING, transfers: [move(1, 'funding', 'budget', 1000, 'fund:1')] });
      await expect(
        store.commit({ ...NOTHING, transfers: [move(2, 'funding', 'budget', 1000, 'fund:1')] }),
      ).rejects.toThrow();
      expect(await store.balance('budget')).toBe(1000);
    });

    test('only funding may be negative', async () => {
      await expect(store.commit({ ...NOTHING, transfers: [move(1, 'budget', 'reserved', 1)] })).rejects.toThrow();
      expect(await store.verifyLedger()).toMatchObject({ transfers: 0, entries: 0 });
    });

    test('a commit that fails leaves no trace of any of its parts', async () => {
      await store.commit(everything);
      const broken: WriteSet = {
        ...NOTHING,
        accounts: [{ ...account, id: accountId(2) }],
        devices: [{ ...device, id: deviceId(8), publicKey: bytes(5), postAt: 1 }],
        blocks: [{ ...block, done: withBits(block.done, [0]) }],
        outbox: [{ key: 'other', topic: 'job_failed', jobId: job.id }],
        transfers: [move(2, 'funding', 'budget', 5), move(3, 'reserved', 'pending:1', 1)], // the second overdraws
      };
      await expect(store.commit(broken)).rejects.toThrow();
      expect(await store.lastIds()).toEqual({ account: 1, device: 7, job: 3, block: 5, transfer: 1 });
      expect((await store.runningJobs())[0]?.blocks).toEqual([block]);
      expect(await store.unsentOutbox(10)).toHaveLength(1);
      expect(await store.balance('budget')).toBe(1000);
    });

    test('entries are listed newest first, page by page, the same before and after the history is indexed', async () => {
      const transfers = [move(1, 'funding', 'budget', 1000)];
      for (let id = 2; id <= 12; id++) transfers.push(move(id, 'budget', id % 2 === 0 ? 'reserved' : 'pending:1', id));
      await store.commit({ ...NOTHING, transfers });
      const pages = async (): Promise<number[]> => {
        const seen: number[] = [];
        for (let before = 2 ** 53 - 1; ;) {
          const page = await store.entries('reserved', before, 2);
          if (page.length === 0) return seen;
          seen.push(...page.map((line) => line.transferId));
          before = page.at(-1)!.id;
        }
      };
      const wanted = [12, 10, 8, 6, 4, 2];
      expect(await pages()).toEqual(wanted);
      while ((await store.indexHistory(5)) > 0) expect(await pages()).toEqual(wanted);
      expect(await store.indexHistory(5)).toBe(0);
      expect((await store.entries('reserved', 2 ** 53 - 1, 1))[0]).toMatchObject({
        transferId: 12,
        cause: 'c:12',
        at: 112,
        micros: 12,
      });
    });

    test('a statement lists what was credited, newest first, page by page, and counts units that stand', async () => {
      await store.commit(everything);
      const later = { ...exchange, seq: 3, taskIndices: [0], acceptedAt: 9000 };
      await store.commit({ ...NOTHING, exchanges: [later, { ...exchange, seq: 4, acceptedAt: 9500, state: 'void' }] });
      const [newest] = await store.statement(account.id, undefined, 1);
      expect(newest).toEqual({ ...exchange, seq: 4, acceptedAt: 9500, state: 'void', kind: 'tiny' });
      const older = await store.statement(account.id, newest, 10);
      expect(older.map(({ seq }) => seq)).toEqual([3, 2]);
      expect(await store.statement(accountId(2), undefined, 10)).toEqual([]);
      expect(await store.unitsOf(account.id, 9000)).toEqual({ since: 1, all: 3 });
      expect(await store.unitsOf(accountId(2), 0)).toEqual({ since: 0, all: 0 });
    });

    test('an invite is used by putting it with its account', async () => {
      await store.commit(everything);
      await store.commit({ ...NOTHING, invites: [{ ...invite, accountId: account.id }] });
      const { invites } = await store.load({ ...NO_READS, invites: [invite.codeHash] });
      expect(invites).toEqual([{ ...invite, accountId: account.id }]);
    });

    test('mail stays in the outbox until it is marked sent, and its key goes in once', async () => {
      await store.commit(everything);
      const [row] = await store.unsentOutbox(10);
      expect(row).toMatchObject({ key: 'answered:3', topic: 'job_answered', jobId: job.id });
      await expect(store.commit({ ...NOTHING, outbox: everything.outbox })).rejects.toThrow();
      await store.commit({ ...NOTHING, sentOutbox: [row!.id] });
      expect(await store.unsentOutbox(10)).toEqual([]);
    });
  });
}
