import type { AccountId } from '../../shared/ids.ts';
import type { AuditTrailPage, AuditVerdict } from '../../shared/protocol/rest.ts';
import { HOUR } from '../../shared/time.ts';
import type { AuditLog } from '../audit-log/audit-log.ts';
import type { LogFiles } from '../audit-log/log-files.ts';
import type { LogFilter } from '../audit-log/log-filter.ts';
import { LogIndex } from '../audit-log/log-index.ts';
import { RowsBeside, type Rows } from '../audit-log/rows-beside.ts';
import { walkLog, type LogPage, type Verdict } from '../audit-log/verify-log.ts';
import type { AuditPort } from './audit-port.ts';
import type { AuditPump } from './audit-pump.ts';

export interface TrailParts {
  readonly log: AuditLog;
  readonly pump: AuditPump;
  readonly files: LogFiles;
  readonly master: Uint8Array;
  readonly audit: AuditPort;
  readonly rows: Rows;
  readonly clock: () => number;
  readonly report: (where: string, error: unknown) => void;
}

/** A page whose log was read whole longer ago than this has it read again behind it. */
const WHOLE_AGAIN_MS = HOUR;

/**
 * The audit log as admins see it. The whole log is read when somebody first looks, when they ask for it, and once an hour
 * while they look; a page in between reads what came since and its own records.
 */
export class AuditTrail {
  readonly #parts: TrailParts;
  #index: LogIndex;
  #verdict: AuditVerdict | undefined;
  #reading: Promise<AuditVerdict> | undefined;
  #growing: Promise<Verdict> | undefined;

  constructor(parts: TrailParts) {
    this.#parts = parts;
    this.#index = new LogIndex(parts.files, parts.master);
  }

  /** What the last reading of the whole log found; nothing before the first. Begins one when it is old. */
  verdict(): AuditVerdict | undefined {
    const { clock, report } = this.#parts;
    if (!this.#verdict || clock() - this.#verdict.at > WHOLE_AGAIN_MS)
      void this.verify().catch((error: unknown) => report('audit log', error));
    return this.#verdict;
  }

  /** Reads the whole log now, and holds it against the rows of phones. Calls while one is under way share it. */
  verify(): Promise<AuditVerdict> {
    return (this.#reading ??= this.#readWhole().finally(() => (this.#reading = undefined)));
  }

  /** Records that match, newest first: before one, after one, or the newest. */
  async page(
    filter: LogFilter,
    range: { readonly before?: number | undefined; readonly after?: number | undefined },
    limit: number,
  ): Promise<AuditTrailPage> {
    await this.#parts.pump.settled();
    let verdict = this.verdict() ?? (await this.verify());
    if (!verdict.fault) verdict = await this.#grown(verdict);
    const { records, matching, older, newer, fault } = this.#index.page(filter, range, limit);
    if (fault && !verdict.fault) this.#verdict = verdict = { ...verdict, fault };
    return {
      records: records.map(({ n, entry: { event } }) => ({ n, ...event })),
      ...{ matching, older, newer, actions: this.#index.actions, verdict },
    };
  }

  /** All of it from the first record on, with everything that was committed before; verified on the way. */
  async *walk(): AsyncGenerator<LogPage> {
    const { pump, files, master } = this.#parts;
    await pump.settled();
    yield* walkLog(files, master);
  }

  /** From now on another key seals the log. Returns the new key's id. */
  async rotateKey(by: AccountId): Promise<number> {
    const { log, pump, audit } = this.#parts;
    const keyId = await log.rotateKey();
    audit.commit((note) => note({ actorId: by, action: 'audit_key_rotated', target: 'audit-log', detail: { keyId } }));
    await pump.settled();
    return keyId;
  }

  async #readWhole(): Promise<AuditVerdict> {
    const { pump, files, master, clock, rows } = this.#parts;
    const beside = new RowsBeside(rows);
    await gently(beside.readRows());
    await pump.settled();
    const index = new LogIndex(files, master);
    const { head, fault = null } = await index.extend((record, byte) => beside.take(record, byte));
    const found = fault ?? (await gently(beside.compare())).fault ?? null;
    this.#index = index;
    return (this.#verdict = { at: Math.floor(clock()), count: head.n, head: head.hash, fault: found });
  }

  /** With what came since, which is held against the chain as well; when the whole was read stays. */
  async #grown(verdict: AuditVerdict): Promise<AuditVerdict> {
    const { head, fault } = await (this.#growing ??= this.#index.extend().finally(() => (this.#growing = undefined)));
    // Whoever read the whole meanwhile knows better.
    if (this.#verdict && this.#verdict !== verdict) return this.#verdict;
    return (this.#verdict = { ...verdict, count: head.n, head: head.hash, fault: fault ?? null });
  }
}

/** Step by step, letting others run in between. */
async function gently<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
