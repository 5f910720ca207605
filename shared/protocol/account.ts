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

/** GET /api/admin/people?search=&role=&sort=&offset=&limit= */
export interface PeopleView {
  readonly people: readonly PersonView[];
  /** How many match, and how many admins there are. */
  readonly matching: number;
  readonly admins: number;
}

/** `newest`: who came last. `units`: ever. `seen`: whose phone handed in work last. `name`: by letter. */
export const PEOPLE_SORTS = ['newest', 'name', 'units', 'seen'] as const;

export type PeopleSort = (typeof PEOPLE_SORTS)[number];

/** Somebody, as an admin sees them: no address, no place, no request. */
export interface PersonView {
  readonly accountId: number;
  readonly name: string;
  readonly role: Me['role'];
  readonly createdAt: number;
  readonly passkeys: number;
  readonly hasEmail: boolean;
  readonly devices: number;
  /** Phones of theirs with an open link now. */
  readonly linked: number;
  /** Units accepted and not voided by a finding: ever, and since the month began (UTC). */
  readonly units: number;
  readonly unitsThisMonth: number;
  readonly pendingMicros: number;
  readonly postedMicros: number;
  /** When a phone of theirs last handed in work. */
  readonly lastWorkAt: number | null;
}

/** GET /api/admin/people/:id */
export interface PersonDetail extends PersonView {
  /** Browsers they are signed in with. */
  readonly sessions: number;
  readonly keys: number;
  /** The invite they came by; null for the first accounts, and when it is long gone. */
  readonly invite: { readonly role: Me['role'] } | null;
  readonly phones: readonly PhoneView[];
}

/** A phone, as an admin sees it: what it is and what was found, never how far it is trusted. */
export interface PhoneView {
  readonly deviceId: number;
  readonly cores: number;
  /** Milliseconds a chunk took at full speed in the self-test; 0 = none passed. */
  readonly chunkMs: number;
  readonly status: 'active' | 'stopped' | 'banned';
  readonly createdAt: number;
  readonly isOptedIn: boolean;
  /** Has an open link; `rest`: and rests, by the governor's code. */
  readonly isLinked: boolean;
  readonly rest: string | null;
  readonly units: number;
  readonly lastWorkAt: number | null;
  /** The newest first. */
  readonly convictions: readonly ConvictionView[];
}

export interface ConvictionView {
  readonly evidenceId: number;
  readonly at: number;
  readonly ruling: 'fault' | 'lenient' | 'fraud';
  readonly wrongChunks: number;
  readonly appeal: 'upheld' | 'granted' | null;
}

/** GET /api/admin/names?ids=2,3: names of accounts, by number; those that are gone have none. */
export interface NamesView {
  readonly names: Readonly<Record<string, string>>;
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

/** POST /api/admin/role-changes. Codes: not_found, same_role, last_admin, too_many_proposals, step_up_needed. */
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
