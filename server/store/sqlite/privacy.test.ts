import { afterAll, describe, expect, test } from 'vitest';
import { FRAMES } from '../../../shared/protocol/frame-table.ts';
import type { Fields, NamedRecord } from '../../../shared/protocol/fields.ts';
import { TABLES } from '../../../shared/privacy/columns.ts';
import { FRAME_FIELDS } from '../../../shared/privacy/frame-fields.ts';
import { EXPORT_RULES, NOT_EXPORTED } from './export-account.ts';
import { SqliteStore } from './sqlite-store.ts';

/** Privacy is a list, and the schema is held against it: whoever adds a field says who sees it, why and for how long. */

const store = SqliteStore.open(':memory:');
afterAll(() => store.close());

const schema = (): Record<string, string[]> => {
  const tables = store.database
    .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all();
  return Object.fromEntries(tables.map(({ name }) => [name, columnsOf(name)]));
};
const columnsOf = (table: string): string[] =>
  store.database
    .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map(({ name }) => name);

/** Every frame and every record inside one, with its fields. */
function wire(): Record<string, string[]> {
  const found = new Map<string, string[]>();
  const take = (name: string, fields: Fields): void => {
    found.set(name, Object.keys(fields).toSorted());
    for (const field of Object.values(fields))
      for (const record of field.records as readonly NamedRecord[]) take(record.name, record.fields);
  };
  for (const [name, { fields }] of Object.entries(FRAMES)) take(name, fields);
  return Object.fromEntries(found);
}

const sorted = (lists: Readonly<Record<string, object>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(lists).map(([name, fields]) => [name, Object.keys(fields).toSorted()]));

describe('what is shared, as data', () => {
  test('names every field of every frame, and none that is not', () => {
    expect(sorted(FRAME_FIELDS)).toEqual(wire());
  });

  test('names every column of every table, and none that is not', () => {
    const listed = sorted(Object.fromEntries(Object.entries(TABLES).map(([name, { columns }]) => [name, columns])));
    const there = Object.fromEntries(Object.entries(schema()).map(([name, columns]) => [name, columns.toSorted()]));
    expect(listed).toEqual(there);
  });

  test('a column nobody has listed is seen', () => {
    store.database.exec('ALTER TABLE device ADD COLUMN user_agent TEXT');
    try {
      expect(schema()['device']?.filter((name) => !(name in (TABLES['device']?.columns ?? {})))).toEqual([
        'user_agent',
      ]);
    } finally {
      store.database.exec('ALTER TABLE device DROP COLUMN user_agent');
    }
  });

  test('of a phone itself nothing is kept but its class, its key, its cores and its speed', () => {
    const { columns } = TABLES['device']!;
    const ofPhone = Object.keys(columns).filter((name) => columns[name]?.topic === 'phone');
    expect(ofPhone.toSorted()).toEqual(
      ['account_id', 'chunk_ms', 'cores', 'created_at', 'executor', 'id', 'pace_ms', 'public_key', 'status'].toSorted(),
    );
    expect(
      Object.keys(columns).filter((name) => /agent|model|brand|address|host|ip$|lat|lon|place|locale/.test(name)),
    ).toEqual([]);
  });

  test('what other phones see is blinded work and nothing of a person', () => {
    const toPhones = [
      'reply',
      'input',
      'gone',
      'challenge',
      'ready',
      'policy',
      'wake',
      'bye',
      'LeaseGroup',
      'LeaseSlot',
      'LeaseTerms',
    ];
    const topics = toPhones.flatMap((name) => Object.values(FRAME_FIELDS[name] ?? {}).map(({ topic }) => topic));
    expect(topics.filter((topic) => ['person', 'phone', 'day', 'consent', 'request'].includes(topic))).toEqual([]);
  });
});

describe('an export', () => {
  test('has a rule for every table that leads to an account, or a reason', () => {
    const personal = Object.keys(TABLES).filter((name) => TABLES[name]?.ofWhom !== 'nobody');
    expect([...Object.keys(EXPORT_RULES), ...Object.keys(NOT_EXPORTED)].toSorted()).toEqual(personal.toSorted());
  });

  test('knows a table by its references: none that has one is said to be nobody’s', () => {
    const referring = Object.entries(schema()).filter(([name, columns]) => {
      const keys = store.database
        .prepare<[string], { table: string }>('SELECT "table" FROM pragma_foreign_key_list(?)')
        .all(name)
        .map(({ table }) => table);
      return (
        keys.some((table) => ['account', 'device', 'job'].includes(table)) ||
        columns.some((column) => ['account_id', 'device_id', 'job_id', 'account'].includes(column))
      );
    });
    expect(referring.map(([name]) => name).filter((name) => TABLES[name]?.ofWhom === 'nobody')).toEqual([]);
  });
});
