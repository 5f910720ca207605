import type { TaskClass } from '../model/consent.ts';

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
  /** Whether a passkey or an address leads back to this account. Without one, a lost phone is a lost account. */
  readonly isKept?: boolean | undefined;
}

export interface Programme {
  /** Paid per unit of checked work. */
  readonly priceMicros: number;
  /** The consent text's version that a driver is asked for now. */
  readonly consentVersion: number;
  /** Off: no phone gets work now. Open pages hear of a change within a second. */
  readonly isOn: boolean;
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

/**
 * POST /api/devices: 200. The key is the raw P-256 point, base64url. A phone that lost its storage enrols again.
 * Codes: bad_key, key_taken, too_many_devices.
 */
export interface EnrolRequest {
  readonly publicKey: string;
  readonly cores: number;
}

/** GET /api/devices/:id, for its own driver. */
export interface DeviceView {
  readonly deviceId: number;
  /** The last consent given or withdrawn; nothing before the first. */
  readonly consent: {
    readonly version: number;
    readonly isGranted: boolean;
    readonly at: number;
    readonly scope: ScopeView;
  } | null;
  /** Its results did not match ours, more than once or in more than one piece: it gets no work unless an appeal is granted. */
  readonly isBanned: boolean;
  /** The finding that stopped it, else its last; null without any. */
  readonly evidenceId: number | null;
}

/**
 * GET /api/devices/:id/self-test: pieces of a sample request, drawn for this phone. It computes all of them at full speed and
 * answers within five minutes, once.
 */
export interface SelfTest {
  /** Shown again with the answer. */
  readonly ticket: string;
  readonly kind: string;
  /** SHA-256 of the kernel, hex, and where it is served. */
  readonly kernelHash: string;
  readonly kernelUrl: string;
  /** base64url. */
  readonly jobInput: string;
  readonly roundInput: string;
  /** Places in the round: task × 64 + chunk. */
  readonly chunks: readonly number[];
}

/**
 * POST /api/devices/:id/self-test: DeviceView if every digest is ours. Nothing is stored of a test that failed. Codes:
 * self_test_missing (no ticket of the last five minutes, or used), self_test_failed.
 */
export interface SelfTestAnswer {
  readonly ticket: string;
  /** One for each chunk, in the order asked. */
  readonly digests: readonly DigestView[];
  /** Milliseconds a chunk took, the median. */
  readonly chunkMs: number;
}

/** What a kernel says of a chunk: the candidate's score (lower is better) and its FNV-1a. */
export interface DigestView {
  readonly score: number;
  readonly hash: number;
}

/**
 * PUT /api/devices/:id/consent. Stored for good, row by row; leases read the last one. Answers DeviceView. Codes:
 * self_test_missing (granting needs a passed test), consent_outdated, scope_not_in_text, too_few_cores.
 */
export interface ConsentRequest {
  readonly isGranted: boolean;
  readonly version: number;
  /** `all`: what the text covers, just read. Absent: as last agreed to under this version, else all. */
  readonly scope?: ScopeView | 'all' | undefined;
}

/**
 * What is agreed to. PUT /api/devices/:id/consent/scope narrows it, at once and without asking; codes: not_opted_in,
 * scope_grows (more is a consent of its own).
 */
export interface ScopeView {
  readonly classes: readonly TaskClass[];
  /** Minutes of the driver's day; null = any hour. Kept by the phone. */
  readonly hours: { readonly from: number; readonly to: number } | null;
  readonly networks: 'any' | 'wifi';
}

/** GET /api/consent-texts/:version: what was agreed to, word for word, however long ago. */
export interface ConsentTextView {
  readonly version: number;
  /** SHA-256 of the text, hex. */
  readonly hash: string;
  readonly covers: readonly TaskClass[];
  readonly sections: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

/** GET /api/me/erasure: what would go. GET /api/me/export and /api/me/statement.csv are files. */
export interface ErasureView {
  readonly devices: number;
  readonly jobs: number;
  /** Credits that would be lost: pending, and posted. They go back to the programme's budget. */
  readonly pendingMicros: number;
  readonly postedMicros: number;
}

/** POST /api/me/erase: everything personal goes, and every session ends. Answers ErasureView. Codes: name_differs, house_account. */
export interface EraseRequest {
  /** The display name, typed. */
  readonly name: string;
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

/** One exchange that was credited; or credits that we gave or took by hand (`adjusted`: then no units, and the amount has a sign). */
export interface CreditRow {
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly units: number;
  readonly amountMicros: number;
  /** `restored`: was void, and was paid after it had been checked again. */
  readonly state: 'pending' | 'posted' | 'void' | 'restored';
  /** When a pending row posts at the latest; null while it is held. */
  readonly postsAt: number | null;
  /** Pending, and its phone is stopped: it posts only if an appeal is granted. */
  readonly isHeld: boolean;
  /** The finding that voided it. */
  readonly evidenceId: number | null;
  /** Why we gave or took it; null for work. */
  readonly adjusted: { readonly reason: string } | null;
}

/** A piece of work of which a phone said something else than we found, twice. */
export interface Finding {
  readonly evidenceId: number;
  readonly deviceId: number;
  readonly at: number;
  readonly kind: string;
  /** SHA-256 of the kernel, hex. */
  readonly kernelHash: string;
  /** The task's position in its round, the chunk's in its task, and in the round: task × 64 + chunk. */
  readonly task: number;
  readonly chunk: number;
  readonly chunkOfRound: number;
  readonly claimed: DigestView;
  readonly expected: DigestView;
  /** Of the task's 64. */
  readonly wrongChunks: number;
  /** `fault`, `lenient`: the phone goes on. `fraud`: it was stopped. */
  readonly ruling: 'fault' | 'lenient' | 'fraud';
  readonly appeal: { readonly at: number; readonly outcome: AppealOutcome } | null;
}

/** GET /api/evidence/:id, for the phone's driver and admins: all it takes to run the piece again. */
export interface EvidenceView extends Finding {
  /** Where the kernel is served; null once another has taken its place. */
  readonly kernelUrl: string | null;
  /** base64url: what the phone was sent. */
  readonly jobInput: string;
  readonly roundInput: string;
  /** What it voided, or would restore. */
  readonly voided: { readonly units: number; readonly amountMicros: number };
}

/** `granted`: the phone was right. */
export type AppealOutcome = 'upheld' | 'granted';

/**
 * POST /api/evidence/:id/appeal, by the phone's driver, once: the piece is run again in the second build of the kernel. Codes:
 * already_appealed, kernel_replaced, budget_spent (it is granted, and there is no money left to pay it: later).
 */
export interface AppealReply {
  readonly outcome: AppealOutcome;
}

/**
 * POST /api/feedback: 200. The text is normalised (NFKC) and loses its control and direction characters; `attached` is what
 * the driver was shown that goes along, and nothing else does. Codes: too_large (more than 2,000 characters), no_text,
 * too_much_feedback (ten a day).
 */
export interface FeedbackRequest {
  readonly kind: FeedbackKind;
  readonly text: string;
  readonly attached: DeviceState;
}

export type FeedbackKind = 'problem' | 'idea' | 'other';

/** What a phone says of itself when its driver writes to us: never its battery level, a place or a name. */
export interface DeviceState {
  /** Of the app. */
  readonly version: string;
  readonly engine: 'chromium' | 'firefox' | 'webkit' | 'other';
  /** Of computing: what it does, and by which rule it rests or cannot. */
  readonly state: string;
  readonly reason: string | null;
  /** Of this phone's CPU in the last minute, percent. */
  readonly sharePercent: number;
  /** Whether the server could be reached when it was written. */
  readonly isOnline: boolean;
}

/**
 * GET /api/stream: server-sent events for one session, closed by the app when hidden. Event names: `job` (a JobView of the
 * account), `credits` (Credits without rows), `me` (Me, when the programme changes).
 */
export type StreamEvent = 'job' | 'credits' | 'me';
