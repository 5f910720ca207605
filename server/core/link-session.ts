import { assert, unreachable } from '../../shared/assert.ts';
import type { AccountId, DeviceId, JobId } from '../../shared/ids.ts';
import type { DeviceReport, Exchange, HeldGroup, JobInput } from '../../shared/model/exchange.ts';
import type { LimitPolicy } from '../../shared/model/policy.ts';
import { MAX_UNITS, type ByeCode } from '../../shared/protocol/frame-table.ts';
import { decodeFrame, encodeFrame, type Frame, type Frames } from '../../shared/protocol/frames.ts';
import { linkProofBytes } from '../../shared/protocol/link-proof.ts';
import { readZone } from '../../shared/protocol/zone.ts';
import { SECOND } from '../../shared/time.ts';
import { afterBytes, afterFrame, afterWake, type Allowance, type AllowanceRules } from './link-allowance.ts';

/**
 * The server's side of one device link, from the socket's opening to its end. Pure: the adapter carries the effects out
 * and brings their answers back as events, each once.
 *
 * ```
 *                  hello               found               proof              verified           linked
 *  awaiting_hello ───────► looking_up ───────► challenged ───────► verifying ──────────► linking ───────► ready
 *        │                     │                   │                   │                    │               │
 *        └─────────────────────┴───────────────────┴─────────┬─────────┴────────────────────┴───────────────┘
 *                                                            ▼
 *                                                         closed
 * ```
 *
 * The device moves it on from `awaiting_hello` and `challenged`, the coordinator and the key check from the others. It
 * closes from anywhere: the device says bye or is gone, a frame is malformed or out of turn, time is up, the server ends it.
 * Until the signature is verified nobody learns whether a device exists or what became of it.
 */
export type LinkSession =
  | (Unproven & { readonly state: 'awaiting_hello'; readonly nonce: Uint8Array })
  | (Unproven & Greeted & { readonly state: 'looking_up'; readonly nonce: Uint8Array })
  | (Unproven & Greeted & Challenge & { readonly state: 'challenged' })
  | (Unproven & Greeted & Claim & { readonly state: 'verifying' })
  | (Unproven & Greeted & { readonly state: 'linking' })
  | ReadySession
  | { readonly state: 'closed'; readonly code: ByeCode | 'gone' };

/** The adapter sends `tick` at `authUntil`. */
interface Unproven {
  readonly authUntil: number;
}

interface Greeted {
  readonly deviceId: DeviceId;
  readonly cores: number;
  readonly zoneMinutes: number;
}

interface Challenge {
  readonly nonce: Uint8Array;
  readonly challengeUntil: number;
  /** Nothing = no such device; it is challenged like any other. */
  readonly device: FoundDevice | undefined;
}

interface Claim {
  readonly device: FoundDevice;
  readonly awaiting: number;
  readonly held: readonly HeldGroup[];
}

interface ReadySession {
  readonly state: 'ready';
  readonly deviceId: DeviceId;
  /** One exchange is with the coordinator; a second may wait here, no third. */
  readonly exchanging: boolean;
  readonly queued: Exchange | undefined;
  /** Inputs asked for and not loaded yet. */
  readonly loading: number;
  /** When its last reports without an exchange came. */
  readonly reportedAt: readonly number[];
  /** What this device may still draw; the adapter keeps it for the next link. */
  readonly allowance: Allowance;
}

export interface FoundDevice {
  readonly accountId: AccountId;
  /** Uncompressed P-256 point, 65 bytes. */
  readonly publicKey: Uint8Array;
  readonly status: 'active' | 'stopped' | 'not_opted_in';
}

export type LinkEvent =
  | { readonly type: 'received'; readonly bytes: Uint8Array }
  | { readonly type: 'tick' }
  /** Answers `lookUpDevice`. */
  | { readonly type: 'found'; readonly device: FoundDevice | undefined }
  /** Answers `verify`. */
  | { readonly type: 'verified'; readonly valid: boolean }
  /** Answers `link`. `allowance`: what earlier links of this device have left. */
  | {
      readonly type: 'linked';
      readonly lastSeq: number;
      readonly policyVersion: number;
      readonly maxHeld: number;
      readonly allowance: Allowance;
    }
  /** Answers `exchange`, with the encoded reply frame. */
  | { readonly type: 'replied'; readonly bytes: Uint8Array }
  /** Answers `loadInput`; nothing = that round is over, or not this device's. */
  | { readonly type: 'loaded'; readonly jobId: JobId; readonly round: number; readonly input: JobInput | undefined }
  | { readonly type: 'wake' }
  | { readonly type: 'policyChanged'; readonly policyVersion: number; readonly maxHeld: number }
  /** The server ends the link. */
  | { readonly type: 'end'; readonly code: ByeCode }
  /** The socket is gone. */
  | { readonly type: 'peerClosed' };

export type LinkEffect =
  | { readonly type: 'send'; readonly bytes: Uint8Array }
  | { readonly type: 'lookUpDevice'; readonly deviceId: DeviceId }
  /** ECDSA P-256 with SHA-256, signature as r then s. */
  | {
      readonly type: 'verify';
      readonly publicKey: Uint8Array;
      readonly bytes: Uint8Array;
      readonly signature: Uint8Array;
    }
  | {
      readonly type: 'link';
      readonly deviceId: DeviceId;
      readonly cores: number;
      /** Its clock, minutes east of UTC. */
      readonly zoneMinutes: number;
      /** The device never saw the reply to this seq; 0 = it saw all. */
      readonly awaiting: number;
      readonly held: readonly HeldGroup[];
    }
  | { readonly type: 'exchange'; readonly exchange: Exchange }
  /** Nothing follows for work or money: it is what operators see. */
  | { readonly type: 'reported'; readonly report: DeviceReport }
  /** Only for a job the device holds a lease of: an input, blinded as it is, is nobody else's business. */
  | {
      readonly type: 'loadInput';
      readonly deviceId: DeviceId;
      readonly jobId: JobId;
      readonly round: number;
      readonly withJobInput: boolean;
    }
  /** The socket may go; a `bye` with the code was sent just before, unless the device said it first. */
  | { readonly type: 'close'; readonly code: ByeCode };

export interface LinkEnvironment {
  /** The origin this server is reached at: a proof made for another one fails. */
  readonly origin: string;
  readonly limits: Pick<LimitPolicy, 'authMs' | 'challengeMs' | 'deviceFrameBytes'>;
  readonly throttle: AllowanceRules;
}

export interface LinkStep {
  readonly session: LinkSession;
  readonly effects: readonly LinkEffect[];
}

/** An agent asks for one input at a time; a few more are no offence. */
const MOST_LOADING = 4;
/** A device waits a minute between two; a network may deliver a few at once. */
const MOST_REPORTS = 3;
const REPORTS_WITHIN_MS = 10 * SECOND;

/** The session of a socket just opened. `nonce` is 32 fresh random bytes: this link's challenge, used once. */
export function openLink(nonce: Uint8Array, now: number, { limits }: LinkEnvironment): LinkSession {
  assert(nonce.length === 32, `a nonce has 32 bytes, got ${nonce.length}`);
  return { state: 'awaiting_hello', nonce, authUntil: now + limits.authMs };
}

export function stepLink(session: LinkSession, event: LinkEvent, now: number, environment: LinkEnvironment): LinkStep {
  if (session.state === 'closed') return stay(session); // answers may still come in for a device that left
  if ('authUntil' in session && now >= session.authUntil) return closeWith('auth_timeout');
  if (session.state === 'challenged' && now >= session.challengeUntil) return closeWith('challenge_expired');
  switch (event.type) {
    case 'received':
      return receive(session, event.bytes, now, environment);
    case 'tick':
      return stay(session);
    case 'found':
      assert(session.state === 'looking_up', `found a device while ${session.state}`);
      return challenge(session, event.device, now, environment);
    case 'verified':
      assert(session.state === 'verifying', `verified while ${session.state}`);
      return admit(session, event.valid);
    case 'linked': {
      assert(session.state === 'linking', `linked while ${session.state}`);
      const { lastSeq, policyVersion, maxHeld, allowance } = event;
      const ready: LinkSession = {
        state: 'ready',
        deviceId: session.deviceId,
        exchanging: false,
        queued: undefined,
        loading: 0,
        reportedAt: [],
        allowance,
      };
      return sendFrame(ready, { type: 'ready', lastSeq, policyVersion, maxHeld });
    }
    case 'replied':
      assert(session.state === 'ready' && session.exchanging, `replied while ${session.state}`);
      return reply(session, event.bytes, now, environment);
    case 'loaded':
      assert(session.state === 'ready' && session.loading > 0, `loaded while ${session.state}`);
      return answer({ ...session, loading: session.loading - 1 }, encodeFrame(inputFrame(event)), now, environment);
    case 'wake': {
      if (session.state !== 'ready') return stay(session);
      const allowance = afterWake(session.allowance, environment.throttle);
      return sendFrame({ ...session, allowance }, { type: 'wake' });
    }
    case 'policyChanged': {
      const { policyVersion, maxHeld } = event;
      return session.state === 'ready' ? sendFrame(session, { type: 'policy', policyVersion, maxHeld }) : stay(session);
    }
    case 'end':
      return closeWith(event.code);
    case 'peerClosed':
      return stay({ state: 'closed', code: 'gone' });
    default:
      return unreachable(event);
  }
}

type In<State extends LinkSession['state']> = Extract<LinkSession, { state: State }>;
type Open = Exclude<LinkSession, { state: 'closed' }>;

function receive(session: Open, bytes: Uint8Array, now: number, environment: LinkEnvironment): LinkStep {
  const decoded = decodeFrame(bytes, environment.limits.deviceFrameBytes);
  if (!decoded.ok) return closeWith(decoded.error === 'bad_version' ? 'bad_version' : 'malformed');
  const frame = decoded.value;
  if (frame.type === 'bye') {
    return { session: { state: 'closed', code: frame.code }, effects: [{ type: 'close', code: frame.code }] };
  }
  switch (session.state) {
    case 'awaiting_hello':
      return frame.type === 'hello' ? lookUp(session, frame) : closeWith('unexpected_frame');
    case 'challenged':
      return frame.type === 'proof' ? check(session, frame, environment) : closeWith('unexpected_frame');
    case 'ready': {
      const allowance = afterFrame(session.allowance, environment.throttle, now);
      return allowance ? obey({ ...session, allowance }, frame, now) : closeWith('too_fast');
    }
    case 'looking_up':
    case 'verifying':
    case 'linking':
      return closeWith('unexpected_frame'); // a device that waits its turn has nothing to say here
    default:
      return unreachable(session);
  }
}

function obey(session: ReadySession, frame: Frame, now: number): LinkStep {
  if (frame.type === 'exchange') return exchange(session, frame);
  if (frame.type === 'report') return takeReport(session, frame, now);
  return frame.type === 'need' ? load(session, frame) : closeWith('unexpected_frame');
}

function lookUp({ nonce, authUntil }: In<'awaiting_hello'>, { deviceId, cores, zone }: Frames['hello']): LinkStep {
  const zoneMinutes = readZone(zone);
  if (zoneMinutes === undefined) return closeWith('malformed');
  return {
    session: { state: 'looking_up', nonce, authUntil, deviceId, cores, zoneMinutes },
    effects: [{ type: 'lookUpDevice', deviceId }],
  };
}

function challenge(
  session: In<'looking_up'>,
  device: FoundDevice | undefined,
  now: number,
  { limits }: LinkEnvironment,
): LinkStep {
  const challengeUntil = now + limits.challengeMs;
  return sendFrame(
    { ...session, state: 'challenged', device, challengeUntil },
    { type: 'challenge', nonce: session.nonce },
  );
}

function check(
  session: In<'challenged'>,
  { signature, awaiting, held }: Frames['proof'],
  { origin }: LinkEnvironment,
): LinkStep {
  const { device, deviceId, cores, zoneMinutes, authUntil, nonce } = session;
  if (count(held, ({ leases }) => leases.length) > 2 * MAX_UNITS) return closeWith('malformed');
  if (!device) return closeWith('bad_signature');
  const bytes = linkProofBytes(origin, nonce, deviceId);
  return {
    session: { state: 'verifying', authUntil, deviceId, cores, zoneMinutes, device, awaiting, held },
    effects: [{ type: 'verify', publicKey: device.publicKey, bytes, signature }],
  };
}

function admit(session: In<'verifying'>, valid: boolean): LinkStep {
  const { device, deviceId, cores, zoneMinutes, authUntil, awaiting, held } = session;
  if (!valid) return closeWith('bad_signature');
  switch (device.status) {
    case 'not_opted_in':
      return closeWith('not_opted_in');
    case 'stopped':
      return closeWith('device_stopped');
    case 'active':
      return {
        session: { state: 'linking', authUntil, deviceId, cores, zoneMinutes },
        effects: [{ type: 'link', deviceId, cores, zoneMinutes, awaiting, held }],
      };
    default:
      return unreachable(device.status);
  }
}

function exchange(session: ReadySession, frame: Frames['exchange']): LinkStep {
  const { seq, groups, want, report } = frame;
  if (count(groups, ({ results }) => results.length) > MAX_UNITS) return closeWith('malformed');
  const taken: Exchange = { deviceId: session.deviceId, seq, groups, want, report };
  if (!session.exchanging) {
    return { session: { ...session, exchanging: true }, effects: [{ type: 'exchange', exchange: taken }] };
  }
  return session.queued ? closeWith('too_fast') : stay({ ...session, queued: taken });
}

function reply(session: ReadySession, bytes: Uint8Array, now: number, environment: LinkEnvironment): LinkStep {
  const { queued } = session;
  if (!queued) return answer({ ...session, exchanging: false }, bytes, now, environment);
  const step = answer({ ...session, queued: undefined }, bytes, now, environment);
  if (step.session.state === 'closed') return step;
  return { ...step, effects: [...step.effects, { type: 'exchange', exchange: queued }] };
}

/** What the device has asked for, if it may still draw so much. */
function answer(session: ReadySession, bytes: Uint8Array, now: number, { throttle }: LinkEnvironment): LinkStep {
  const allowance = afterBytes(session.allowance, bytes.length, throttle, now);
  if (!allowance) return closeWith('too_fast');
  return { session: { ...session, allowance }, effects: [{ type: 'send', bytes }] };
}

function load(session: ReadySession, { jobId, round, holdsJob }: Frames['need']): LinkStep {
  const { deviceId, loading } = session;
  if (loading >= MOST_LOADING) return closeWith('too_fast');
  return {
    session: { ...session, loading: loading + 1 },
    effects: [{ type: 'loadInput', deviceId, jobId, round, withJobInput: !holdsJob }],
  };
}

function takeReport(session: ReadySession, { report }: Frames['report'], now: number): LinkStep {
  const recent = session.reportedAt.filter((at) => now - at < REPORTS_WITHIN_MS);
  if (recent.length >= MOST_REPORTS) return closeWith('too_fast');
  return { session: { ...session, reportedAt: [...recent, now] }, effects: [{ type: 'reported', report }] };
}

const inputFrame = ({ jobId, round, input }: Extract<LinkEvent, { type: 'loaded' }>): Frame =>
  input ? { type: 'input', ...input } : { type: 'gone', jobId, round };

const count = <T>(groups: readonly T[], of: (group: T) => number): number =>
  groups.reduce((sum, group) => sum + of(group), 0);

const stay = (session: LinkSession): LinkStep => ({ session, effects: [] });

const sendFrame = (session: LinkSession, frame: Frame): LinkStep => ({
  session,
  effects: [{ type: 'send', bytes: encodeFrame(frame) }],
});

const closeWith = (code: ByeCode): LinkStep => ({
  session: { state: 'closed', code },
  effects: [
    { type: 'send', bytes: encodeFrame({ type: 'bye', code }) },
    { type: 'close', code },
  ],
});
