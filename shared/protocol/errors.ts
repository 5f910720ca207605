/** What goes wrong between a client and the server: one code, its HTTP status and its sentence, once. */
export interface ErrorBody {
  readonly error: {
    readonly code: string;
    /** For people. Says expected and got where it can. */
    readonly message: string;
    /** Names the server's own log lines about a bug. */
    readonly incident?: string | undefined;
  };
}

/**
 * By what the caller does next. 400 and 422: change the request. 401 to 413: it may not, or there is none. 409: another key.
 * 429: later. 5xx: the fault is ours, and the same request may be sent again.
 */
export const ERRORS = {
  bad_json: { status: 400, message: 'The body is not JSON.' },
  bad_request: { status: 422, message: 'The request does not have the expected form.' },
  unknown_field: { status: 422, message: 'The request has a field that does not exist.' },
  unknown_kind: { status: 422, message: 'There is no such kind of request.' },
  bad_idempotency_key: {
    status: 422,
    message: 'Idempotency-Key: expected 1 to 200 visible ASCII characters.',
  },
  too_large_for_phone: { status: 422, message: 'This request is too large for the phone: place it in the pool.' },
  bad_name: { status: 422, message: 'A name has 1 to 24 letters, without control characters.' },
  bad_key: { status: 422, message: 'publicKey: expected an uncompressed P-256 point (65 bytes) in base64url.' },
  key_taken: { status: 409, message: 'This key belongs to another account: make a new one.' },
  invite_unknown: { status: 404, message: 'This invite does not exist, or has run out: ask for a new one.' },
  invite_used: { status: 409, message: 'This invite has been used already: ask for a new one.' },
  consent_outdated: { status: 409, message: 'The agreement has changed since: read it again, then decide.' },
  scope_not_in_text: { status: 409, message: 'This agreement does not cover that kind of work.' },
  scope_grows: { status: 409, message: 'That is more than you agreed to: read it, then decide.' },
  not_opted_in: { status: 409, message: 'Shared Compute is off on this phone: nothing is agreed to.' },
  name_differs: { status: 422, message: "name: expected your account's display name, exactly." },
  house_account: { status: 409, message: 'This account belongs to the house: it is neither erased nor adjusted.' },
  self_test_missing: {
    status: 409,
    message: 'This phone has not shown yet that it computes exactly: test it first, and answer within five minutes.',
  },
  too_few_cores: { status: 409, message: 'This phone has one core: whatever we took would be taken from you.' },
  bad_share: { status: 422, message: "targetPercent: expected 0 to the policy's target share." },
  not_admin: { status: 403, message: 'Only admins may do this.' },
  out_of_bounds: { status: 422, message: 'A number is outside its bounds, or there is none to change.' },
  too_many_proposals: { status: 409, message: 'Too many proposals wait: decide on those first.' },
  budget_in_use: { status: 409, message: 'Less of the budget is left than you want to take away.' },
  account_erased: { status: 409, message: 'This account was erased: nobody is behind it any more.' },
  credits_too_few: {
    status: 409,
    message: 'The account has fewer posted credits than you want to take: it cannot go below zero.',
  },
  no_such_proposal: { status: 404, message: 'No such proposal waits: it was decided on, or its day is over.' },
  needs_another_admin: { status: 409, message: 'This takes two people: another admin has to approve it.' },
  too_many_requests: { status: 429, message: 'Too many requests in a short time: wait a moment.' },
  too_deep: { status: 422, message: 'The JSON nests too deep.' },
  programme_off: { status: 409, message: 'Shared Compute is turned off for everybody just now.' },
  device_stopped: { status: 409, message: 'This phone is stopped: its results did not match ours.' },
  data_cap: { status: 429, message: "This phone's data of today are used up: it goes on after midnight." },
  paused_by_us: {
    status: 429,
    message: 'This phone asked for work although it may not have any: it is paused for a while.',
  },
  self_test_failed: { status: 409, message: 'This phone computes differently: it gets no work, and no blame.' },
  already_appealed: { status: 409, message: 'This was checked again already, and the outcome stands.' },
  kernel_replaced: {
    status: 409,
    message: 'The program this was computed with is no longer in use here, so it cannot be checked again by itself.',
  },
  job_over: { status: 409, message: 'This request is over: it has its answer, or there is none.' },
  no_text: { status: 422, message: 'There is nothing in it: write a sentence first.' },
  too_much_feedback: { status: 429, message: 'You have written to us ten times today: write again tomorrow.' },
  bad_passkey: { status: 422, message: 'This passkey was not accepted: try again, or use another way in.' },
  bad_email: { status: 422, message: 'This is not an email address that a code can be sent to.' },
  bad_code: { status: 422, message: 'This code is wrong, used or has run out: ask for a new one.' },
  email_closed: {
    status: 503,
    message: 'This server sends no email, so codes are not a way in here: use a passkey or an invite.',
  },
  too_many_attempts: { status: 429, message: 'Too many attempts: wait a while, then try again.' },
  too_many_passkeys: { status: 429, message: 'This account has twenty passkeys: remove one first.' },
  too_many_keys: { status: 429, message: 'This account has ten keys: revoke one first.' },
  step_up_needed: { status: 403, message: 'Show first that it is you: a passkey or a code, at most five minutes old.' },
  two_people_needed: { status: 403, message: 'This takes two admins: propose it, and let another one approve.' },
  last_way_in: { status: 409, message: 'This is the only way back to the account: add another one first.' },
  last_admin: { status: 409, message: 'This is the only admin: make another one first.' },
  same_role: { status: 409, message: 'This account has that role already.' },
  unauthorised: { status: 401, message: 'Sign in first: the request carries no valid token.' },
  forbidden_origin: { status: 403, message: 'This page may not write here.' },
  not_found: { status: 404, message: 'There is nothing here, or it is not yours.' },
  too_large: { status: 413, message: 'The body is too large.' },
  not_json: { status: 415, message: 'Send JSON, with Content-Type: application/json.' },
  idempotency_key_reused: { status: 409, message: 'This Idempotency-Key already stands for another request.' },
  quota_exceeded: { status: 429, message: "This exceeds today's pool units of your plan: ask again tomorrow." },
  too_many_devices: { status: 429, message: 'Too many new phones of your account today: add this one tomorrow.' },
  too_many_running: { status: 429, message: 'Too many of your requests are running: ask again when one is answered.' },
  too_many_streams: { status: 429, message: 'Too many open event streams of your account: close one first.' },
  internal: { status: 500, message: 'Something is broken here. The incident number helps us to find it.' },
  store_unavailable: { status: 503, message: 'The database cannot be written just now. Nothing was kept: try again.' },
  budget_spent: {
    status: 503,
    message: "This month's pool is spent. Nothing was decided: try again when it is filled.",
  },
  stopped: { status: 503, message: 'The server is starting or stopping: try again in a moment.' },
  disk_full: { status: 507, message: "The server's disk is full. Nothing was kept: try again later." },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly message: string }>>;

export type ErrorCode = keyof typeof ERRORS;

/** Every status an error can have. */
export type ErrorStatus = (typeof ERRORS)[ErrorCode]['status'];

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

/** What a kind refuses has a code and a sentence of its own, and this status. */
export const REFUSED_STATUS = 422;
