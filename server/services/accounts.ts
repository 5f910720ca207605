import type { AccountId, DeviceId } from '../../shared/ids.ts';
import type { Account, Role } from '../../shared/model/device.ts';
import type { Evidence } from '../../shared/model/evidence.ts';
import type { SignInPolicy } from '../../shared/model/policy.ts';
import type { PeopleView, PersonDetail, PersonView, PhoneView } from '../../shared/protocol/account.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import type { Directory, InviteRow, PeopleQuery, PersonRow, PhoneRow } from '../auth/directory.ts';
import type { RoleChange, RoleChanges } from '../auth/role-changes.ts';
import type { Coordinator } from '../core/coordinator.ts';
import { OPERATOR } from '../core/found.ts';
import type { AuditEvent } from '../core/ports.ts';
import { maySecond, MOST_PROPOSALS } from '../core/two-people.ts';

export interface AccountsParts {
  readonly coordinator: Coordinator;
  readonly directory: Directory;
  readonly roleChanges: RoleChanges;
  readonly policy: SignInPolicy;
  readonly accountOf: (id: AccountId) => Promise<Account | undefined>;
  /** Somebody's role is another now. */
  readonly roleChanged: (id: AccountId) => void;
  /** How many open links each account has, and why a phone with one rests (null: it does not). */
  readonly links: {
    readonly open: () => ReadonlyMap<AccountId, number>;
    readonly restOf: (deviceId: DeviceId) => string | null | undefined;
  };
  readonly findingsOf: (deviceId: DeviceId) => Promise<readonly Evidence[]>;
  /** The version of consent that is asked for now. */
  readonly consentVersion: () => number;
  readonly clock: () => number;
}

const INVITES_SHOWN = 200;

/** Who may do what: roles with the rule of two, and invites. Each act is in the audit log, by the commit that does it. */
export class Accounts {
  readonly #parts: AccountsParts;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
  }

  /** Whether anybody but the house itself is an admin. */
  hasAdmin(): boolean {
    return this.#parts.directory.adminIds(OPERATOR).length > 0;
  }

  people(query: PeopleQuery): PeopleView {
    const { directory, links } = this.#parts;
    const { people, matching } = directory.people(OPERATOR, query);
    const open = links.open();
    return {
      people: people.map((row) => this.#view(row, open)),
      matching,
      admins: directory.adminIds(OPERATOR).length,
    };
  }

  /** Somebody, with their phones and what was found about them. Nobody, for the house and for who has left. */
  async person(id: AccountId): Promise<PersonDetail | undefined> {
    const { directory, links, clock } = this.#parts;
    const row = directory.person(OPERATOR, id);
    if (!row) return undefined;
    const role = directory.inviteOf(id);
    return {
      ...this.#view(row, links.open()),
      ...directory.waysOf(id, clock()),
      invite: role === undefined ? null : { role },
      phones: await Promise.all(directory.phones(id).map((phone) => this.#phoneView(phone))),
    };
  }

  names(ids: readonly number[]): Readonly<Record<string, string>> {
    return this.#parts.directory.names(ids);
  }

  #view({ id, ...row }: PersonRow, open: ReadonlyMap<AccountId, number>): PersonView {
    const { directory, clock } = this.#parts;
    const unitsThisMonth = directory.unitsSince(id, monthOf(clock()));
    return { accountId: id, ...row, unitsThisMonth, linked: open.get(id) ?? 0 };
  }

  async #phoneView({ id, consentVersion, ...phone }: PhoneRow): Promise<PhoneView> {
    const { links, findingsOf, consentVersion: asked } = this.#parts;
    const rest = links.restOf(id);
    const findings = await findingsOf(id);
    return {
      deviceId: id,
      ...phone,
      isOptedIn: phone.status === 'active' && consentVersion === asked(),
      ...{ isLinked: rest !== undefined, rest: rest ?? null },
      convictions: findings
        .map((found) => ({
          ...{ evidenceId: found.id, at: found.at, ruling: found.ruling, wrongChunks: found.wrongChunks },
          appeal: found.appeal?.outcome ?? null,
        }))
        .toReversed(),
    };
  }

  invites(): readonly InviteRow[] {
    return this.#parts.directory.invites(this.#parts.clock(), INVITES_SHOWN);
  }

  roleChanges(): readonly RoleChange[] {
    const { roleChanges, clock, policy } = this.#parts;
    return roleChanges.open(Math.floor(clock() - policy.proposalMs));
  }

  /**
   * A change of role: proposed here, made by somebody else's yes within a day. Only the console, where there is no admin at
   * all, acts alone: nobody could say yes, and the audit says so.
   */
  async proposeRole(
    actor: AccountId,
    target: AccountId,
    role: Role,
  ): Promise<Result<RoleChange | 'made', 'not_found' | 'same_role' | 'last_admin' | 'too_many_proposals'>> {
    const { directory, roleChanges, accountOf, clock } = this.#parts;
    const account = target === OPERATOR ? undefined : await accountOf(target);
    if (!account) return refuse('not_found');
    if (account.role === role) return refuse('same_role');
    if (this.isLastAdmin(target)) return refuse('last_admin');
    if (this.roleChanges().length >= MOST_PROPOSALS) return refuse('too_many_proposals');
    const change = roleChanges.propose(target, role, actor, Math.floor(clock()));
    const proposal = { authorId: actor, about: target };
    if ([OPERATOR, ...directory.adminIds(OPERATOR)].some((one) => maySecond(one, proposal))) return ok(change);
    return this.#setRole(actor, change, { alone: true });
  }

  /** By the rule of `core/two-people.ts`; who is no admin any more has proposed nothing. */
  async approveRole(
    actor: AccountId,
    changeId: number,
  ): Promise<Result<'made', 'not_found' | 'two_people_needed' | 'last_admin'>> {
    const change = this.roleChanges().find(({ id }) => id === changeId);
    if (!change || !this.#mayPropose(change.proposedBy)) return refuse('not_found');
    if (!maySecond(actor, { authorId: change.proposedBy, about: change.accountId })) return refuse('two_people_needed');
    if (this.isLastAdmin(change.accountId)) return refuse('last_admin');
    return this.#setRole(actor, change, { proposedBy: change.proposedBy });
  }

  /** Any admin's no, the proposer's own too. */
  rejectRole(actor: AccountId, changeId: number): Result<undefined, 'not_found'> {
    const change = this.roleChanges().find(({ id }) => id === changeId);
    const { roleChanges, clock } = this.#parts;
    return change && roleChanges.reject(change, actor, Math.floor(clock())) ? ok(undefined) : refuse('not_found');
  }

  async revokeInvite(actor: AccountId, id: string): Promise<Result<undefined, 'not_found'>> {
    const invite = this.invites().find((one) => one.id === id);
    const revoked = invite && (await this.#parts.coordinator.revokeInvite(invite.codeHash, actor));
    return revoked?.ok ? ok(undefined) : refuse('not_found');
  }

  /** Whoever is the only one stays until there is another: nobody could make one. */
  isLastAdmin(account: AccountId): boolean {
    const admins = this.#parts.directory.adminIds(OPERATOR);
    return admins.length === 1 && admins[0] === account;
  }

  #mayPropose(account: AccountId): boolean {
    return account === OPERATOR || this.#parts.directory.adminIds(OPERATOR).includes(account);
  }

  async #setRole(
    by: AccountId,
    { id: proposalId, accountId, role }: RoleChange,
    detail: AuditEvent['detail'],
  ): Promise<Result<'made', 'not_found' | 'last_admin'>> {
    const changed = await this.#parts.coordinator.changeRole({ accountId, role, by, proposalId, detail });
    if (!changed.ok) return refuse(changed.error === 'last_admin' ? 'last_admin' : 'not_found');
    this.#parts.roleChanged(accountId);
    return ok('made');
  }
}

/** When the month began (UTC). */
function monthOf(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}
