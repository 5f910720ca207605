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
