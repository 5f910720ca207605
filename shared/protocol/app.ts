/**
 * What the app and the server say to each other about people, phones and credits. Types only: the server's schemas must
 * satisfy them. Jobs are in `rest.ts`; the device link is in `frames.ts`. Money is micro-dollars, instants are ms since 1970.
 */

/** GET /api/me, and the answer to POST /api/accounts. 401 without a session. */
export interface Me {
  readonly accountId: number;
  readonly name: string;
  readonly role: 'driver' | 'tester' | 'admin';
  readonly programme: Programme;
}

export interface Programme {
  /** Paid per unit of checked work. */
  readonly priceMicros: number;
  /** The consent text's version that a driver is asked for now. */
  readonly consentVersion: number;
  /** Target share of the device's CPU, in percent, and the line it never passes. */
  readonly targetPercent: number;
  readonly ceilingPercent: number;
}

/** POST /api/accounts: an invite becomes an account and a session (cookie). Codes: invite_unknown, invite_used, bad_name. */
export interface JoinRequest {
  readonly invite: string;
  readonly name: string;
}

/** POST /api/invites, for admins: a code for one person, valid 30 days. */
export interface InviteRequest {
  readonly role: 'driver' | 'tester' | 'admin';
}

export interface InviteView {
  readonly code: string;
  /** Where it leads: `/join/<code>`. */
  readonly path: string;
}

/** POST /api/devices: 200. The key is the raw P-256 point, base64url. A phone that lost its storage enrols again. */
export interface EnrolRequest {
  readonly publicKey: string;
  readonly cores: number;
}

export interface DeviceView {
  readonly deviceId: number;
  /** The last consent given or withdrawn; nothing before the first. */
  readonly consent: { readonly version: number; readonly isGranted: boolean; readonly at: number } | null;
}

/** PUT /api/devices/:id/consent. Stored for good, row by row; leases read the last one. Answers DeviceView. */
export interface ConsentRequest {
  readonly isGranted: boolean;
  readonly version: number;
}

/** GET /api/credits?before=&limit=: newest first. */
export interface Credits {
  readonly pendingMicros: number;
  readonly postedMicros: number;
  /** Units accepted and not voided, today (UTC) and in all. */
  readonly unitsToday: number;
  readonly units: number;
  readonly rows: readonly CreditRow[];
  /** Pass as `before` for the next page; null at the end. */
  readonly nextBefore: string | null;
}

/** One exchange that was credited. */
export interface CreditRow {
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly units: number;
  readonly amountMicros: number;
  readonly state: 'pending' | 'posted' | 'void';
  /** When a pending row posts at the latest. */
  readonly postsAt: number | null;
}

/**
 * GET /api/stream: server-sent events for one session, closed by the app when hidden. Event names: `job` (a JobView of the
 * account), `credits` (Credits without rows), `me` (Me, when the programme changes).
 */
export type StreamEvent = 'job' | 'credits' | 'me';
