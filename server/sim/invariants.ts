import type { AccountId, DeviceId } from '../../shared/ids.ts';
import type { Device, ExchangeRow } from '../../shared/model/device.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { WriteSet } from '../core/ports.ts';
import { slotName, type Report } from './observer.ts';

interface KnownRow {
  readonly state: ExchangeRow['state'];
  readonly audit: ExchangeRow['audit'];
  readonly wholeDone: number;
}

const DAY_MS = 86_400_000;

/**
 * What must hold after every commit, whoever did what: looked at row by row as they are written, with no idea of what ought
 * to have been written (that is the auditor's part). Cheap: it touches only what the commit touches.
 */
export class Invariants {
  readonly #policy: Policy;
  readonly #report: Report;
  /** Phones that never say anything untrue. */
  readonly #truthful: ReadonlySet<DeviceId>;
  readonly #balances = new Map<string, number>();
  readonly #escrow = new Map<string, number>();
  readonly #accounts = new Map<DeviceId, AccountId>();
  readonly #rows = new Map<string, KnownRow>();
  readonly #results = new Map<string, string>();
  /** Exchanges that are paid or may be, by slot. */
  readonly #paid = new Map<string, Set<string>>();
  readonly #replicated = new Set<number>();
  readonly #erased = new Set<AccountId>();
  readonly #askers = new Map<number, AccountId>();
  /** Slots that have been checked, once or more, by block. */
  readonly #checked = new Map<number, Set<number>>();
  readonly #blockJobs = new Map<number, number>();
  readonly #honest = new Map<DeviceId, Device>();
  readonly #enrolled = new Map<string, number>();

  constructor(policy: Policy, truthful: ReadonlySet<DeviceId>, report: Report) {
    this.#policy = policy;
    this.#truthful = truthful;
    this.#report = report;
  }

  committed(writes: WriteSet): void {
    this.#learn(writes);
    const escrowed = this.#moveMoney(writes);
    this.#keepResults(writes);
    const judged = new Set<DeviceId>();
    for (const device of writes.devices) this.#enrol(device);
    for (const row of writes.exchanges) this.#takeRow(row, escrowed, judged);
    for (const row of writes.exchanges) this.#checkGates(row);
    // Those that are undone first: within a commit another's result may have taken the place.
    const isPaid = (row: ExchangeRow): boolean => isPay(row.state) && row.audit !== 'failed';
    for (const row of writes.exchanges) if (!isPaid(row)) this.#forget(row);
    for (const row of writes.exchanges) if (isPaid(row)) this.#pay(row);
    for (const { deviceId } of writes.evidence) judged.add(deviceId);
    for (const device of writes.devices) if (this.#truthful.has(device.id)) this.#protect(device, writes, judged);
    for (const account of escrowed) {
      const [held, rows] = [this.#balances.get(account) ?? 0, this.#escrow.get(account) ?? 0];
      if (held !== rows) this.#report('escrow_is_pending_rows', `${account}: ${held}, its rows ${rows}`);
    }
  }

  #learn({ jobs, blocks, erased }: WriteSet): void {
    for (const id of erased) this.#erased.add(id);
    for (const { id, accountId, replicas } of jobs) {
      this.#askers.set(id, accountId);
      if (replicas > 1) this.#replicated.add(id);
    }
    for (const { id, jobId, taskCount, checked } of blocks) {
      this.#blockJobs.set(id, jobId);
      const known = this.#checked.get(id) ?? new Set();
      for (let i = 0; i < taskCount; i++) if (((checked[i >> 3] ?? 0) >> (i & 7)) & 1) known.add(i);
      this.#checked.set(id, known);
    }
  }

  /** Whoever asked and erases the account pays nobody for what its gate has not seen. */
  #checkGates({ deviceId, seq, blockId, taskIndices, state, audit }: ExchangeRow): void {
    const jobId = this.#blockJobs.get(blockId) ?? 0;
    const isErased = this.#erased.has(this.#askers.get(jobId) ?? (0 as AccountId));
    if (!isErased || this.#replicated.has(jobId) || !isPay(state) || audit !== 'passed') return;
    const unchecked = taskIndices.filter((index) => !this.#checked.get(blockId)?.has(index));
    if (unchecked.length > 0)
      this.#report('the_erased_pay_for_checked_work', `${deviceId}:${seq}:${blockId}, slots ${unchecked.join()}`);
  }

  #moveMoney({ transfers }: WriteSet): Set<string> {
    const escrowed = new Set<string>();
    for (const { cause, entries } of transfers) {
      const sum = entries.reduce((total, { micros }) => total + micros, 0);
      if (sum !== 0) this.#report('transfers_balance', `${cause}: its entries sum to ${sum}`);
      for (const { account, micros } of entries) {
        this.#balances.set(account, (this.#balances.get(account) ?? 0) + micros);
        if (account.startsWith('pending:')) escrowed.add(account);
      }
    }
    for (const account of new Set(transfers.flatMap(({ entries }) => entries.map((entry) => entry.account)))) {
      const balance = this.#balances.get(account) ?? 0;
      if (balance < 0 && account !== 'funding') this.#report('nothing_negative', `${account}: ${balance}`);
    }
    return escrowed;
  }

  /** One result a slot: it is taken out before another comes in. */
  #keepResults({ results, droppedResults }: WriteSet): void {
    for (const { blockId, taskIndex } of droppedResults) this.#results.delete(slotName(blockId, taskIndex));
    for (const { blockId, taskIndex, deviceId, seq } of results) {
      const slot = slotName(blockId, taskIndex);
      const [holder, by] = [this.#results.get(slot), `${deviceId}:${seq}`];
      if (holder !== undefined && holder !== by)
        this.#report('one_result_a_slot', `${slot} held ${holder}, and ${by} was put over it`);
      this.#results.set(slot, by);
    }
  }

  #enrol({ id, accountId, executor, createdAt }: Device): void {
    if (this.#accounts.has(id)) return;
    this.#accounts.set(id, accountId);
    if (executor !== 'peer') return;
    const day = `${accountId} ${Math.floor(createdAt / DAY_MS)}`;
    const enrolled = (this.#enrolled.get(day) ?? 0) + 1;
    this.#enrolled.set(day, enrolled);
    const most = this.#policy.limits.newDevicesPerDay;
    if (enrolled > most) this.#report('new_devices_a_day', `account ${accountId}: ${enrolled}, at most ${most}`);
  }

  #takeRow(row: ExchangeRow, escrowed: Set<string>, judged: Set<DeviceId>): void {
    const { deviceId, seq, blockId, state, audit, wholeDone } = row;
    const name = `${deviceId}:${seq}:${blockId}`;
    const before = this.#rows.get(name);
    this.#rows.set(name, { state, audit, wholeDone });
    if (before && (before.audit !== audit || before.wholeDone !== wholeDone)) judged.add(deviceId);
    if (!isStep(before?.state, state)) this.#report('rows_go_one_way', `${name} was ${before?.state} and is ${state}`);
    const account = `pending:${this.#accounts.get(deviceId)}`;
    const held = (state === 'pending' ? row.amountMicros : 0) - (before?.state === 'pending' ? row.amountMicros : 0);
    this.#escrow.set(account, (this.#escrow.get(account) ?? 0) + held);
    escrowed.add(account);
    if (this.#truthful.has(deviceId) && state === 'void' && before?.state !== 'void')
      this.#report('a_stop_costs_nothing', `${name} was taken from an honest phone`);
  }

  #forget({ blockId, taskIndices, deviceId, seq }: ExchangeRow): void {
    for (const taskIndex of taskIndices) this.#paid.get(slotName(blockId, taskIndex))?.delete(`${deviceId}:${seq}`);
  }

  /** A slot is paid once, but for a lie that was posted before it was found out, and what an appeal gave back. */
  #pay({ blockId, taskIndices, deviceId, seq }: ExchangeRow): void {
    if (this.#replicated.has(this.#blockJobs.get(blockId) ?? 0)) return;
    for (const taskIndex of taskIndices) {
      const slot = slotName(blockId, taskIndex);
      const paid = this.#paid.get(slot) ?? new Set();
      this.#paid.set(slot, paid.add(`${deviceId}:${seq}`));
      if (paid.size > 1) this.#report('a_slot_is_paid_once', `${slot}: ${[...paid].join(', ')}`);
    }
  }

  /** Nothing that honest phones do or leave undone costs them; what is known of them grows by re-runs only. */
  #protect(device: Device, { blocks }: WriteSet, judged: ReadonlySet<DeviceId>): void {
    const before = this.#honest.get(device.id);
    this.#honest.set(device.id, device);
    if (!before) return;
    const { id, status, convictions, cleanTasks, probationLeft } = device;
    if (status === 'banned' || convictions > 0 || device.frozenAt !== undefined)
      this.#report('the_innocent_go_free', `device ${id} is ${status}, with ${convictions} convictions`);
    if (cleanTasks < before.cleanTasks || probationLeft > before.probationLeft)
      this.#report('a_stop_costs_nothing', `device ${id}: ${cleanTasks} clean tasks, ${probationLeft} on probation`);
    const isMoved =
      cleanTasks !== before.cleanTasks ||
      probationLeft !== before.probationLeft ||
      String(device.verified.counts) !== String(before.verified.counts);
    // A gate of one slot of many shows in the block before it shows in the row.
    if (isMoved && !judged.has(id) && blocks.length === 0)
      this.#report('a_stop_costs_nothing', `device ${id}: its record changed, and nothing of it was re-run`);
  }
}

const isPay = (state: ExchangeRow['state']): boolean => state === 'pending' || state === 'posted';

/** pending → posted | void, void → restored; everything else stays what it is. */
function isStep(before: ExchangeRow['state'] | undefined, after: ExchangeRow['state']): boolean {
  if (before === undefined) return after === 'pending' || after === 'void'; // taken and undone in one commit
  if (before === after) return true;
  if (before === 'pending') return after === 'posted' || after === 'void';
  return before === 'void' && after === 'restored';
}
