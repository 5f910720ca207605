import type Database from 'better-sqlite3';
import { assert } from '../../../shared/assert.ts';

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

  // Trust. Devices that were here before have no self-test and nothing verified: they are re-run whole until they have.
  // A CHECK cannot be altered, so job and exchange are built anew (https://sqlite.org/lang_altertable.html#otheralter).
  `
  ALTER TABLE device ADD COLUMN clean_tasks INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN verified BLOB NOT NULL DEFAULT x'00000000';
  ALTER TABLE device ADD COLUMN suspect_until INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN frozen_at INTEGER;
  ALTER TABLE device ADD COLUMN chunk_ms REAL NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN pace_ms REAL NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN recent_leased INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN recent_finished INTEGER NOT NULL DEFAULT 0;

  ALTER TABLE round ADD COLUMN corrects INTEGER;

  CREATE TABLE job_next (
    id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account, kind TEXT NOT NULL, kind_version INTEGER NOT NULL,
    kernel_hash BLOB NOT NULL, spec BLOB NOT NULL, job_input BLOB NOT NULL, blind_key BLOB NOT NULL, units INTEGER NOT NULL,
    rounds INTEGER NOT NULL, replicas INTEGER NOT NULL, created_at INTEGER NOT NULL, idempotency_key TEXT NOT NULL,
    request_digest BLOB NOT NULL, state TEXT NOT NULL CHECK (state IN ('running', 'answered', 'correcting', 'failed')),
    round INTEGER, answer BLOB, failure TEXT, settled_at INTEGER, corrected_at INTEGER
  ) STRICT;
  INSERT INTO job_next SELECT id, account_id, kind, kind_version, kernel_hash, spec, job_input, blind_key, units, rounds, 1,
    created_at, idempotency_key, request_digest, state, round, answer, failure, settled_at, NULL FROM job ORDER BY id;
  DROP TABLE job;
  ALTER TABLE job_next RENAME TO job;
  CREATE UNIQUE INDEX job_key ON job (account_id, idempotency_key);
  CREATE INDEX job_age ON job (account_id, created_at);
  CREATE INDEX job_running ON job (id) WHERE state IN ('running', 'correcting');

  CREATE TABLE evidence (
    id INTEGER PRIMARY KEY, device_id INTEGER NOT NULL REFERENCES device, at INTEGER NOT NULL,
    job_id INTEGER NOT NULL REFERENCES job, round INTEGER NOT NULL, task INTEGER NOT NULL, chunk INTEGER NOT NULL,
    claimed_score INTEGER NOT NULL, claimed_hash INTEGER NOT NULL, expected_score INTEGER NOT NULL, expected_hash INTEGER NOT NULL,
    wrong_chunks INTEGER NOT NULL, seq INTEGER NOT NULL, block_id INTEGER NOT NULL REFERENCES block, task_index INTEGER NOT NULL,
    ruling TEXT NOT NULL CHECK (ruling IN ('fault', 'lenient', 'fraud')),
    appeal_at INTEGER, appeal_outcome TEXT CHECK (appeal_outcome IN ('upheld', 'granted')),
    CHECK ((appeal_at IS NULL) = (appeal_outcome IS NULL))
  ) STRICT;
  CREATE INDEX evidence_device ON evidence (device_id);
  CREATE INDEX evidence_chunk ON evidence (job_id, round, task, chunk);

  CREATE TABLE exchange_next (
    device_id INTEGER NOT NULL REFERENCES device, seq INTEGER NOT NULL, block_id INTEGER NOT NULL REFERENCES block,
    task_indices BLOB NOT NULL, amount_micros INTEGER NOT NULL, digest BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'posted', 'void', 'restored')),
    audit TEXT NOT NULL CHECK (audit IN ('none', 'passed', 'failed')),
    whole_due INTEGER NOT NULL, whole_done INTEGER NOT NULL, is_settled INTEGER NOT NULL, voided_by INTEGER REFERENCES evidence,
    task_no INTEGER NOT NULL, accepted_at INTEGER NOT NULL, PRIMARY KEY (device_id, seq, block_id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO exchange_next SELECT device_id, seq, block_id, task_indices, amount_micros, digest, state, audit, 0, 0, 0, NULL,
    task_no, accepted_at FROM exchange ORDER BY device_id, seq, block_id;
  DROP TABLE exchange;
  ALTER TABLE exchange_next RENAME TO exchange;
  CREATE INDEX exchange_whole ON exchange (accepted_at) WHERE state = 'pending' AND audit = 'passed' AND whole_due <> whole_done;
  CREATE INDEX exchange_voided ON exchange (voided_by) WHERE voided_by IS NOT NULL;

  CREATE TABLE correction (
    job_id INTEGER NOT NULL REFERENCES job, round INTEGER NOT NULL, task INTEGER NOT NULL, PRIMARY KEY (job_id, round, task)
  ) STRICT, WITHOUT ROWID;

  -- With an id of its own: it says in which order votes came.
  CREATE TABLE vote (
    id INTEGER PRIMARY KEY, block_id INTEGER NOT NULL REFERENCES block, task_index INTEGER NOT NULL,
    device_id INTEGER NOT NULL REFERENCES device, account_id INTEGER NOT NULL REFERENCES account, seq INTEGER NOT NULL,
    output BLOB NOT NULL, UNIQUE (block_id, task_index, device_id)
  ) STRICT;
  `,

  // What the server counts of a device's day; and the programme's levers, one row a change.
  `
  ALTER TABLE device ADD COLUMN zone_minutes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN zone_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN day_bytes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN day_units INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN paced_until INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN day_breaches INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN paused_until INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE programme (
    version INTEGER PRIMARY KEY, is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    target_percent REAL NOT NULL CHECK (target_percent >= 0), at INTEGER NOT NULL
  ) STRICT;
  `,

  // Jobs that their askers called off, and what people write to us.
  `
  ALTER TABLE job ADD COLUMN cancelled_at INTEGER;
  ALTER TABLE job ADD COLUMN spent_units INTEGER;

  CREATE TABLE feedback (
    id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account, at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('problem', 'idea', 'other')), text TEXT NOT NULL, attached TEXT NOT NULL
  ) STRICT;
  CREATE INDEX feedback_age ON feedback (account_id, at);
  `,

  // Scopes of consent, and the order of consents and leases. Who agreed to version 1 agreed to all its text covers (bits 0 to
  // 2). And erasure: a device without a key is no device of anybody.
  `
  ALTER TABLE account ADD COLUMN erased_at INTEGER;

  ALTER TABLE device ADD COLUMN consent_classes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN leased_commit INTEGER NOT NULL DEFAULT 0;
  UPDATE device SET consent_classes = 7 WHERE consent_version > 0;
  DROP INDEX device_key;
  CREATE UNIQUE INDEX device_key ON device (public_key) WHERE executor = 'peer' AND length(public_key) > 0;

  ALTER TABLE consent ADD COLUMN classes INTEGER NOT NULL DEFAULT 7;
  ALTER TABLE consent ADD COLUMN hours_from INTEGER;
  ALTER TABLE consent ADD COLUMN hours_to INTEGER;
  ALTER TABLE consent ADD COLUMN networks TEXT NOT NULL DEFAULT 'any' CHECK (networks IN ('any', 'wifi'));
  ALTER TABLE consent ADD COLUMN commit_no INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE consent ADD COLUMN last_lease_commit INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE erasure (
    account_id INTEGER PRIMARY KEY REFERENCES account, at INTEGER NOT NULL, is_done INTEGER NOT NULL CHECK (is_done IN (0, 1))
  ) STRICT;
  CREATE INDEX erasure_due ON erasure (account_id) WHERE is_done = 0;
  `,

  // People. The auth_* tables are better-auth's, under names of ours; its users are our accounts, by the same number. Its
  // instants are ISO text. Everything personal hangs on the user, and goes with it.
  `
  CREATE TABLE auth_user (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, email_verified INTEGER NOT NULL, image TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE auth_session (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES auth_user ON DELETE CASCADE, token TEXT NOT NULL UNIQUE,
    expires_at TEXT NOT NULL, ip_address TEXT, user_agent TEXT, proven_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX auth_session_user ON auth_session (user_id);
  CREATE TABLE auth_passkey (
    id TEXT PRIMARY KEY, name TEXT, public_key TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES auth_user ON DELETE CASCADE,
    credential_id TEXT NOT NULL UNIQUE, counter INTEGER NOT NULL, device_type TEXT NOT NULL, backed_up INTEGER NOT NULL,
    transports TEXT, created_at TEXT, aaguid TEXT
  ) STRICT;
  CREATE INDEX auth_passkey_user ON auth_passkey (user_id);
  CREATE TABLE auth_verification (
    id TEXT PRIMARY KEY, identifier TEXT NOT NULL, value TEXT NOT NULL, expires_at TEXT NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX auth_verification_identifier ON auth_verification (identifier);
  -- Stays empty (no passwords, no sign-in through other sites): the library checks that its tables are as it knows them.
  CREATE TABLE auth_identity (
    id TEXT PRIMARY KEY, account_id TEXT NOT NULL, provider_id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES auth_user ON DELETE CASCADE, access_token TEXT, refresh_token TEXT, id_token TEXT,
    access_token_expires_at TEXT, refresh_token_expires_at TEXT, scope TEXT, password TEXT, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX auth_identity_user ON auth_identity (user_id);
  CREATE TABLE api_key (
    id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account, name TEXT NOT NULL, prefix TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE, created_at INTEGER NOT NULL, last_used_at INTEGER
  ) STRICT;
  CREATE TABLE role_change (
    id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account,
    role TEXT NOT NULL CHECK (role IN ('driver', 'tester', 'admin')), proposed_by INTEGER NOT NULL REFERENCES account,
    proposed_at INTEGER NOT NULL, approved_by INTEGER REFERENCES account, approved_at INTEGER,
    CHECK ((approved_by IS NULL) = (approved_at IS NULL))
  ) STRICT;
  `,

  // What waits for the audit log, in the order of the commits (AUTOINCREMENT: a number is never given twice); changes of the
  // policy; how many units a device was leased in its life, which acts of consent hold.
  `
  ALTER TABLE device ADD COLUMN units_ever INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE audit_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor_id INTEGER, action TEXT NOT NULL, target TEXT NOT NULL,
    detail TEXT NOT NULL CHECK (json_valid(detail))
  ) STRICT;

  CREATE TABLE policy_change (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, author_id INTEGER NOT NULL REFERENCES account, reason TEXT NOT NULL,
    changes TEXT NOT NULL CHECK (json_valid(changes)),
    state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected', 'expired')),
    decided_at INTEGER, decided_by INTEGER REFERENCES account, version INTEGER UNIQUE, settings TEXT NOT NULL,
    CHECK ((state = 'proposed') = (decided_at IS NULL)), CHECK ((state = 'approved') = (version IS NOT NULL))
  ) STRICT;
  `,

  // Credits adjusted by hand; and proposals of roles that were rejected.
  `
  CREATE TABLE adjustment (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, author_id INTEGER NOT NULL REFERENCES account,
    account_id INTEGER NOT NULL REFERENCES account, micros INTEGER NOT NULL CHECK (micros <> 0), reason TEXT NOT NULL,
    idempotency_key TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('proposed', 'done', 'rejected', 'expired')),
    decided_at INTEGER, decided_by INTEGER REFERENCES account, UNIQUE (author_id, idempotency_key),
    CHECK ((state = 'proposed') = (decided_at IS NULL)), CHECK ((state IN ('done', 'rejected')) = (decided_by IS NOT NULL))
  ) STRICT;
  CREATE INDEX adjustment_waiting ON adjustment (at) WHERE state = 'proposed';
  CREATE INDEX adjustment_alone ON adjustment (author_id, decided_at) WHERE state = 'done' AND decided_by = author_id;
  CREATE INDEX adjustment_account ON adjustment (account_id, decided_at) WHERE state = 'done';

  ALTER TABLE role_change ADD COLUMN rejected_by INTEGER REFERENCES account;
  ALTER TABLE role_change ADD COLUMN rejected_at INTEGER;
  `,

  // The desk: who pulled a lever and why; and waits by when they ended, read from the index alone (a job's row is long).
  `
  ALTER TABLE programme ADD COLUMN author_id INTEGER REFERENCES account;
  ALTER TABLE programme ADD COLUMN reason TEXT NOT NULL DEFAULT '';
  CREATE INDEX job_settled ON job (settled_at, created_at, state) WHERE settled_at IS NOT NULL;
  `,

  // The hours agreed to, beside the classes: the server leases within them. Those of the last act hold.
  `
  ALTER TABLE device ADD COLUMN consent_hours_from INTEGER;
  ALTER TABLE device ADD COLUMN consent_hours_to INTEGER;
  UPDATE device SET (consent_hours_from, consent_hours_to) =
    (SELECT hours_from, hours_to FROM consent WHERE device_id = device.id ORDER BY id DESC LIMIT 1)
    WHERE consent_version > 0;
  `,
];

/** What this program writes. */
export const SCHEMA = MIGRATIONS.length;

/**
 * Brings a database up to this program's schema, and leaves foreign keys enforced. Refuses one written by a newer program.
 * `target` is for tests: a database as an earlier program left it.
 */
export function migrate(db: Database.Database, target: number = SCHEMA): void {
  const at = db.pragma('user_version', { simple: true }) as number;
  if (at > SCHEMA) {
    throw new Error(`the database has schema ${at}, this program knows ${SCHEMA}: use the newer program`);
  }
  // Dropping a table that is built anew would delete it row by row, and the rows that refer to it forbid that. The pragma
  // does nothing inside a transaction, so it stands around them; each transaction checks every reference before it ends.
  db.pragma('foreign_keys = OFF');
  try {
    for (let version = at; version < target; version++) {
      db.transaction(() => {
        db.exec(MIGRATIONS[version]!);
        const broken = db.pragma('foreign_key_check') as unknown[];
        assert(broken.length === 0, `migration ${version + 1} broke ${broken.length} references`);
        db.pragma(`user_version = ${version + 1}`);
      }).immediate();
    }
  } finally {
    db.pragma('foreign_keys = ON');
  }
}
