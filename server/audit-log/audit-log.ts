import { closeSync, existsSync, fsyncSync, openSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { must } from '../../shared/assert.ts';
import { readPrivateFile, writePrivateFile } from '../adapters/private-file.ts';
import { StartError } from '../adapters/start-error.ts';
import { NO_HEAD, openHead, sealHead, type Head } from './head.ts';
import { keyIn, newKeyRing, openRing, rotated, sealRing, type KeyRing } from './key-ring.ts';
import { linesOf, type LogFiles } from './log-files.ts';
import { hashOfLine, MOST_LINE_BYTES, openRecord, sealRecord, type LogEntry } from './record.ts';

/** The disk did not take it. Nothing of it counts; the same entries may be appended again. */
export class AuditLogError extends Error {
  override readonly name = 'AuditLogError';
  readonly code: 'disk_full' | 'log_unwritable';
  constructor(code: AuditLogError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface AuditLogParts {
  readonly files: LogFiles;
  /** Seals the key file. */
  readonly master: Uint8Array;
  /** The master key before this one: a key file that only it opens is sealed anew. */
  readonly formerMaster?: Uint8Array | undefined;
  readonly clock: () => number;
  readonly say: (line: string) => void;
}

interface Queued {
  readonly entries: readonly LogEntry[];
  readonly resolve: () => void;
  readonly reject: (reason: AuditLogError) => void;
}

/**
 * The audit log: only ever longer, each record chained to the one before. `append` resolves when its records are on the
 * disk; what queues up meanwhile shares the next fsync. The order on the disk is lines, fsync, head: a crash in between
 * leaves a log longer than its head, which is fine, or a torn last line past the head, which the next start cuts off and
 * says so in the log. A torn or missing line that the head knows of is no crash, and nothing is repaired.
 */
export class AuditLog {
  readonly #files: LogFiles;
  readonly #master: Uint8Array;
  #file: FileHandle;
  #ring: KeyRing;
  #head: Head;
  #bytes: number;
  /** A failed write may have left half a line behind. */
  #isTorn = false;
  readonly #queue: Queued[] = [];
  #writing: Promise<void> | undefined;

  private constructor({ files, master }: AuditLogParts, file: FileHandle, ring: KeyRing, tail: Tail) {
    this.#files = files;
    this.#master = master;
    this.#file = file;
    this.#ring = ring;
    this.#head = tail.head;
    this.#bytes = tail.bytes;
  }

  /** Opens the log, or begins one. Throws a StartError that names the place when it was tampered with. */
  static async open(parts: AuditLogParts): Promise<AuditLog> {
    const { files, clock } = parts;
    const ring = ringOf(parts);
    const tail = tailOf(files, ring);
    const file = await open(files.log, 'r+');
    const log = new AuditLog(parts, file, ring, tail);
    const note = (action: string, detail: LogEntry['event']['detail']): Promise<void> =>
      log.append([{ event: { at: clock(), actorId: null, action, target: 'audit-log', detail }, eventId: 0 }]);
    try {
      if (tail.tornBytes > 0) {
        await file.truncate(tail.bytes);
        parts.say(`The audit log ended in the middle of a record: ${tail.tornBytes} bytes were cut off.`);
        await note('audit_log_repaired', { tornBytes: tail.tornBytes, afterRecord: tail.head.n });
      } else if (tail.head.n === 0) await note('audit_log_begun', { logId: ring.logId });
    } catch (error) {
      await file.close();
      throw error;
    }
    return log;
  }

  /** How far it has come. */
  get head(): Head {
    return this.#head;
  }

  /** On the disk when it resolves. Events of the coordinator it already holds are left out: they come again after a crash. */
  append(entries: readonly LogEntry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ entries, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** From now on another key seals. Returns its id. */
  async rotateKey(): Promise<number> {
    const next = rotated(this.#ring);
    writePrivateFile(this.#files.keys, sealRing(next, this.#master)); // before anything is sealed under it
    this.#ring = next;
    return next.keys.length;
  }

  async close(): Promise<void> {
    while (this.#writing) await this.#writing;
    await this.#file.close();
  }

  async #writeAll(): Promise<void> {
    await Promise.resolve(); // whoever appends in this turn shares the fsync
    for (let batch = this.#queue.splice(0); batch.length > 0; batch = this.#queue.splice(0)) {
      try {
        await this.#write(batch.flatMap(({ entries }) => entries));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#isTorn = true;
        for (const { reject } of batch) reject(asLogError(error));
      }
    }
    this.#writing = undefined; // in the turn that found the queue empty: whoever comes next begins anew
  }

  async #write(entries: readonly LogEntry[]): Promise<void> {
    if (this.#isTorn) await this.#file.truncate(this.#bytes);
    this.#isTorn = false;
    const keyId = this.#ring.keys.length;
    const key = must(this.#ring.keys.at(-1), 'a key');
    let head = this.#head;
    let text = '';
    for (const entry of entries) {
      if (entry.eventId !== 0 && entry.eventId <= head.eventId) continue;
      const line = sealRecord({ n: head.n + 1, keyId, prev: head.hash, entry }, key, this.#ring.logId);
      if (line.length > MOST_LINE_BYTES) throw new AuditLogError('log_unwritable', `${entry.event.action}: too long`);
      head = { n: head.n + 1, hash: hashOfLine(line), eventId: entry.eventId || head.eventId };
      text += `${line}\n`;
    }
    if (text === '') return;
    await writeWhole(this.#file, Buffer.from(text, 'latin1'), this.#bytes);
    await this.#file.datasync();
    this.#bytes += text.length;
    this.#head = head;
    writePrivateFile(this.#files.head, sealHead(head, this.#ring));
  }
}

/** A write may take less than all: up to the last free byte of a disk, and say so only at the next. */
async function writeWhole(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
}

/** The keys of the log there is, or of one that begins. */
function ringOf({ files, master, formerMaster, say }: AuditLogParts): KeyRing {
  const sealed = readPrivateFile(files.keys);
  if (sealed === undefined) {
    if (existsSync(files.log) && statSync(files.log).size > 0) throw broken(files, 'its key file is missing');
    return begin(files, master);
  }
  const ring = openRing(sealed, master);
  if (ring) return ring;
  const former = formerMaster && openRing(sealed, formerMaster);
  if (!former) {
    throw broken(
      files,
      'its key file does not open: AUDIT_KEY (or ZEUS_SECRET) is not the one it was sealed with; give that one as AUDIT_KEY_OLD',
    );
  }
  writePrivateFile(files.keys, sealRing(former, master));
  say('The keys of the audit log are sealed under the new AUDIT_KEY from now on.');
  return former;
}

/** Log and head before the keys: a crash in here leaves an empty log without keys, which begins anew. */
function begin(files: LogFiles, master: Uint8Array): KeyRing {
  const ring = newKeyRing();
  closeSync(openSync(files.log, 'a', 0o600));
  writePrivateFile(files.head, sealHead(NO_HEAD, ring));
  writePrivateFile(files.keys, sealRing(ring, master));
  const folder = openSync(dirname(files.log), 'r');
  fsyncSync(folder); // the names, too
  closeSync(folder);
  return ring;
}

interface Tail {
  readonly head: Head;
  /** Of whole lines. */
  readonly bytes: number;
  readonly tornBytes: number;
}

/**
 * Where the log ends. Its lines are walked from the first on, in pieces, once a start: only hashed up to `CHECKED_AT_START`
 * before the head, opened and held against the chain from there on.
 */
function tailOf(files: LogFiles, ring: KeyRing): Tail {
  const known = openHead(readPrivateFile(files.head) ?? '', ring);
  if (!known) throw broken(files, 'its head checkpoint is missing or damaged');
  let head = NO_HEAD;
  let bytes = 0;
  for (const { text, at, isWhole } of linesOf(files.log)) {
    if (!isWhole) {
      if (head.n >= known.n) return { head, bytes: at, tornBytes: text.length };
      break;
    }
    const n = head.n + 1;
    const isChecked = n >= known.n - CHECKED_AT_START;
    const record = isChecked ? openRecord(text, keyIn(ring), ring.logId) : undefined;
    if (isChecked && (record?.n !== n || record.prev !== head.hash)) {
      // Past the head nothing was reported as stored: pages of one write may reach the disk in any order.
      if (n > known.n) return { head, bytes: at, tornBytes: statSync(files.log).size - at };
      throw broken(files, `record ${n} was changed`);
    }
    head = { n, hash: hashOfLine(text), eventId: record?.entry.eventId || head.eventId };
    if (n === known.n) {
      if (head.hash !== known.hash) throw broken(files, `record ${n} is not the one its head names`);
      head = known;
    }
    bytes = at + text.length + 1;
  }
  if (head.n < known.n) throw broken(files, `records ${head.n + 1} to ${known.n} are missing`);
  return { head, bytes, tornBytes: 0 };
}

/** Records before the head that a start opens; all others are `audit verify`'s. */
const CHECKED_AT_START = 100;

const broken = ({ log }: LogFiles, what: string): StartError =>
  new StartError(
    'audit_log_broken',
    `The audit log ${log} cannot be continued: ${what}. \`npm run zeus -- audit verify\` says more; to go on, move it, its keys and its head to a safe place.`,
  );

function asLogError(error: unknown): AuditLogError {
  if (error instanceof AuditLogError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  return new AuditLogError(isFull ? 'disk_full' : 'log_unwritable', `the audit log cannot be written: ${message}`);
}
