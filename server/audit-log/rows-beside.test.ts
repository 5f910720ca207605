import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ConsentScope } from '../../shared/model/consent.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { pcg32 } from '../../shared/rng.ts';
import { ConsentRows } from '../store/sqlite/consent-rows.ts';
import { openWorld, Phone, submitTiny, type World, type WorldOptions } from '../testing/world.ts';
import { AuditLog } from './audit-log.ts';
import { logFilesIn } from './log-files.ts';
import { RowsBeside, type RowsVerdict } from './rows-beside.ts';
import { shameless } from './testing/shameless.ts';
import { verifyLog } from './verify-log.ts';

/** That the log and the rows beside it, together, show every lease after a withdrawal; and alarm nobody without cause. */

const leases = { ...POLICY.leases, relinkGraceMs: 0, first: 4 };
const master = new Uint8Array(32);
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

interface Books {
  readonly world: World;
  /** Carries what waits into the log, as the server's pump does. */
  pump(): Promise<void>;
  /** Reads rows, a few at a time, then the log, with something happening in between. */
  verify(meanwhile?: () => Promise<unknown>, atOnce?: number): Promise<RowsVerdict>;
}

async function openBooks(world: World): Promise<Books> {
  const folder = mkdtempSync(join(tmpdir(), 'zeus-beside-'));
  const files = logFilesIn(folder);
  const log = await AuditLog.open({ files, master, clock: () => world.now, say: () => undefined });
  undo.push(
    () => rmSync(folder, { recursive: true }),
    () => log.close(),
  );
  return {
    world,
    async pump() {
      const waiting = await world.store.waitingAuditEvents(1_000);
      await log.append(waiting.map(({ id, ...event }) => ({ eventId: id, event })));
      await world.coordinator.auditLogged(waiting.at(-1)?.id ?? 0);
    },
    async verify(meanwhile = async () => undefined, atOnce) {
      const beside = new RowsBeside(new ConsentRows(world.store.database), atOnce);
      for (const reading = beside.readRows(); reading.next().done !== true;) await meanwhile();
      await meanwhile();
      const { fault } = verifyLog(files, master, (record, byte) => beside.take(record, byte));
      expect(fault).toBeUndefined();
      for (const comparing = beside.compare(); ;) {
        const step = comparing.next();
        if (step.done) return step.value;
      }
    },
  };
}

const consent = ({ coordinator }: World, { accountId, id: deviceId }: Phone, isGranted: boolean) =>
  coordinator.consent({ accountId, deviceId, version: POLICY.consentVersion, isGranted });

const narrow = ({ coordinator }: World, { accountId, id: deviceId }: Phone, scope: ConsentScope) =>
  coordinator.narrowConsent({ accountId, deviceId, scope });

/** Work for whoever asks; one phone that has worked and withdrawn, one that goes on, and one that never agreed. */
async function liveThrough(options: WorldOptions = {}) {
  const world = await openWorld({ policy: { leases }, ...options });
  const asker = await world.coordinator.openAccount('Asker', 'driver');
  for (const name of ['Ada', 'Ben', 'Cleo', 'Dee']) {
    const one = await world.coordinator.openAccount(name, 'driver');
    expect(await submitTiny(world, one.id, 'k', 14)).toMatchObject({ ok: true });
  }
  world.now += 1_000;
  const books = await openBooks(world);
  const gone = await Phone.enrol(world);
  const stays = await Phone.enrol(world);
  for (const phone of [gone, stays]) expect((await phone.exchange([], 2)).leases).not.toEqual([]);
  const key = new Uint8Array(65).fill(9);
  const never = await world.coordinator.enrolDevice({ accountId: asker.id, publicKey: key, cores: 8 });
  if (!never.ok) throw new Error(never.error);
  await consent(world, gone, false);
  await gone.exchange([], 2); // it has not heard
  await stays.exchange([], 2);
  return { world, books, gone, stays, never: never.value };
}

const CLEAN = { phones: 3, beforeLog: 0, faulty: 0, fault: undefined };

describe('an honest server verifies', () => {
  test('whether its events wait, are in the log, or some are', async () => {
    const { world, books, gone } = await liveThrough();
    expect(await books.verify()).toEqual(CLEAN);
    await books.pump();
    expect(await books.verify()).toEqual(CLEAN);
    await consent(world, gone, true);
    await gone.exchange([], 2);
    expect(await books.verify()).toEqual(CLEAN);
  });

  test('after narrowing, to no class too, and after an erasure', async () => {
    const { world, books, gone, stays } = await liveThrough();
    await narrow(world, stays, { classes: ['normal', 'speed_critical'], hours: undefined, networks: 'wifi' });
    await stays.exchange([], 2);
    await narrow(world, stays, { classes: [], hours: undefined, networks: 'wifi' });
    await stays.exchange([], 2);
    await consent(world, gone, true);
    await gone.exchange([], 2);
    expect(await world.coordinator.erase(gone.accountId)).toMatchObject({ ok: true });
    await books.pump();
    expect(await books.verify()).toEqual(CLEAN);
  });

  test('when anything at all is committed and carried into the log while it is read', async () => {
    const { world, books, gone, stays } = await liveThrough();
    const rng = pcg32(7n);
    const scope = { classes: ['normal'], hours: undefined, networks: 'any' } as const;
    const did = new Set<number>();
    const something = async (): Promise<void> => {
      for (let n = rng.u32() % 3; n > 0; n--) {
        const [what, phone] = [rng.u32() % 9, rng.u32() % 2 === 0 ? gone : stays];
        did.add(what);
        if (what < 3) await consent(world, phone, rng.u32() % 2 === 0);
        else if (what < 6) await phone.exchange([], 1);
        else if (what === 6) await books.pump();
        else if (what === 7) await narrow(world, phone, scope);
        else await consent(world, await Phone.enrol(world), false);
      }
    };
    for (let round = 0; round < 30; round++) {
      expect((await books.verify(something, 1 + (round % 3))).fault).toBeUndefined();
    }
    expect(did.size).toBe(9);
  });

  test('phones whose acts are older than the log are counted, and held against it from their next act on', async () => {
    const { world, stays } = await liveThrough();
    const waiting = await world.store.waitingAuditEvents(1_000);
    await world.coordinator.auditLogged(waiting.at(-1)?.id ?? 0); // into a log that was moved away
    world.now += 1_000;
    const books = await openBooks(world);
    expect(await books.verify()).toEqual({ ...CLEAN, phones: 1, beforeLog: 2 });
    await stays.exchange([], 2);
    await consent(world, stays, false);
    await books.pump();
    expect(await books.verify()).toEqual({ ...CLEAN, phones: 2, beforeLog: 1 });
  });
});

describe('a server that leases after the last withdrawal is found out, with no further act', () => {
  test('by the record of the withdrawal, or by its event while that waits', async () => {
    const { world, books, gone } = await liveThrough({ around: shameless });
    expect(gone.held).not.toEqual([]);
    const fault = { code: 'lease_after_withdrawal', device: gone.id, record: 0 };
    expect(await books.verify()).toMatchObject({ faulty: 1, fault });
    await books.pump();
    const withdrawn = await books.verify();
    expect(withdrawn).toMatchObject({ faulty: 1, fault: { ...fault, record: 11 } });
    expect(withdrawn.fault?.byte).toBeGreaterThan(1_000);
    // The number alone set back hides nothing: the commit of the lease is younger than the withdrawal's.
    world.store.database.exec(`UPDATE device SET units_ever = 2 WHERE id = ${gone.id}`);
    expect(await books.verify()).toMatchObject({ faulty: 1, fault: { ...fault, record: 11 } });
  });

  test('and so is one that leases to a phone whose driver took back every class, or never agreed', async () => {
    const { world, books, stays, never } = await liveThrough({ around: shameless });
    await narrow(world, stays, { classes: [], hours: undefined, networks: 'any' });
    await stays.exchange([], 2);
    await books.pump();
    expect(await books.verify()).toMatchObject({ faulty: 2, fault: { code: 'lease_after_withdrawal' } });
    world.store.database.exec(`UPDATE device SET units_ever = 3, leased_commit = 99 WHERE id = ${never.id}`);
    expect(await books.verify()).toMatchObject({ faulty: 3 });
  });
});

describe('rows that nobody decided are found', () => {
  const OUT = '(SELECT min(id) FROM device WHERE executor = "peer")'.replaceAll('"', "'");
  const forged: Readonly<Record<string, readonly [sql: string, code: string]>> = {
    'a lease of a phone that withdrew': [
      `UPDATE device SET units_ever = units_ever + 1, leased_commit = 99 WHERE id = ${OUT}`,
      'lease_after_withdrawal',
    ],
    'an opt-in without a record': [
      `UPDATE device SET consent_version = 1, consent_classes = 4 WHERE id = ${OUT}`,
      'row_differs',
    ],
    'an opt-in without a record, with a row of consent': [
      `INSERT INTO consent (device_id, version, is_granted, at, commit_no) VALUES (${OUT}, 1, 1, 9e12, 99)`,
      'row_differs',
    ],
    'an opt-out without a record': ['UPDATE device SET consent_version = 0', 'row_differs'],
    'another class': ['UPDATE device SET consent_classes = 1 WHERE consent_version > 0', 'row_differs'],
    'a lease without its units': ['UPDATE device SET units_ever = 0 WHERE consent_version > 0', 'row_differs'],
    'fewer units than the record says': ['UPDATE device SET units_ever = 0, leased_commit = 0', 'row_differs'],
    'units of a phone that never agreed': ['UPDATE device SET units_ever = 1 WHERE units_ever = 0', 'row_differs'],
    'an act taken out': [`DELETE FROM consent WHERE id = (SELECT max(id) FROM consent)`, 'row_differs'],
    'a phone taken out': [
      `DELETE FROM consent WHERE device_id = ${OUT}; DELETE FROM device WHERE id = ${OUT}`,
      'row_differs',
    ],
    'an event taken out before it was told': [
      'DELETE FROM audit_event WHERE id = (SELECT max(id) FROM audit_event)',
      'event_missing',
    ],
    'an older copy of the database': [
      `DELETE FROM audit_event; UPDATE sqlite_sequence SET seq = 2 WHERE name = 'audit_event'`,
      'database_behind',
    ],
  };

  test('each by its name, and nothing once it is undone', async () => {
    const { world, books, gone } = await liveThrough();
    await books.pump();
    await consent(world, gone, false); // waits
    const { database } = world.store;
    const found: Record<string, unknown> = {};
    for (const [name, [sql]] of Object.entries(forged)) {
      database.exec(`PRAGMA foreign_keys = OFF; BEGIN; ${sql}`);
      found[name] = (await books.verify()).fault?.code;
      database.exec('ROLLBACK');
    }
    expect(found).toEqual(Object.fromEntries(Object.entries(forged).map(([name, [, code]]) => [name, code])));
    expect(await books.verify()).toEqual(CLEAN);
  });
});
