import { blockId, deviceId, isId, jobId } from '../ids.ts';
import { LEASE_STATUSES } from '../model/exchange.ts';
import { micros } from '../money.ts';
import {
  about,
  ascii,
  branded,
  bytes,
  flag,
  list,
  oneOf,
  record,
  sizedBytes,
  u16,
  u32,
  u53,
  u8,
  type Field,
  type Fields,
} from './fields.ts';

/**
 * The device link, whole: every frame and every field, in the order of the bytes. Encoder, decoder, types, docs/WIRE.md
 * and the hash that a test pins to the version all derive from this table and from nothing else.
 *
 * Changing a layout means a new version, and a server that speaks the old one for as long as open pages do.
 */
export const WIRE_VERSION = 1;

/** Results or leases in one exchange: policy's `leases.most` may go lower, never higher. */
export const MAX_UNITS = 16;
/** Of a job's input and of a round's: together they fit a server frame. */
const MAX_INPUT_BYTES = 16 * 1024;

const aDevice = branded('device id', u32, isId, deviceId);
const aJob = branded('job id', u32, isId, jobId);
const aBlock = branded('block id', u32, isId, blockId);
const money = branded('micro-dollars', u53, Number.isSafeInteger, micros);

const leaseTerms = record('LeaseTerms', {
  keyId: about(u32, 'which server key made the token'),
  priceMicros: about(money, 'for one unit'),
  leaseUntil: about(u53, "the server's clock; opaque to the device"),
  policyVersion: about(u32, 'policy under which it was leased'),
});

const leaseSlot = record('LeaseSlot', {
  taskIndex: about(u16, 'position in the block'),
  token: about(bytes(16), 'HMAC over the lease'),
});

export const taskResult = record('TaskResult', {
  taskIndex: about(u16, 'position in the block'),
  token: about(bytes(16), 'as leased'),
  cpuMs: about(u32, 'worker time as the device measured it; never for pay'),
  output: about(sizedBytes(MAX_INPUT_BYTES), '64 digests of 8 bytes, then perhaps a candidate'),
});

export const resultGroup = record('ResultGroup', {
  blockId: aBlock,
  terms: leaseTerms,
  results: list(taskResult, MAX_UNITS),
});

const leaseGroup = record('LeaseGroup', {
  jobId: aJob,
  blockId: aBlock,
  round: u16,
  firstTask: about(u32, "position of the block's first task in its round"),
  terms: leaseTerms,
  leaseMs: about(u32, 'how long the device has, from receipt'),
  scoreToBeat: about(u32, 'a candidate is sent back only if it scores lower'),
  leases: list(leaseSlot, MAX_UNITS),
});

const heldGroup = record('HeldGroup', {
  blockId: aBlock,
  terms: leaseTerms,
  leases: list(leaseSlot, 2 * MAX_UNITS),
});

const deviceReport = record('DeviceReport', {
  reason: about(u8, "the governor's reason, 0 = computing"),
  duty: about(u16, 'hundredths of a percent of the device'),
  bytesToday: about(u32, "sent and received since the driver's midnight"),
});

/** Who may send a frame. */
export type Sender = 'device' | 'server' | 'both';

export interface FrameDefinition<F extends Fields, Numbered extends boolean> {
  readonly type: number;
  readonly from: Sender;
  /** True when the header's seq counts exchanges (from 1); else it is 0. */
  readonly numbered: Numbered;
  readonly note: string;
  readonly fields: F;
}

const frame = <F extends Fields>(type: number, from: Sender, note: string, fields: F): FrameDefinition<F, false> => ({
  type,
  from,
  numbered: false,
  note,
  fields,
});
const numbered = <F extends Fields>(type: number, from: Sender, note: string, fields: F): FrameDefinition<F, true> => ({
  type,
  from,
  numbered: true,
  note,
  fields,
});

/** Why a link ends. Which of them a device may answer by linking again is the agent's to say (`shared/agent/bye.ts`). */
const byeCode = oneOf(
  'leaving', // device: opted out; its leases are free
  'resting', // device: hidden or at its data cap; it will be back with its leases
  'malformed',
  'bad_version',
  'unexpected_frame',
  'too_fast',
  'auth_timeout',
  'challenge_expired',
  'bad_signature', // also: no such device; before the proof nobody learns which
  'not_opted_in',
  'device_stopped',
  'replaced', // the same device linked elsewhere
  'overloaded',
  'slow_reader',
  'shutting_down',
  'timed_out', // device: no answer in time
);

export type ByeCode = typeof byeCode extends Field<infer Code> ? Code : never;

export const FRAMES = {
  hello: frame(1, 'device', 'First on the link.', {
    deviceId: aDevice,
    cores: about(u8, 'logical cores; the expected time of a unit follows from it'),
    zone: about(u16, "the driver's clock: minutes east of UTC, plus 1,440"),
  }),
  challenge: frame(2, 'server', 'To be signed once, in time.', {
    nonce: bytes(32),
  }),
  proof: frame(3, 'device', 'Proves the device key; names the leases still held, done or not.', {
    signature: about(bytes(64), 'ECDSA P-256 with SHA-256, r then s, over `linkProofBytes`'),
    awaiting: about(u32, 'seq of the exchange whose reply has not come; 0 = none. Leases in that reply are held too'),
    held: list(heldGroup, 2 * MAX_UNITS),
  }),
  ready: frame(4, 'server', 'The link is open for work.', {
    lastSeq: about(u32, 'seq of the last exchange stored for this device; 0 = none'),
    policyVersion: u32,
    maxHeld: about(u8, 'units the device may hold'),
  }),
  exchange: numbered(5, 'device', 'Results in. Sent again byte for byte until its reply has come.', {
    want: about(u8, 'further units the device would take now'),
    report: deviceReport,
    groups: list(resultGroup, MAX_UNITS),
  }),
  reply: numbered(6, 'server', 'Leases out. The same bytes for every copy of one exchange.', {
    outcomes: about(
      list(oneOf('accepted', 'bad_token', 'too_late', 'slot_taken', 'invalid_result'), MAX_UNITS),
      'in the order of the results',
    ),
    leases: list(leaseGroup, MAX_UNITS),
    status: about(oneOf(...LEASE_STATUSES), 'why there are fewer leases than wanted'),
    retryMs: about(u32, 'when to ask again without being woken'),
  }),
  need: frame(7, 'device', 'Asks for what a lease is computed from.', {
    jobId: aJob,
    round: u16,
    holdsJob: about(flag, "1 = the job's part is here, only the round's is missing"),
  }),
  input: frame(8, 'server', 'Answers `need`.', {
    jobId: aJob,
    round: u16,
    kind: ascii(32),
    kindVersion: u16,
    kernelHash: about(bytes(32), "SHA-256 of the kernel, and the kernel's address"),
    jobInput: about(sizedBytes(MAX_INPUT_BYTES), 'empty when the device holds it'),
    roundInput: sizedBytes(MAX_INPUT_BYTES),
  }),
  gone: frame(9, 'server', 'Answers `need` when that round is over: forget its leases.', {
    jobId: aJob,
    round: u16,
  }),
  policy: frame(10, 'server', 'Policy has changed.', {
    policyVersion: u32,
    maxHeld: about(u8, 'units the device may hold from now on'),
  }),
  wake: frame(11, 'server', 'There is work.', {}),
  bye: frame(12, 'both', 'Last on the link.', {
    code: byeCode,
  }),
  report: frame(13, 'device', 'Why it rests, or that it no longer does, where no exchange has said so for a minute.', {
    report: deviceReport,
  }),
} as const;

export type FrameName = keyof typeof FRAMES;
