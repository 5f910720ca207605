import { deviceId, type AccountId } from '../../shared/ids.ts';
import type { Account, Role } from '../../shared/model/device.ts';
import type { SignInPolicy } from '../../shared/model/policy.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import type { ApiKeys } from '../auth/api-keys.ts';
import type { Directory, InviteRow, PersonRow } from '../auth/directory.ts';
import type { RoleChange, RoleChanges } from '../auth/role-changes.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { WaysInTable } from '../auth/ways-in.ts';
import type { Coordinator } from '../core/coordinator.ts';
import { OPERATOR } from '../core/found.ts';
import type { Audit, AuditEvent } from './audit-port.ts';
import type { People } from './people.ts';

export interface AccountsParts {
  readonly coordinator: Coordinator;
  readonly people: People;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly waysIn: WaysInTable;
  readonly keys: ApiKeys;
  readonly roleChanges: RoleChanges;
  readonly policy: SignInPolicy;
  readonly accountOf: (id: AccountId) => Promise<Account | undefined>;
  readonly audit: Audit;
  readonly clock: () => number;
  /** Erases what is personal beyond the ways in, when an account is closed. */
  readonly erase?: (account: AccountId) => Promise<void>;
}

const INVITES_SHOWN = 200;

/** Who may do what: roles with the rule of two, invites, keys, and the end of an account. Each act is told to the audit. */
export class Accounts {
  readonly #parts: AccountsParts;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
  }

  people(): readonly PersonRow[] {
    return this.#parts.directory.people(OPERATOR);
  }

  invites(): readonly InviteRow[] {
    return this.#parts.directory.invites(this.#parts.clock(), INVITES_SHOWN);
  }

  roleChanges(): readonly RoleChange[] {
    const { roleChanges, clock, policy } = this.#parts;
    return roleChanges.open(Math.floor(clock() - policy.proposalMs));
  }

  /**
   * A change of role: proposed here, made by another admin's yes within a day. While there is one admin at most, nobody could
   * say yes: then it is made at once, and the audit says that it was made alone.
   */
  async proposeRole(
    actor: AccountId,
    target: AccountId,
    role: Role,
  ): Promise<Result<RoleChange | 'made', 'not_found' | 'same_role' | 'last_admin'>> {
    const { directory, roleChanges, accountOf, clock } = this.#parts;
    const account = target === OPERATOR ? undefined : await accountOf(target);
    if (!account) return refuse('not_found');
    if (account.role === role) return refuse('same_role');
    const admins = directory.adminIds(OPERATOR);
    if (admins.length === 1 && admins[0] === target) return refuse('last_admin');
    if (admins.length > 1) {
      const change = roleChanges.propose(target, role, actor, this.#now());
      this.note(actor, 'role_proposed', `account:${target}`, { role, change: change.id });
      return ok(change);
    }
    const { id } = roleChanges.propose(target, role, actor, Math.floor(clock()));
    roleChanges.approve(id, actor, this.#now());
    return this.#setRole(actor, target, role, { alone: true, admins: admins.length });
  }

  /** Whoever proposed it cannot be the second, and neither can whom it is about. */
  async approveRole(
    actor: AccountId,
    changeId: number,
  ): Promise<Result<'made', 'not_found' | 'two_people_needed' | 'last_admin'>> {
    const { directory, roleChanges } = this.#parts;
    const change = this.roleChanges().find(({ id }) => id === changeId);
    if (!change) return refuse('not_found');
    if (actor === change.proposedBy || actor === change.accountId || actor === OPERATOR)
      return refuse('two_people_needed');
    const admins = directory.adminIds(OPERATOR);
    if (admins.length === 1 && admins[0] === change.accountId) return refuse('last_admin');
    if (!roleChanges.approve(changeId, actor, this.#now())) return refuse('not_found');
    return this.#setRole(actor, change.accountId, change.role, { proposedBy: change.proposedBy });
  }

  async revokeInvite(actor: AccountId, id: string): Promise<Result<undefined, 'not_found'>> {
    const invite = this.invites().find((one) => one.id === id);
    const revoked = invite && (await this.#parts.coordinator.revokeInvite(invite.codeHash));
    if (!revoked?.ok) return refuse('not_found');
    this.note(actor, 'invite_revoked', `invite:${id}`, {});
    return ok(undefined);
  }

  /**
   * The end of an account, by its owner: its phones stop, its sessions, keys and ways in are gone, its name is erased. What it
   * earned and what was computed for it stays in the books, under its number.
   */
  async close(account: Account): Promise<Result<undefined, 'last_admin' | 'not_found'>> {
    const { coordinator, directory, people, sessions, keys, waysIn, erase } = this.#parts;
    if (account.id === OPERATOR) return refuse('not_found');
    const admins = directory.adminIds(OPERATOR);
    if (admins.length === 1 && admins[0] === account.id) return refuse('last_admin');
    sessions.endOthers(account.id, undefined);
    keys.revokeAll(account.id);
    for (const id of directory.optedIn(account.id)) await people.consent(account, deviceId(id), false, 1);
    waysIn.forget(account.id);
    await coordinator.changeAccount(account.id, 'close');
    await erase?.(account.id);
    this.note(account.id, 'account_closed', `account:${account.id}`, {});
    return ok(undefined);
  }

  /** Tells the audit what was done. */
  note(actorId: AccountId, action: string, target: string, detail: AuditEvent['detail']): void {
    this.#parts.audit({ at: this.#now(), actorId, action, target, detail });
  }

  async #setRole(
    actor: AccountId,
    target: AccountId,
    role: Role,
    detail: AuditEvent['detail'],
  ): Promise<Result<'made', 'not_found'>> {
    const changed = await this.#parts.coordinator.changeAccount(target, { role });
    if (!changed.ok) return refuse('not_found');
    this.note(actor, 'role_changed', `account:${target}`, { role, ...detail });
    return ok('made');
  }

  #now(): number {
    return Math.floor(this.#parts.clock());
  }
}
