import type { DeviceId } from '../ids.ts';
import type { DeviceReport, JobInput, LeaseStatus } from '../model/exchange.ts';
import type { LimitPolicy } from '../model/policy.ts';
import type { ByeCode } from '../protocol/frame-table.ts';
import type { Rng } from '../rng.ts';
import { EMPTY_OUTBOX, type Outbox } from './outbox.ts';
import { NO_WORK, type Lease, type Work } from './work.ts';

/** What an agent knows, hears and orders. Its states and who moves them on are drawn in `agent.ts`. */
export interface AgentState {
  readonly link: Link;
  /** Counts links: what an old socket still says is not heard. */
  readonly linkNo: number;
  /** The governor's word; nothing is computed before its first. */
  readonly allowed: boolean;
  /** Not on a weak network: what is held is finished and kept, nothing is sent or asked for. */
  readonly mayTransfer: boolean;
  readonly report: DeviceReport;
  /** When its reason became what it is. */
  readonly reasonSince: number;
  readonly maxHeld: number;
  readonly policyVersion: number;
  /** The zone that the last `hello` said; nothing before the first. */
  readonly toldZone: number | undefined;
  /** Why the last reply gave less than was asked for, and until when; nothing while there is no such reason. */
  readonly refused: { readonly status: Exclude<LeaseStatus, 'ok'>; readonly until: number } | undefined;
  readonly work: Work;
  readonly outbox: Outbox;
  /** Computations that failed in a row, and when the next may start. */
  readonly failedRuns: number;
  readonly computeAfter: number;
  /** What the last `setTimer` said. */
  readonly timerAt: number | undefined;
}

export type Link = OffLink | BackingOffLink | OpeningLink | ReadyLink;

export interface OffLink {
  readonly state: 'off';
  /** For the screen. */
  readonly why: 'not_started' | 'stopped' | 'resting' | 'no_key' | ByeCode;
}

interface BackingOffLink {
  readonly state: 'backing_off';
  readonly until: number;
  /** Links in a row that came to nothing. */
  readonly failures: number;
}

export interface OpeningLink {
  readonly state: 'connecting' | 'greeting' | 'signing' | 'proving';
  readonly since: number;
  readonly failures: number;
}

export interface ReadyLink {
  readonly state: 'ready';
  readonly since: number;
  readonly failures: number;
  readonly asked: Asked | undefined;
  /** The reason that the server last heard on this link; before that it takes the device to compute. */
  readonly toldReason: number;
}

/** The input asked for and not here yet: one at a time. */
interface Asked {
  readonly lease: Pick<Lease, 'jobId' | 'round'>;
  readonly at: number;
}

export type AgentEvent =
  | { readonly type: 'start' }
  /** Opted out: everything in hand is forgotten. */
  | { readonly type: 'stop' }
  /** Hidden, or at the data cap: the link closes, work is kept in memory for the next `start`. */
  | { readonly type: 'rest' }
  /** The governor's decision: may it compute, may it transfer (left out: yes), and what the server is told. Never closes the link. */
  | {
      readonly type: 'governed';
      readonly allowed: boolean;
      readonly mayTransfer?: boolean;
      readonly report: DeviceReport;
    }
  | { readonly type: 'opened'; readonly linkNo: number }
  | { readonly type: 'closed'; readonly linkNo: number }
  | { readonly type: 'received'; readonly linkNo: number; readonly bytes: Uint8Array }
  /** 64 bytes, or nothing when there is no key. */
  | { readonly type: 'signed'; readonly linkNo: number; readonly signature: Uint8Array | undefined }
  | { readonly type: 'computed'; readonly runNo: number; readonly output: Uint8Array; readonly cpuMs: number }
  | { readonly type: 'failed'; readonly runNo: number }
  | { readonly type: 'tick' };

export type AgentEffect =
  | { readonly type: 'connect'; readonly linkNo: number }
  | { readonly type: 'send'; readonly linkNo: number; readonly bytes: Uint8Array }
  | { readonly type: 'close'; readonly linkNo: number }
  /** Answer with `signed`. */
  | { readonly type: 'sign'; readonly linkNo: number; readonly bytes: Uint8Array }
  /** Never a second one before `computed`, `failed` or `abortCompute`. */
  | ({ readonly type: 'compute' } & Computation)
  | { readonly type: 'pauseCompute' | 'resumeCompute' | 'abortCompute'; readonly runNo: number }
  /** One timer, replaced by the next `setTimer`: `tick` then. */
  | { readonly type: 'setTimer'; readonly at: number | undefined }
  /** The server's policy is not the one we knew: the app reads it again. */
  | { readonly type: 'policyChanged'; readonly policyVersion: number };

export interface Computation extends JobInput {
  readonly runNo: number;
  /** Chunks `firstChunk` … `firstChunk + 63` of the round. */
  readonly firstChunk: number;
  readonly scoreToBeat: number;
}

/** What an agent is told once. Its `rng` spreads a fleet's back-off; a seeded one makes a run repeat. */
export interface AgentEnvironment {
  readonly deviceId: DeviceId;
  readonly cores: number;
  /** Its clock, minutes east of UTC: the day's data, and the hours agreed to, go by it. */
  readonly zoneMinutes: () => number;
  /** Of the page, as the browser writes it: goes into the proof. */
  readonly origin: string;
  readonly limits: Pick<LimitPolicy, 'deviceFrameBytes' | 'serverFrameBytes'>;
  readonly rng: Rng;
}

export const NEW_AGENT: AgentState = {
  link: { state: 'off', why: 'not_started' },
  linkNo: 0,
  allowed: false,
  mayTransfer: true,
  report: { reason: 0, duty: 0, bytesToday: 0 },
  reasonSince: 0,
  maxHeld: 0,
  policyVersion: 0,
  toldZone: undefined,
  refused: undefined,
  work: NO_WORK,
  outbox: EMPTY_OUTBOX,
  failedRuns: 0,
  computeAfter: 0,
  timerAt: undefined,
};
