import { Kysely } from 'kysely';
import { expect, test } from 'vitest';
import { accountId } from '../../../shared/ids.ts';
import { SyncDialect } from '../../auth/sync-dialect.ts';
import { tellWrites, type Door } from '../../auth/tell-writes.ts';
import { account, NOTHING } from '../conformance/samples.ts';
import { AuditedActs } from './audited-acts.ts';
import { SqliteStore } from './sqlite-store.ts';

async function opened() {
  const store = SqliteStore.open(':memory:');
  await store.commit({ ...NOTHING, accounts: [account] });
  let noted = 0;
  const acts = new AuditedActs(
    store.database,
    () => 7.9,
    () => void noted++,
  );
  const actions = async () => (await store.waitingAuditEvents(100)).map(({ action }) => action);
  return { store, acts, actions, noted: () => noted };
}

const done = (action: string) => ({ actorId: accountId(1), action, target: 'key:1', detail: {} });
const INSERT = "INSERT INTO feedback (account_id, at, kind, text, attached) VALUES (1, 1, 'idea', 'x', '{}')";

test('an act and its record are one commit: what fails in either leaves neither, and no number is lost', async () => {
  const { store, acts, actions, noted } = await opened();
  const rows = () => store.database.prepare('SELECT count(*) AS n FROM feedback').get();
  const late = () =>
    acts.commit((note) => {
      store.database.exec(INSERT);
      note(done('lost'));
      throw new Error('changed its mind');
    });
  expect(late).toThrow('changed its mind');
  expect([rows(), await actions(), noted()]).toEqual([{ n: 0 }, [], 0]);

  store.database.exec("CREATE TRIGGER full BEFORE INSERT ON audit_event BEGIN SELECT raise(ABORT, 'no room'); END");
  const untold = () =>
    acts.commit((note) => {
      store.database.exec(INSERT);
      note(done('untold'));
    });
  expect(untold).toThrow('no room');
  expect([rows(), noted()]).toEqual([{ n: 0 }, 0]);

  store.database.exec('DROP TRIGGER full');
  acts.commit((note) => {
    store.database.exec(INSERT);
    note(done('first'));
  });
  await store.commit({ ...NOTHING, auditEvents: [{ at: 8, ...done('second') }] });
  expect(await store.waitingAuditEvents(9)).toEqual([
    { id: 1, at: 7, ...done('first') },
    { id: 2, at: 8, ...done('second') },
  ]);
  expect([rows(), noted()]).toEqual([{ n: 1 }, 1]);
});

test('inside a transaction that somebody holds across an await nothing is written', async () => {
  const { store, acts, actions } = await opened();
  store.database.exec('BEGIN');
  await Promise.resolve();
  expect(() => acts.commit((note) => note(done('inside')))).toThrow('no transaction is open');
  store.database.exec('ROLLBACK');
  expect(await actions()).toEqual([]);
  expect(() => acts.commit(() => Promise.resolve())).toThrow('promise');
  expect(store.database.inTransaction).toBe(false);
});

interface Schema {
  readonly auth_user: Readonly<Record<string, unknown>> & { readonly id: string };
  readonly auth_session: Readonly<Record<string, unknown>> & { readonly id: string };
  readonly auth_passkey: Readonly<Record<string, unknown>> & { readonly id: string };
}

const at = '2026-01-31T00:00:00.000Z';
const user = { id: '1', name: 'A', email: 'a@x.org', email_verified: 0, created_at: at, updated_at: at };
const session = { id: 's', user_id: '1', token: 't', expires_at: at, created_at: at, updated_at: at };
const passkey = {
  id: 'p',
  public_key: 'k',
  user_id: '1',
  credential_id: 'c',
  counter: 0,
  device_type: 'd',
  backed_up: 0,
};

test('a statement of the library that is an act is told with it; one without a door, or without its rows, is undone', async () => {
  const { store, acts, actions } = await opened();
  let door: Door | undefined = 'code';
  const kysely = new Kysely<Schema>({
    dialect: new SyncDialect(
      store.database,
      tellWrites(acts, () => door),
    ),
  });
  const count = (table: string) => store.database.prepare(`SELECT count(*) AS n FROM ${table}`).get();
  await kysely.insertInto('auth_user').values(user).returningAll().execute();
  await kysely.insertInto('auth_session').values(session).returningAll().execute();
  await kysely.insertInto('auth_passkey').values(passkey).returningAll().execute();
  const email = kysely.updateTable('auth_user').set({ email: 'b@x.org', email_verified: 1 }).where('id', '=', '1');
  await email.returningAll().execute();
  await kysely.updateTable('auth_user').set({ updated_at: at }).returningAll().execute();
  await kysely.updateTable('auth_passkey').set({ counter: 1 }).returningAll().execute();
  await kysely.updateTable('auth_user').set({ email: 'c@x.org' }).where('id', '=', '2').returningAll().execute();
  expect(await store.waitingAuditEvents(9)).toMatchObject([
    { action: 'signed_in', actorId: 1, target: 'account:1', detail: { by: 'code' } },
    { action: 'passkey_added', actorId: 1, target: 'account:1', detail: {} },
    { action: 'email_set', actorId: 1, target: 'account:1', detail: {} },
  ]);
  door = undefined;
  const another = kysely.insertInto('auth_session').values({ ...session, id: 's2', token: 't2' });
  await expect(another.returningAll().execute()).rejects.toThrow('a door');
  door = 'passkey';
  await expect(another.execute()).rejects.toThrow('signed_in');
  expect([count('auth_session'), (await actions()).length]).toEqual([{ n: 1 }, 3]);
});
