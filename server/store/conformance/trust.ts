import { expect, test } from 'vitest';
import { blockId, deviceId, jobId } from '../../../shared/ids.ts';
import type { ExchangeRow } from '../../../shared/model/device.ts';
import type { Evidence } from '../../../shared/model/evidence.ts';
import type { Opened } from './opened.ts';
import {
  NO_READS,
  NOTHING,
  account,
  device,
  deviceOf,
  everything,
  evidence,
  exchange,
  job,
  jobOf,
  result,
  together,
  vote,
} from './samples.ts';

const seqs = (rows: readonly ExchangeRow[]): number[] => rows.map(({ seq }) => seq);

/** What is held until it is believed, and what is kept of findings. */
export function testTrust({ current }: Opened): void {
  test('whole re-runs are due for pending exchanges past their gate, until the last is done; oldest first', async () => {
    const store = current();
    const due = { ...exchange, audit: 'passed', wholeDue: 0b11, wholeDone: 0b01 } as const;
    const rows: readonly ExchangeRow[] = [
      { ...due, seq: 1, acceptedAt: 300 },
      { ...due, seq: 2, acceptedAt: 200 },
      { ...due, seq: 3, acceptedAt: 200, deviceId: deviceId(6) },
      { ...due, seq: 4, acceptedAt: 200, wholeDone: 0 },
      { ...due, seq: 5, acceptedAt: 100, wholeDone: 0b11 },
      { ...due, seq: 6, acceptedAt: 100, wholeDue: 0, wholeDone: 0 },
      { ...due, seq: 7, acceptedAt: 100, audit: 'none' },
      { ...due, seq: 8, acceptedAt: 100, audit: 'failed' },
      { ...due, seq: 9, acceptedAt: 100, state: 'posted' },
      { ...due, seq: 10, acceptedAt: 100, state: 'void' },
      { ...due, seq: 11, acceptedAt: 100, state: 'restored' },
    ];
    await store.commit(together({ ...everything, exchanges: rows }, { devices: [deviceOf(6, 1)] }));
    expect(seqs(await store.wholeDue(10))).toEqual([3, 2, 4, 1]);
    expect(await store.wholeDue(1)).toEqual([rows[2]]);
    await store.commit({ ...NOTHING, exchanges: [{ ...rows[2]!, wholeDone: 0b11 }] });
    expect(seqs(await store.wholeDue(10))).toEqual([2, 4, 1]);
  });

  test('the exchanges of a job that wait for their gate are found, with results or with votes', async () => {
    const store = current();
    const handed = (seq: number, at: number, changes: Partial<ExchangeRow> = {}): ExchangeRow => ({
      ...exchange,
      seq,
      blockId: blockId(at),
      acceptedAt: 9000 - seq,
      wholeDue: 0,
      ...changes,
    });
    const by = (seq: number, at: number, taskIndex = seq) => ({ ...result, seq, blockId: blockId(at), taskIndex });
    const rows = [
      handed(1, 5),
      handed(2, 20, { taskIndices: [2, 9] }),
      handed(3, 5, { audit: 'passed' }),
      handed(4, 5, { state: 'void', audit: 'failed' }),
      handed(5, 5), // by a vote only
      handed(6, 5, { state: 'void' }), // by a finding elsewhere
      handed(1, 6), // the same message brought results of another job
    ];
    await store.commit(
      together(
        { accounts: [account], devices: [device] },
        jobOf(5, 1),
        jobOf(6, 1),
        { blocks: [{ ...jobOf(5, 1).blocks[0]!, id: blockId(20), round: 2 }] },
        { exchanges: rows, results: [by(1, 5), by(2, 20), by(2, 20, 9), by(3, 5), by(4, 5), by(6, 5), by(1, 6)] },
        { votes: [by(1, 5), by(5, 5)].map((row) => ({ ...vote, ...row })) },
      ),
    );
    expect(await store.ungatedOf(jobId(5))).toEqual([rows[4], rows[1], rows[0]]);
    expect(await store.ungatedOf(jobId(6))).toEqual([rows[6]]);
    expect(await store.ungatedOf(jobId(7))).toEqual([]);
  });

  test('findings are read by number, by device and by chunk, oldest first', async () => {
    const store = current();
    const accomplice: Evidence = { ...evidence, id: 6, deviceId: deviceId(8), ruling: 'lenient', wrongChunks: 1 };
    const later: Evidence = { ...evidence, id: 9, chunk: 0, ruling: 'fault' };
    const elsewhere: readonly Evidence[] = [
      { ...evidence, id: 10, deviceId: deviceId(8), round: 2 },
      { ...evidence, id: 11, deviceId: deviceId(8), task: 3 },
      { ...evidence, id: 12, deviceId: deviceId(8), jobId: jobId(5), blockId: blockId(5) },
    ];
    await store.commit(
      together({ ...everything, evidence: [] }, { devices: [deviceOf(8, 1)] }, { jobs: jobOf(5, 1).jobs }),
    );
    await store.commit({ ...NOTHING, evidence: [later, accomplice, evidence, ...elsewhere] });
    expect(await store.evidence(6)).toEqual(accomplice);
    expect(await store.evidenceOf(device.id)).toEqual([evidence, later]);
    expect(await store.evidenceOf(deviceId(8))).toEqual([accomplice, ...elsewhere]);
    expect(await store.evidenceAt(evidence)).toEqual([evidence, accomplice]);
    expect(await store.evidenceAt({ jobId: job.id, round: 1, task: 2, chunk: 0 })).toEqual([later]);
    expect(await store.evidenceAt({ jobId: job.id, round: 1, task: 2, chunk: 1 })).toEqual([]);
    expect((await store.lastIds()).evidence).toBe(12);
  });

  test.each(['upheld', 'granted'] as const)('of a finding only its appeal ever changes: %s', async (outcome) => {
    const store = current();
    await store.commit(everything);
    const changed: Evidence = {
      ...evidence,
      at: 1,
      claimed: { score: 5, hash: 5 },
      wrongChunks: 1,
      ruling: 'fault',
      appeal: { at: 3000, outcome },
    };
    await store.commit({ ...NOTHING, evidence: [changed] });
    expect(await store.evidence(evidence.id)).toEqual({ ...evidence, appeal: { at: 3000, outcome } });
  });

  test('what a finding voided is found by it, paid back or not', async () => {
    const store = current();
    await store.commit(together(everything, { evidence: [{ ...evidence, id: 5 }] }));
    const rows: readonly ExchangeRow[] = [
      { ...exchange, state: 'void', audit: 'failed', voidedBy: evidence.id },
      { ...exchange, seq: 3, state: 'void', voidedBy: 5 },
      { ...exchange, seq: 4, state: 'restored', voidedBy: evidence.id },
      { ...exchange, seq: 5, state: 'void' }, // outvoted: no finding
    ];
    await store.commit({ ...NOTHING, exchanges: rows });
    expect(await store.voidedBy(evidence.id)).toEqual([rows[0], rows[2]]);
    expect(await store.voidedBy(5)).toEqual([rows[1]]);
    expect(await store.voidedBy(6)).toEqual([]);
    expect(await store.voidedBy(0)).toEqual([]);
    expect((await store.load({ ...NO_READS, exchanges: [rows[3]!] })).exchanges).toEqual([rows[3]]);
  });

  test('an exchange cannot name a finding that was never written', async () => {
    const store = current();
    await store.commit(everything);
    await expect(
      store.commit({ ...NOTHING, exchanges: [{ ...exchange, state: 'void', voidedBy: 99 }] }),
    ).rejects.toThrow();
    expect(await store.pendingOf(device.id)).toEqual([exchange]);
  });
}
