import { createHash, randomBytes } from 'node:crypto';
import type { AccountId, DeviceId } from '../../shared/ids.ts';
import { fullScope } from '../../shared/model/consent-texts.ts';
import type { ConsentScope } from '../../shared/model/consent.ts';
import type { Account, Device, Role } from '../../shared/model/device.ts';
import { availableOf, pendingOf } from '../../shared/model/ledger.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { Credits, DeviceView, Me, ScopeView, SelfTest, SelfTestAnswer } from '../../shared/protocol/app.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import { DAY, dayOf } from '../../shared/time.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { Answers } from '../core/facts.ts';
import type { StatementMark, Store } from '../core/ports.ts';
import { readSetOf } from '../core/read-set.ts';
import { publicKeyFrom } from '../link/verify-proof.ts';
import type { AccountChange, AccountChanges } from './account-changes.ts';
import { standingFinding } from './appeals.ts';
import { ownDevice } from './find-device.ts';
import { displayName } from './plain-text.ts';
import type { SelfTests } from './self-test.ts';
import { markText, statementLines, type StatementLine } from './statement.ts';

export interface PeopleParts {
  readonly coordinator: Coordinator;
  readonly store: Store;
  readonly policy: Policy;
  readonly changes: AccountChanges;
  readonly selfTests: SelfTests;
  readonly clock: () => number;
  /** Whether an account has a way back. */
  readonly isKept: (accountId: AccountId) => boolean;
  /** Ends a device's open link: it has opted out. */
  readonly endLink: (deviceId: DeviceId) => void;
}

/** What people do with their account and their phones, and what they may read of it. */
export class People {
  readonly #parts: PeopleParts;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /** A new invite's code: shown once, kept as its hash. */
  async invite(role: Role, lastsMs: number, by?: AccountId): Promise<string> {
    const code = randomBytes(15).toString('base64url');
    const { coordinator, clock } = this.#parts;
    await coordinator.createInvite({ codeHash: hashOf(code), role, expiresAt: Math.floor(clock()) + lastsMs }, by);
    return code;
  }

  async join(code: string, name: string): Promise<Result<Account, 'invite_unknown' | 'invite_used' | 'bad_name'>> {
    const shown = displayName(name);
    return shown === undefined ? refuse('bad_name') : this.#parts.coordinator.join(hashOf(code), shown);
  }

  me(account: Account): Me {
    const { policy, coordinator, isKept } = this.#parts;
    const { programme } = coordinator;
    return {
      accountId: account.id,
      name: account.name,
      role: account.role,
      programme: {
        priceMicros: policy.priceMicros,
        consentVersion: policy.consentVersion,
        isOn: programme.isOn,
        targetPercent: programme.targetPercent,
        ceilingPercent: policy.share.ceilingPercent,
      },
      isKept: isKept(account.id),
    };
  }

  async enrol(
    account: Account,
    publicKey: Uint8Array,
    cores: number,
  ): Promise<Result<DeviceView, 'bad_key' | 'key_taken' | 'too_many_devices' | 'unauthorised'>> {
    if (!publicKeyFrom(publicKey)) return refuse('bad_key');
    const device = await this.#parts.coordinator.enrolDevice({ accountId: account.id, publicKey, cores });
    return device.ok ? ok(await this.#deviceView(device.value)) : device;
  }

  /** An own phone as it stands; absent and not yours are the same. */
  async device(account: Account, deviceId: DeviceId): Promise<DeviceView | undefined> {
    const device = await ownDevice(this.#parts.store, account.id, deviceId);
    return device && this.#deviceView(device);
  }

  /** Chunks for a phone to show that it computes as we do. */
  async selfTest(account: Account, deviceId: DeviceId): Promise<SelfTest | undefined> {
    const device = await ownDevice(this.#parts.store, account.id, deviceId);
    return device && this.#parts.selfTests.draw(deviceId);
  }

  /** What the phone made of them. Right: it may be opted in, and we know its speed. Wrong: nothing is stored. */
  async answerSelfTest(
    account: Account,
    deviceId: DeviceId,
    answer: SelfTestAnswer,
  ): Promise<Result<DeviceView, 'unknown_device' | 'self_test_missing' | 'self_test_failed'>> {
    const { coordinator, store, selfTests } = this.#parts;
    if (!(await ownDevice(store, account.id, deviceId))) return refuse('unknown_device');
    const chunkMs = await selfTests.check(deviceId, answer);
    if (!chunkMs.ok) return chunkMs;
    const device = await coordinator.calibrate({ accountId: account.id, deviceId, chunkMs: chunkMs.value });
    return device.ok ? ok(await this.#deviceView(device.value)) : device;
  }

  /** Opting in or out. Out ends the open link at once. */
  async consent(
    account: Account,
    deviceId: DeviceId,
    isGranted: boolean,
    version: number,
    scope?: ScopeView | 'all',
  ): Promise<Result<DeviceView, Refused<'consent'>>> {
    const { coordinator, endLink } = this.#parts;
    const asked = scope === 'all' ? fullScope(version) : scope && readScope(scope);
    const given = await coordinator.consent({ accountId: account.id, deviceId, version, isGranted, scope: asked });
    if (!given.ok) return given;
    if (!isGranted) endLink(deviceId);
    return ok(await this.#deviceView(given.value));
  }

  /** Less of what was agreed to, at once. */
  async narrow(
    account: Account,
    deviceId: DeviceId,
    scope: ScopeView,
  ): Promise<Result<DeviceView, Refused<'narrow_consent'>>> {
    const { coordinator } = this.#parts;
    const narrowed = await coordinator.narrowConsent({ accountId: account.id, deviceId, scope: readScope(scope) });
    return narrowed.ok ? ok(await this.#deviceView(narrowed.value)) : narrowed;
  }

  /** The statement, newest first. `before` is the mark a page ended with. */
  async credits(account: AccountId, before: StatementMark | undefined, limit: number): Promise<Credits> {
    const { store, clock } = this.#parts;
    const [pending, posted, units, lines] = await Promise.all([
      store.balance(pendingOf(account)),
      store.balance(availableOf(account)),
      store.unitsOf(account, dayOf(clock()) * DAY),
      limit === 0 ? [] : statementLines(store, account, before, limit),
    ]);
    const last = lines.length === limit ? lines.at(-1) : undefined;
    const frozen = await this.#frozenAmong(lines);
    return {
      pendingMicros: pending ?? 0,
      postedMicros: posted ?? 0,
      unitsToday: units.since,
      units: units.all,
      rows: lines.map((line) => this.#creditRow(line, frozen)),
      nextBefore: last ? markText(last.mark) : null,
    };
  }

  /** Calls back when a job or the credits of an account changed; returns what ends it. */
  watch(accountId: AccountId, onChange: (change: AccountChange) => void): () => void {
    return this.#parts.changes.watch(accountId, onChange);
  }

  async #deviceView(device: Device): Promise<DeviceView> {
    const { store } = this.#parts;
    const [last, findings] = await Promise.all([store.lastConsent(device.id), store.evidenceOf(device.id)]);
    return {
      deviceId: device.id,
      consent: last
        ? { version: last.version, isGranted: last.isGranted, at: last.at, scope: showScope(last.scope) }
        : null,
      isBanned: device.status === 'banned',
      evidenceId: standingFinding(device, findings)?.id ?? null,
    };
  }

  /** Phones whose escrow is held. */
  async #frozenAmong(lines: readonly StatementLine[]): Promise<ReadonlySet<DeviceId>> {
    const ids = new Set(
      lines.flatMap((line) => (line.of === 'work' && line.row.state === 'pending' ? [line.row.deviceId] : [])),
    );
    if (ids.size === 0) return ids;
    const { devices } = await this.#parts.store.load({ ...readSetOf([]), devices: ids });
    return new Set([...ids].filter((id) => devices.get(id)?.frozenAt !== undefined));
  }

  #creditRow(line: StatementLine, frozen: ReadonlySet<DeviceId>): Credits['rows'][number] {
    if (line.of === 'adjustment') return adjustedRow(line);
    const { row } = line;
    const isHeld = row.state === 'pending' && frozen.has(row.deviceId);
    return {
      id: `${row.deviceId}-${row.seq}-${row.blockId}`,
      at: row.acceptedAt,
      kind: row.kind,
      units: row.taskIndices.length,
      amountMicros: row.amountMicros,
      state: row.state,
      // Postings run once a day, on the first midnight (UTC) after seven days at the latest.
      postsAt:
        row.state === 'pending' && !isHeld ? (dayOf(row.acceptedAt + this.#parts.policy.maturityMs) + 1) * DAY : null,
      isHeld,
      evidenceId: row.voidedBy === 0 ? null : row.voidedBy,
      adjusted: null,
    };
  }
}

/** Posted as it is made: nobody has to check it. */
const adjustedRow = ({ row, mark }: StatementLine & { readonly of: 'adjustment' }): Credits['rows'][number] => ({
  id: `adjustment-${row.id}`,
  at: mark.acceptedAt,
  kind: 'adjustment',
  units: 0,
  amountMicros: row.micros,
  state: 'posted',
  postsAt: null,
  isHeld: false,
  evidenceId: null,
  adjusted: { reason: row.reason },
});

/** Why a fact is refused. */
type Refused<Type extends keyof Answers> = Extract<Answers[Type], { readonly ok: false }>['error'];

const readScope = ({ hours, ...scope }: ScopeView): ConsentScope => ({ ...scope, hours: hours ?? undefined });
const showScope = ({ hours, ...scope }: ConsentScope): ScopeView => ({ ...scope, hours: hours ?? null });

const hashOf = (code: string): Uint8Array => createHash('sha256').update(`invite\n${code}`).digest();
