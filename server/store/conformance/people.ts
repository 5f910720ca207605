import { expect, test } from 'vitest';
import { accountId, blockId, deviceId } from '../../../shared/ids.ts';
import type { ExchangeRow } from '../../../shared/model/device.ts';
import type { PolicyChange } from '../../../shared/model/policy-change.ts';
import type { AuditEvent } from '../../core/ports.ts';
import type { Opened } from './opened.ts';
import { NOTHING, account, accountOf, device, deviceOf, everything, exchange, jobOf, together } from './samples.ts';

/** What drivers and admins see. */
export function testPeople({ current }: Opened): void {
  test('a statement lists what was credited, newest first, page by page, and counts units that stand', async () => {
    const store = current();
    await store.commit(everything);
    const later: ExchangeRow = { ...exchange, seq: 3, taskIndices: [0], acceptedAt: 9000 };
    const undone: ExchangeRow = { ...exchange, seq: 4, acceptedAt: 9500, state: 'void' };
    const paidBack: ExchangeRow = { ...exchange, seq: 1, acceptedAt: 2400, state: 'restored', voidedBy: 4 };
    await store.commit({ ...NOTHING, exchanges: [later, undone, paidBack] });
    const [newest] = await store.statement(account.id, undefined, 1);
    expect(newest).toEqual({ ...undone, kind: 'tiny' });
    const older = await store.statement(account.id, newest, 10);
    expect(older.map(({ seq }) => seq)).toEqual([3, 2, 1]);
    expect(await store.statement(accountId(2), undefined, 10)).toEqual([]);
    expect(await store.unitsOf(account.id, 9000)).toEqual({ since: 1, all: 5 });
    expect(await store.unitsOf(accountId(2), 0)).toEqual({ since: 0, all: 0 });
  });

  test('an account’s new devices are those enrolled since an instant, the mainframe not among them', async () => {
    const store = current();
    await store.commit(
      together(
        { accounts: [account, accountOf(2)] },
        {
          devices: [
            deviceOf(1, 1, { createdAt: 999 }),
            deviceOf(2, 1, { createdAt: 1000 }),
            deviceOf(3, 1, { createdAt: 5000, status: 'banned' }),
            deviceOf(4, 1, { createdAt: 5000, executor: 'mainframe' }),
            deviceOf(5, 2, { createdAt: 5000 }),
          ],
        },
      ),
    );
    expect(await store.newDevices(account.id, 1000)).toBe(2);
    expect(await store.newDevices(account.id, 1001)).toBe(1);
    expect(await store.newDevices(accountId(2), 0)).toBe(1);
    expect(await store.newDevices(accountId(3), 0)).toBe(0);
  });

  test('units that went to newcomers: all a new one was leased, of one that is known its probation, of an old one what it handed in', async () => {
    const store = current();
    const newcomer = (id: number, createdAt: number, unitsEver: number, probationLeft: number) =>
      deviceOf(id, 1, { createdAt, probationLeft, throttle: { ...device.throttle, unitsEver } });
    const devices = [
      newcomer(1, 5_000, 3, 4), // three leases, one of them done
      newcomer(2, 5_000, 40, 0),
      newcomer(3, 5_000, 2, 0), // under a policy with less
      newcomer(4, 4_999, 900, 5), // convicted lately
      newcomer(5, 4_999, 900, 0),
      { ...newcomer(6, 5_000, 900, 5), executor: 'mainframe' as const },
    ];
    const handedIn = [4_999, 5_000, 6_000].map((acceptedAt, seq) => ({
      ...exchange,
      deviceId: deviceId(4),
      seq,
      acceptedAt,
    }));
    await store.commit(together(everything, { devices, exchanges: [...everything.exchanges, ...handedIn] }));
    expect(await store.probationUnits(5_000, 5)).toBe(3 + 5 + 2 + 2 * exchange.taskIndices.length);
  });

  test('who works for whom: shares of what was credited for an asker’s jobs, from the least units and the least share on', async () => {
    const store = current();
    const worked = (device: number, seq: number, job: number, units: number, state: ExchangeRow['state']) => ({
      ...exchange,
      deviceId: deviceId(device),
      seq,
      blockId: blockId(job),
      taskIndices: Array.from({ length: units }, (_, i) => i),
      state,
    });
    await store.commit(
      together(
        { accounts: [1, 2, 3, 4].map(accountOf) },
        { devices: [deviceOf(12, 2), deviceOf(22, 2), deviceOf(13, 3), deviceOf(14, 4)] },
        jobOf(1, 1),
        jobOf(2, 1),
        jobOf(3, 2),
        {
          exchanges: [
            // For account 1, in two jobs: six units by account 2's two devices, two by account 3.
            worked(12, 1, 1, 3, 'pending'),
            worked(12, 2, 2, 1, 'posted'),
            worked(22, 1, 1, 2, 'restored'),
            worked(13, 1, 2, 2, 'posted'),
            worked(14, 1, 1, 16, 'void'),
            // For account 2: three by account 4.
            worked(14, 2, 3, 3, 'pending'),
          ],
        },
      ),
    );
    const two = { asker: 1, worker: 2, units: 6, share: 0.75 };
    const three = { asker: 1, worker: 3, units: 2, share: 0.25 };
    const four = { asker: 2, worker: 4, units: 3, share: 1 };
    expect(await store.feeding(0, 0)).toEqual([two, three, four]);
    expect(await store.feeding(8, 0), 'eight units in all').toEqual([two, three]);
    expect(await store.feeding(9, 0)).toEqual([]);
    expect(await store.feeding(0, 0.75)).toEqual([two, four]);
    expect(await store.feeding(0, 0.76)).toEqual([four]);
  });

  test('changes of the policy come back as they were decided last, oldest first', async () => {
    const store = current();
    const proposed: PolicyChange = {
      id: 1,
      at: 50,
      authorId: account.id,
      reason: 'Ñandú’s “why”',
      changes: { priceMicros: 20_000 },
      state: 'proposed',
      decidedAt: undefined,
      decidedBy: undefined,
      version: undefined,
      settings: {},
    };
    const second: PolicyChange = { ...proposed, id: 2, changes: { runningJobs: 3 }, state: 'expired', decidedAt: 90 };
    await store.commit({ ...NOTHING, accounts: [account], policyChanges: [proposed, second] });
    expect(await store.policyChanges()).toEqual([proposed, second]);
    const approved: PolicyChange = {
      ...proposed,
      state: 'approved',
      decidedAt: 60,
      decidedBy: account.id,
      version: 2,
      settings: { runningJobs: 9, priceMicros: 20_000 },
    };
    await store.commit({ ...NOTHING, policyChanges: [approved] });
    expect(await store.policyChanges()).toEqual([approved, second]);
    expect((await store.lastIds()).policyChange).toBe(2);
  });

  test('events for the audit log wait in the order of their commits, under numbers never given twice', async () => {
    const store = current();
    const event = (action: string): AuditEvent => ({
      at: 5,
      actorId: action === 'a' ? null : account.id,
      action,
      target: 'device:7',
      detail: { text: 'ñ', count: 3, isSo: true, none: null },
    });
    await store.commit({ ...NOTHING, auditEvents: [event('a'), event('b')] });
    await store.commit({ ...NOTHING, auditEvents: [event('c')] });
    expect(await store.waitingAuditEvents(2)).toEqual([
      { id: 1, ...event('a') },
      { id: 2, ...event('b') },
    ]);
    await store.commit({ ...NOTHING, loggedAuditEvents: 3 });
    expect(await store.waitingAuditEvents(10)).toEqual([]);
    await store.commit({ ...NOTHING, auditEvents: [event('d')] });
    expect(await store.waitingAuditEvents(10)).toEqual([{ id: 4, ...event('d') }]);
  });
}
