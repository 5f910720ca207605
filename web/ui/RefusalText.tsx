import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { useLingui } from '@lingui/react/macro';
import type { ErrorCode } from '../../shared/protocol/errors.ts';

/** What the server refuses a driver, in the driver's language. Its own sentence, in English, is for scripts and logs. */
const SENTENCES: Readonly<Partial<Record<ErrorCode, MessageDescriptor>>> = {
  too_large_for_phone: msg`This is too large for the phone: place it in the pool.`,
  key_taken: msg`This phone’s key belongs to another account.`,
  consent_outdated: msg`The agreement has changed since: read it again, then decide.`,
  self_test_missing: msg`This phone has not shown yet that it computes exactly. Test it again.`,
  too_few_cores: msg`This phone has one core: whatever we took would be taken from you.`,
  programme_off: msg`Shared Compute is turned off for everybody just now.`,
  device_stopped: msg`This phone is stopped: its results did not match ours.`,
  data_cap: msg`This phone’s data of today are used up: it goes on after midnight.`,
  paused_by_us: msg`It asked for work while it was to rest.`,
  already_appealed: msg`This was checked again already, and the outcome stands.`,
  kernel_replaced: msg`The program that computed it has been replaced since, so it cannot be checked again by itself.`,
  job_over: msg`This request is over: it has its answer, or there is none.`,
  no_text: msg`There is nothing in it: write a sentence first.`,
  too_much_feedback: msg`You have written to us ten times today: write again tomorrow.`,
  invite_unknown: msg`This invite does not exist, or has run out: ask whoever invited you for a new one.`,
  invite_used: msg`This invite has been used already. If it was you, sign in; if not, ask for a new one.`,
  bad_name: msg`This cannot be a name: write 1 to 24 letters.`,
  bad_request: msg`We could not read this: look at it again.`,
  unauthorised: msg`You are not signed in any more.`,
  not_found: msg`There is nothing here, or it is not yours.`,
  too_large: msg`This is too large for us to take.`,
  quota_exceeded: msg`This is more than today’s units of your plan: ask again tomorrow.`,
  too_many_devices: msg`Too many new phones of your account today: add this one tomorrow.`,
  too_many_running: msg`Too many of your requests are running: ask again when one is answered.`,
  too_many_streams: msg`ZeusDrive is open in too many places: close one first.`,
  store_unavailable: msg`Our database cannot be written just now. Nothing was kept: try again.`,
  budget_spent: msg`The pool is spent. Nothing was decided: try again when it is filled.`,
  stopped: msg`The server is starting or stopping: try again in a moment.`,
  scope_not_in_text: msg`This agreement does not cover that kind of work.`,
  scope_grows: msg`That is more than you agreed to: read it, then decide.`,
  not_opted_in: msg`Shared Compute is off on this phone: nothing is agreed to.`,
  name_differs: msg`This is not your name as it stands here: write it exactly.`,
  too_many_requests: msg`Too many requests in a short time: wait a moment.`,
  bad_passkey: msg`This passkey was not accepted. Its account may be closed: use another way in.`,
  bad_email: msg`A code cannot be sent to this address: write it like name@example.com.`,
  bad_code: msg`This code is wrong, used or has run out: look at the newest message, or ask for another code.`,
  email_closed: msg`This server sends no email: use a passkey or an invite.`,
  too_many_attempts: msg`Too many attempts: wait ten minutes, then try again.`,
  too_many_passkeys: msg`This account has twenty passkeys: remove one first.`,
  too_many_keys: msg`This account has ten keys: revoke one first.`,
  step_up_needed: msg`Show first that it is you: a passkey or a code, at most five minutes old.`,
  last_way_in: msg`This is the only way back to the account: add another one first.`,
  last_admin: msg`This is the only admin: make another one first.`,
  disk_full: msg`Our server’s disk is full. Nothing was kept: try again later.`,
};

interface RefusalTextProps {
  readonly code: string;
  /** The server's own, for a code that this app does not know. */
  readonly message: string;
}

export default function RefusalText({ code, message }: RefusalTextProps) {
  const { i18n } = useLingui();
  const sentence = Object.hasOwn(SENTENCES, code) ? SENTENCES[code as ErrorCode] : undefined;
  return <>{sentence ? i18n._(sentence) : message}</>;
}
