/** What the app and the server say to each other about ways in, sessions, keys and roles. Instants are ms since 1970. */
import type { Me } from './app.ts';

/** GET /api/sign-in, for anybody: which ways there are here. */
export interface SignInWays {
  /** Codes by email. */
  readonly email: boolean;
  /** Passkeys are made for this host: at another address the browser has none to offer. */
  readonly passkeyHost: string;
}

/** POST /api/sign-in/passkey/challenge and /api/account/passkeys/challenge: WebAuthn options in their JSON form; five minutes, once.
 * What the browser made of them goes as `response` to POST /api/sign-in/passkey (`Me`, and a new session) or
 * /api/account/passkeys. Code: bad_passkey. */
export interface PasskeyChallenge {
  readonly options: Readonly<Record<string, unknown>>;
}

/** POST /api/sign-in/code, POST /api/account/email: a code is on its way, if the address may have one. */
export interface CodeRequest {
  readonly email: string;
}

/** POST /api/sign-in/code/proof: `Me` and a new session. PUT /api/account/email: the address is a way in. Code: bad_code. */
export interface CodeProof extends CodeRequest {
  readonly code: string;
}

export interface Done {
  readonly done: true;
}

/** GET /api/account: mine alone. */
export interface AccountView {
  readonly email: string | null;
  readonly passkeys: readonly { readonly id: string; readonly name: string; readonly createdAt: number }[];
  readonly sessions: readonly SessionView[];
  readonly keys: readonly KeyView[];
  readonly ways: SignInWays;
  /** A passkey or a code was shown within the last five minutes: what needs that may be done now. */
  readonly isFresh: boolean;
}

export interface SessionView {
  readonly id: string;
  /** “Chrome, Android”. */
  readonly browser: string;
  readonly createdAt: number;
  /** The one that asks. */
  readonly isThis: boolean;
}

export interface KeyView {
  readonly id: number;
  readonly name: string;
  readonly prefix: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

/** POST /api/account/keys: the key, shown this once. Code: too_many_keys. */
export interface NewKey extends KeyView {
  readonly token: string;
}

/** GET /api/admin/people */
export interface PeopleView {
  readonly people: readonly {
    readonly accountId: number;
    readonly name: string;
    readonly role: Me['role'];
    readonly createdAt: number;
    readonly passkeys: number;
    readonly hasEmail: boolean;
    readonly devices: number;
  }[];
}

/** GET /api/admin/role-changes: those that wait for a second admin. */
export interface RoleChangesView {
  readonly changes: readonly RoleChangeView[];
}

export interface RoleChangeView {
  readonly id: number;
  readonly accountId: number;
  readonly role: Me['role'];
  readonly proposedBy: number;
  readonly proposedAt: number;
}

/** POST /api/admin/role-changes. Codes: not_found, same_role, last_admin, step_up_needed. */
export interface RoleChangeRequest {
  readonly accountId: number;
  readonly role: Me['role'];
}

/**
 * `made`: it holds. `proposed`: another admin, or the console, has a day to approve it (POST /api/admin/role-changes/:id/approval;
 * code two_people_needed), and any admin may reject it (DELETE /api/admin/role-changes/:id).
 */
export interface RoleChangeReply {
  readonly state: 'made' | 'proposed';
  readonly change: RoleChangeView | null;
}

/** GET /api/admin/invites: good ones, and those that let somebody in. Codes are nowhere. */
export interface InvitesView {
  readonly invites: readonly {
    readonly id: string;
    readonly role: Me['role'];
    readonly expiresAt: number;
    readonly accountId: number | null;
  }[];
}

/** GET /api/admin/keys */
export interface KeysView {
  readonly keys: readonly (KeyView & { readonly accountId: number })[];
}
