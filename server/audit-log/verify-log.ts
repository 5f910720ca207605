import { existsSync } from 'node:fs';
import { readPrivateFile } from '../adapters/private-file.ts';
import { NO_HEAD, openHead, type Head } from './head.ts';
import { keyIn, openRing, type KeyRing } from './key-ring.ts';
import { LeasesPerConsent } from './leases-per-consent.ts';
import { linesOf, type LogFiles } from './log-files.ts';
import { hashOfLine, openRecord, type LogRecord } from './record.ts';

/** What is wrong with a log, and where. In the order they are looked for. */
export interface Fault {
  /**
   * `no_log`: there is none. `no_keys`, `wrong_key`: its key file is missing, damaged or sealed under another master key.
   * `bad_head`: the checkpoint is missing or damaged. `bad_record`: changed, or of another log. `out_of_order`: not the
   * record that belongs here. `event_missing`: an event of the coordinator was left out. `lease_without_consent`: a device
   * got work between its withdrawal and the next consent. `cut_off`: records the head knows of are gone. With the database
   * beside it (`rows-beside.ts`): `database_behind`: it has not heard of events that are in the log. `lease_after_withdrawal`:
   * its row says that a device got work after its last act, which allows none. `row_differs`: it does not follow from that act.
   */
  readonly code:
    | 'no_log'
    | 'no_keys'
    | 'wrong_key'
    | 'bad_head'
    | 'bad_record'
    | 'out_of_order'
    | 'event_missing'
    | 'lease_without_consent'
    | 'cut_off'
    | 'database_behind'
    | 'lease_after_withdrawal'
    | 'row_differs';
  /** Number of the first bad record, and the byte its line begins at; 0 when it is none. Of a device: its last act's. */
  readonly record: number;
  readonly byte: number;
  /** Whose row or lease it is, where that is known. */
  readonly device?: number | undefined;
}

export interface Verdict {
  /** Good records, up to the fault if there is one. */
  readonly head: Head;
  readonly fault: Fault | undefined;
  /** Bytes after the last whole record and past the head: being written just now, or torn by a crash. */
  readonly tornBytes: number;
}

/** The byte its line begins at, and the one after its end. */
export type OnRecord = (record: LogRecord, begin: number, end: number) => void;

/** Where a reading stands: what it has read holds, and the next one may go on from there. */
export interface Place {
  readonly head: Head;
  readonly byte: number;
  readonly leases: LeasesPerConsent;
}

export const beginning = (): Place => ({ head: NO_HEAD, byte: 0, leases: new LeasesPerConsent() });

/** Reads a whole log against its keys, its chain and its head, handing every good record on. Changes nothing. */
export function verifyLog(files: LogFiles, master: Uint8Array, onRecord: OnRecord = () => undefined): Verdict {
  const steps = verifySteps(files, master, onRecord);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Some of a log's records, in order; the last page has the verdict on all. */
export interface LogPage {
  readonly records: readonly LogRecord[];
  readonly verdict: Verdict | undefined;
}

/** The same page by page, letting others run in between: for a server. Whoever stops reading leaves no file open. */
export async function* walkLog(files: LogFiles, master: Uint8Array): AsyncGenerator<LogPage> {
  let records: LogRecord[] = [];
  const steps = verifySteps(files, master, (record) => records.push(record));
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return yield { records, verdict: step.value };
      if (records.length < RECORDS_AT_ONCE) continue;
      yield { records, verdict: undefined };
      records = [];
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    steps.return?.({ head: NO_HEAD, fault: undefined, tornBytes: 0 });
  }
}

/** The same, letting others run in between: for a server. */
export async function verifyLogGently(
  files: LogFiles,
  master: Uint8Array,
  onRecord: OnRecord,
  from: Place = beginning(),
): Promise<Verdict> {
  const steps = verifySteps(files, master, onRecord, from);
  for (let count = 1; ; count++) {
    const step = steps.next();
    if (step.done) return step.value;
    if (count % RECORDS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** About a millisecond's worth. */
const RECORDS_AT_ONCE = 64;

function* verifySteps(
  files: LogFiles,
  master: Uint8Array,
  onRecord: OnRecord,
  from: Place = beginning(),
): Generator<void, Verdict> {
  const failed = (code: Fault['code']): Verdict => ({
    head: NO_HEAD,
    fault: { code, record: 0, byte: 0 },
    tornBytes: 0,
  });
  if (!existsSync(files.log)) return failed('no_log');
  const sealed = readPrivateFile(files.keys);
  if (sealed === undefined) return failed('no_keys');
  const ring = openRing(sealed, master);
  if (!ring) return failed('wrong_key');
  const known = openHead(readPrivateFile(files.head) ?? '', ring);
  if (!known) return failed('bad_head');
  return yield* walk(files, ring, known, onRecord, from);
}

function* walk(
  files: LogFiles,
  ring: KeyRing,
  known: Head,
  onRecord: OnRecord,
  { head: read, byte, leases }: Place,
): Generator<void, Verdict> {
  let head = read;
  for (const { text, at, isWhole } of linesOf(files.log, byte)) {
    const fault = (code: Fault['code']): Verdict => ({
      head,
      fault: { code, record: head.n + 1, byte: at },
      tornBytes: 0,
    });
    if (!isWhole) return head.n >= known.n ? { head, fault: undefined, tornBytes: text.length } : fault('bad_record');
    const record = openRecord(text, keyIn(ring), ring.logId);
    if (!record) return fault('bad_record');
    if (record.n !== head.n + 1 || record.prev !== head.hash) return fault('out_of_order');
    const { eventId, event } = record.entry;
    if (eventId !== 0 && head.eventId !== 0 && eventId !== head.eventId + 1) return fault('event_missing');
    if (!leases.isLawful(event)) return fault('lease_without_consent');
    head = { n: record.n, hash: hashOfLine(text), eventId: eventId || head.eventId };
    if (head.n === known.n && (head.hash !== known.hash || head.eventId !== known.eventId)) return fault('bad_head');
    onRecord(record, at, at + text.length + 1);
    yield;
  }
  if (head.n < known.n) return { head, fault: { code: 'cut_off', record: head.n + 1, byte: 0 }, tornBytes: 0 };
  return { head, fault: undefined, tornBytes: 0 };
}
