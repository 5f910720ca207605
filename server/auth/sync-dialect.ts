import type Database from 'better-sqlite3';
import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type CompiledQuery,
  type RootOperationNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

export type Rows = QueryResult<Readonly<Record<string, unknown>>>;

/** What is done in the same call as a statement: `run` sends it, once. */
export type Around = (query: RootOperationNode, run: () => Rows) => Rows;

/**
 * How a library that speaks Kysely shares the coordinator's own connection: every statement runs to its end inside one call,
 * so it stands between two batches and never inside one. A transaction would stay open over the library's awaits and swallow
 * whatever the coordinator commits meanwhile; it is refused before a BEGIN is sent, whichever way it is asked for.
 */
export class SyncDialect implements Dialect {
  readonly #db: Database.Database;
  readonly #around: Around;

  constructor(db: Database.Database, around: Around = (_query, run) => run()) {
    this.#db = db;
    this.#around = around;
  }

  createDriver(): Driver {
    return new SyncDriver(new SyncConnection(this.#db, this.#around));
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): SqliteAdapter {
    return new SqliteAdapter();
  }

  createIntrospector(db: ConstructorParameters<typeof SqliteIntrospector>[0]): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }
}

/** Somebody asked for a transaction that would have outlived its call. A bug: it is thrown. */
export class TransactionRefused extends Error {
  constructor(what: string) {
    super(`“${what}”: a transaction may not be held across an await on the coordinator's connection`);
  }
}

class SyncDriver implements Driver {
  readonly #connection: SyncConnection;

  constructor(connection: SyncConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw new TransactionRefused('begin');
  }

  async commitTransaction(): Promise<void> {
    throw new TransactionRefused('commit');
  }

  async rollbackTransaction(): Promise<void> {} // of one that never began

  async releaseConnection(): Promise<void> {}

  /** The connection is the store's, which closes it. */
  async destroy(): Promise<void> {}
}

const TRANSACTIONAL = /^\s*(?:begin|commit|end|rollback|savepoint|release)\b/i;

class SyncConnection implements DatabaseConnection {
  readonly #db: Database.Database;
  readonly #around: Around;

  constructor(db: Database.Database, around: Around) {
    this.#db = db;
    this.#around = around;
  }

  async executeQuery<Row>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<Row>> {
    const [word] = TRANSACTIONAL.exec(sql) ?? [];
    if (word !== undefined) throw new TransactionRefused(word.trim());
    return this.#around(query, () => this.#run(sql, parameters)) as QueryResult<Row>;
  }

  #run(sql: string, parameters: readonly unknown[]): Rows {
    const statement = this.#db.prepare<unknown[], Rows['rows'][number]>(sql);
    if (statement.reader) return { rows: statement.all(...parameters) };
    const { changes, lastInsertRowid } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  // oxlint-disable-next-line require-yield -- The port asks for a generator; what streams would keep a statement open.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new TransactionRefused('stream');
  }
}
