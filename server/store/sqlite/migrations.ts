import type Database from 'better-sqlite3';

/**
 * The schema, as a list that only ever grows: a database at version n runs the entries from n on, each in its own
 * transaction (`user_version` counts them). Secondary indexes stay off the hot path: an index on entry's account alone
 * nearly halves throughput (measured), so history has a table of its own, filled in sorted passes.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE account (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('driver', 'tester', 'admin')),
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE device (
    id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account, executor TEXT NOT NULL, public_key BLOB NOT NULL,
    cores INTEGER NOT NULL, status TEXT NOT NULL, consent_version INTEGER NOT NULL, task_count INTEGER NOT NULL, last_seq INTEGER NOT NULL,
    last_reply BLOB NOT NULL, convictions INTEGER NOT NULL, probation_left INTEGER NOT NULL, post_at INTEGER, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX device_post ON device (post_at) WHERE post_at IS NOT NULL;

  CREATE TABLE consent (
    id INTEGER PRIMARY KEY, device_id INTEGER NOT NULL REFERENCES device, version INTEGER NOT NULL, is_granted INTEGER NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX consent_device ON consent (device_id);
  CREATE INDEX device_account ON device (account_id);
  CREATE UNIQUE INDEX device_key ON device (public_key) WHERE executor = 'peer';

  CREATE TABLE invite (
    code_hash BLOB PRIMARY KEY, role TEXT NOT NULL CHECK (role IN ('driver', 'tester', 'admin')), expires_at INTEGER NOT NULL,
    account_id INTEGER REFERENCES account
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE job (
    id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account, kind TEXT NOT NULL, kind_version INTEGER NOT NULL,
    kernel_hash BLOB NOT NULL, spec BLOB NOT NULL, job_input BLOB NOT NULL, blind_key BLOB NOT NULL, units INTEGER NOT NULL,
    rounds INTEGER NOT NULL, created_at INTEGER NOT NULL, idempotency_key TEXT NOT NULL, request_digest BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'answered', 'failed')), round INTEGER, answer BLOB, failure TEXT,
    settled_at INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX job_key ON job (account_id, idempotency_key);
  CREATE INDEX job_age ON job (account_id, created_at);
  CREATE INDEX job_running ON job (id) WHERE state = 'running';

  CREATE TABLE round (
    job_id INTEGER NOT NULL REFERENCES job, round INTEGER NOT NULL, task_count INTEGER NOT NULL, round_input BLOB NOT NULL,
    opened_at INTEGER NOT NULL, score INTEGER, candidate BLOB, value REAL, closed_at INTEGER, PRIMARY KEY (job_id, round)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE block (
    id INTEGER PRIMARY KEY, job_id INTEGER NOT NULL REFERENCES job, round INTEGER NOT NULL, first_task INTEGER NOT NULL,
    task_count INTEGER NOT NULL, done BLOB NOT NULL, checked BLOB NOT NULL, price_micros INTEGER NOT NULL,
    peer_leased INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX block_round ON block (job_id, round);

  CREATE TABLE result (
    block_id INTEGER NOT NULL REFERENCES block, task_index INTEGER NOT NULL, device_id INTEGER NOT NULL REFERENCES device,
    seq INTEGER NOT NULL, output BLOB NOT NULL, PRIMARY KEY (block_id, task_index)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE exchange (
    device_id INTEGER NOT NULL REFERENCES device, seq INTEGER NOT NULL, block_id INTEGER NOT NULL REFERENCES block,
    task_indices BLOB NOT NULL, amount_micros INTEGER NOT NULL, digest BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'posted', 'void')),
    audit TEXT NOT NULL CHECK (audit IN ('none', 'passed', 'failed')), task_no INTEGER NOT NULL, accepted_at INTEGER NOT NULL,
    PRIMARY KEY (device_id, seq, block_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE transfer (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, cause TEXT NOT NULL UNIQUE, at INTEGER NOT NULL) STRICT;
  CREATE TABLE entry (
    id INTEGER PRIMARY KEY, transfer_id INTEGER NOT NULL REFERENCES transfer, account TEXT NOT NULL, micros INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE balance (
    account TEXT PRIMARY KEY, micros INTEGER NOT NULL, CHECK (account = 'funding' OR micros >= 0)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE history (account TEXT NOT NULL, entry_id INTEGER NOT NULL, PRIMARY KEY (account, entry_id)) STRICT, WITHOUT ROWID;
  CREATE TABLE history_mark (id INTEGER PRIMARY KEY CHECK (id = 1), entry_id INTEGER NOT NULL) STRICT;
  INSERT INTO history_mark VALUES (1, 0);

  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, topic TEXT NOT NULL, job_id INTEGER NOT NULL, sent INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX outbox_unsent ON outbox (id) WHERE sent = 0;
  `,
];

/** Brings a database up to this program's schema. Refuses one written by a newer program. */
export function migrate(db: Database.Database): void {
  const at = db.pragma('user_version', { simple: true }) as number;
  if (at > MIGRATIONS.length) {
    throw new Error(`the database has schema ${at}, this program knows ${MIGRATIONS.length}: use the newer program`);
  }
  for (let version = at; version < MIGRATIONS.length; version++) {
    db.transaction(() => {
      db.exec(MIGRATIONS[version]!);
      db.pragma(`user_version = ${version + 1}`);
    }).immediate();
  }
}
