import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { AuditEvent } from '../core/ports.ts';

/**
 * One line of the log. What is readable without a key is its number, which key sealed it and the SHA-256 of the line before;
 * the event is sealed (AES-256-GCM) under a tag that covers those three and the log's own id as well. So a line proves
 * itself: nothing of it can be changed, moved to another place or taken into another log.
 */
export interface LogRecord {
  readonly n: number;
  readonly keyId: number;
  /** SHA-256 of the line before, hexadecimal; zeros for the first. */
  readonly prev: string;
  readonly entry: LogEntry;
}

export interface LogEntry {
  readonly event: AuditEvent;
  /** Which event of the coordinator it is, counted from 1 without gaps; 0 = none of its. */
  readonly eventId: number;
}

export const NO_LINE = '0'.repeat(64);
/** Longest line there may be: an event is a few hundred bytes. */
export const MOST_LINE_BYTES = 32 * 1024;

const TAG_BYTES = 16;
const IV_BYTES = 12;
const LINE =
  /^\{"n":([1-9]\d{0,14}),"key":([1-9]\d{0,8}),"prev":"([0-9a-f]{64})","iv":"([\w-]{16})","data":"([\w-]+)"\}$/;

/** SHA-256 of a line without its end: what the next one holds. */
export const hashOfLine = (line: string): string => createHash('sha256').update(line, 'latin1').digest('hex');

/** The line of a record, without its end. */
export function sealRecord({ n, keyId, prev, entry }: LogRecord, key: Uint8Array, logId: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(associated(n, keyId, prev, logId));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(entry), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `{"n":${n},"key":${keyId},"prev":"${prev}","iv":"${iv.toString('base64url')}","data":"${sealed.toString('base64url')}"}`;
}

/** A record from its line; nothing when a single bit of it is not as it was written. */
export function openRecord(
  line: string,
  keyOf: (keyId: number) => Uint8Array | undefined,
  logId: string,
): LogRecord | undefined {
  const [, n, keyId, prev = '', iv = '', data = ''] = LINE.exec(line) ?? [];
  const key = keyOf(Number(keyId));
  const sealed = Buffer.from(data, 'base64url');
  // Base64 has spare bits at its end: two texts may mean the same bytes, and only one of them is what was written.
  if (!key || sealed.length <= TAG_BYTES || sealed.toString('base64url') !== data) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: TAG_BYTES });
  decipher.setAAD(associated(Number(n), Number(keyId), prev, logId));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(sealed.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    return { n: Number(n), keyId: Number(keyId), prev, entry: JSON.parse(text) as LogEntry };
  } catch {
    return undefined;
  }
}

const associated = (n: number, keyId: number, prev: string, logId: string): Buffer =>
  Buffer.from(`zeus-audit-1\n${logId}\n${n}\n${keyId}\n${prev}`);
