import Database from 'better-sqlite3';
import { Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { SyncDialect, TransactionRefused } from './sync-dialect.ts';

interface Schema {
  readonly note: { readonly id: number; readonly text: string };
}

function opened(): { readonly db: Database.Database; readonly kysely: Kysely<Schema> } {
  const db = new Database(':memory:');
  db.exec('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
  return { db, kysely: new Kysely<Schema>({ dialect: new SyncDialect(db) }) };
}

test('a transaction held open across an await is refused before it begins, and the coordinator commits meanwhile', async () => {
  const { db, kysely } = opened();
  const commit = db.transaction(() => db.exec("INSERT INTO note VALUES (1, 'of the coordinator')"));
  const held = kysely.transaction().execute(async (inside) => {
    await inside.insertInto('note').values({ id: 2, text: 'of the library' }).execute();
    await Promise.resolve();
    throw new Error('the library changes its mind');
  });
  commit();
  await expect(held).rejects.toThrow(TransactionRefused);
  expect(db.inTransaction).toBe(false);
  expect(db.prepare('SELECT id FROM note').all()).toEqual([{ id: 1 }]);
});

test.each(['begin', 'BEGIN IMMEDIATE', ' savepoint a', 'commit', 'ROLLBACK', 'release a'])(
  '“%s” in plain SQL is refused too',
  async (text) => {
    const { db, kysely } = opened();
    await expect(sql.raw(text).execute(kysely)).rejects.toThrow(TransactionRefused);
    expect(db.inTransaction).toBe(false);
  },
);

test('single statements run at once, and say what they changed', async () => {
  const { kysely } = opened();
  const { insertId } = await kysely.insertInto('note').values({ id: 7, text: 'a' }).executeTakeFirstOrThrow();
  expect(insertId).toBe(7n);
  expect(await kysely.deleteFrom('note').where('id', '=', 7).returningAll().executeTakeFirst()).toEqual({
    id: 7,
    text: 'a',
  });
  expect((await kysely.deleteFrom('note').executeTakeFirstOrThrow()).numDeletedRows).toBe(0n);
});
