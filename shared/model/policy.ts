import { DAY, HOUR, MINUTE, SECOND } from '../time.ts';
import { micros, type Micros } from '../money.ts';
import { FRAME_LIMITS } from './frame-limits.ts';

/**
 * Every number that somebody could want to change, once, with its unit and reason. The running policy is a value of this
 * type; rows and lease tokens carry its `version`. Tests, the simulator and benches make their own with `{ ...POLICY, … }`.
 */
export interface Policy {
  readonly version: number;

  /** Paid per unit of checked work, phase 1 (launch): $0.05. Integer micro-dollars. */
  readonly priceMicros: Micros;
  /** What the phase may pay in all. $5,000: the founding plan's monthly payout. */
  readonly phaseBudgetMicros: Micros;
  /** Budget is reserved this many units at a time, so a crash strands at most one slab until its longest lease ends. */
  readonly slabUnits: number;
  /** An exchange matures when its device has done this many further tasks … */
  readonly maturityTasks: number;
  /** … or after this long, without a conviction. */
  readonly maturityMs: number;

  /** Tasks of a new device, and of one just convicted, that are re-run whole instead of by one chunk. */
  readonly probationTasks: number;

  readonly audit: AuditPolicy;
  readonly leases: LeasePolicy;
  readonly throttle: ThrottlePolicy;
  readonly limits: LimitPolicy;
  readonly adjustments: AdjustmentPolicy;

  readonly signIn: SignInPolicy;

  /** CPU this device lends while it computes, percent: aimed at, and never passed in any 60 s. */
  readonly share: { readonly targetPercent: number; readonly ceilingPercent: number };
  /**
   * Whether work done above the ceiling (bench duty: full speed, for tests and demonstrations) is credited. It is taken and
   * checked either way. Only the demonstration's own server says yes.
   */
  readonly creditsBenchDuty: boolean;
  /** The consent text drivers are asked for. Growing its scope raises it, and asks everyone again. */
  readonly consentVersion: number;
  /** Logical cores a phone needs to opt in: with one, whatever we take is taken from the driver. */
  readonly leastCores: number;

  /** Worker threads of the server's own executor; 0 = off. */
  readonly mainframeThreads: number;
  /** Worker threads that re-run chunks. One core audits about 26 units/s. */
  readonly auditThreads: number;

  /** Exchanges and other facts taken into one transaction at most; one fsync serves them all. */
  readonly batchFacts: number;

  /** Copies of each task of a kind, each to another account; kinds not named have one, and audits. */
  readonly replicas: Readonly<Record<string, number>>;

  /** Units and rounds a request gets, by kind and size (first step whose `upTo` is not exceeded). */
  readonly effort: Readonly<Record<string, readonly EffortStep[]>>;
}

/** What an admin may give or take by hand (`adjustment.ts`). Micro-dollars, without their sign. */
export interface AdjustmentPolicy {
  /** One admin alone, for one account, in 24 hours: $50. That is two and a half months of what an account may redeem. */
  readonly aloneMicros: Micros;
  /** … and for all accounts together: $200. A stolen session must not pay fifty friends $50 each. */
  readonly aloneInAllMicros: Micros;
  /** One adjustment, two people or not: $1,000. More than four years of what an account may redeem is a zero too many. */
  readonly mostMicros: Micros;
}

/** How sure we want to be of what phones hand in, and what follows when it is wrong. docs/TRUST.md has the figures behind it. */
export interface AuditPolicy {
  /** Chunks of a result that are re-run before it counts as checked: of a device that is known, and of one on probation. */
  readonly gateChunks: number;
  readonly probationGateChunks: number;
  /**
   * A result is re-run whole, later, with probability `wholeFloor + (wholeTrust / trust)²`; trust = chunks verified within
   * `trustMs`. Falling with trust it costs an honest device of 1,000 tasks no more than a flat 3 % would, and gives the best
   * liar who may come back under a new name half of what a flat rate gives (evidence/best-liar.ts).
   */
  readonly wholeFloor: number;
  readonly wholeTrust: number;
  readonly trustMs: number;
  /** … with this probability for the next `suspectTasks` tasks of a device that said something implausible. */
  readonly suspectRate: number;
  readonly suspectTasks: number;
  /**
   * Rows that would post by time alone are re-run whole at this rate × (maturityTasks + 1) / (further tasks + 1), at most 1:
   * what few further tasks cannot show, a re-run does. Without it, lying in everything and leaving for a week would pay. Past
   * `settleTrust` verified chunks the rate falls with (settleTrust / trust)²: who has done so much honest work to come there
   * gains less by leaving than by staying.
   */
  readonly settleRate: number;
  readonly settleTrust: number;
  /** How long a posting waits for re-runs it has asked for before it looks again. */
  readonly settleMs: number;
  /** After this many clean tasks a first finding voids the same day only; this many older results are re-run whole. */
  readonly lenientTasks: number;
  readonly lenientSample: number;
  /** A second finding within this many clean tasks, or this many wrong chunks in one task, is fraud. */
  readonly banWithinTasks: number;
  readonly skipChunks: number;
  /** A banned device's escrow is held this long for an appeal. */
  readonly appealMs: number;
  /** Leases to devices on probation: this share of the audit capacity, but never fewer than the floor, an hour. */
  readonly probationShare: number;
  readonly probationFloorPerHour: number;
  /** A unit reported in less than this share of the calibrated time is implausible; so is a pace this many times off its own mean. */
  readonly fastestShare: number;
  readonly driftTimes: number;
}

export interface EffortStep {
  readonly upTo: number;
  readonly units: number;
  readonly rounds: number;
}

export interface LeasePolicy {
  /** Of a job of more than `largeJobUnits`, one account gets at most this share. */
  readonly largeJobUnits: number;
  readonly largeJobShare: number;
  /** A device that finishes fewer of its leases than this, of at least `completionLeases`, gets one unit at a time. */
  readonly completionShare: number;
  readonly completionLeases: number;
  /** Units out at a device: at its very first lease, … */
  readonly first: number;
  /** … until `provenUnits` are done, … */
  readonly early: number;
  readonly provenUnits: number;
  /** … and ever. */
  readonly most: number;
  /** A lease lasts this many times the expected time of all units held … */
  readonly expectedTimes: number;
  /** … within these bounds. */
  readonly leastMs: number;
  readonly mostMs: number;
  /** A lease older than this many times its expected time is a straggler: an idle executor gets a second copy. */
  readonly stragglerTimes: number;
  /** A lease whose holder's link has been gone this long is a straggler too: most who leave have closed the app. */
  readonly awayMs: number;
  /** Expected milliseconds a unit, by logical cores of the device: 51, 103, 137 units an hour on 2, 4, more cores. */
  readonly unitMsByCores: readonly { readonly upTo: number; readonly unitMs: number }[];
  /** Expected milliseconds a unit on one mainframe thread: 64 chunks of 13 ms. */
  readonly mainframeUnitMs: number;
  /** After a start, slots leased to phones before it are kept this long for phones that come back and name them. */
  readonly relinkGraceMs: number;
  /** How long an idle device waits before it asks again unless woken: one message in 240 s keeps a link alive. */
  readonly idleMs: number;
}

/** The governor's twin on the server: what a device's promises come to, by our own counts. */
export interface ThrottlePolicy {
  /** Sent and received by a device's link on one day of its driver. The promise: 0.5 MB. */
  readonly bytesADay: number;
  /** Units leased to a device on one such day: what 0.5 MB is enough for. */
  readonly unitsADay: number;
  /**
   * A device gets no more units than its speed in the self-test allows at the ceiling share, times this (one short test on a
   * warm phone is no exact measure), …
   */
  readonly paceTimes: number;
  /** … `burstUnits` at once, … */
  readonly burstUnits: number;
  /** … and never believed to be faster than this, in ms a chunk at full speed: a server core's. */
  readonly fastestChunkMs: number;
  /** After this many breaches in a day it gets no work for `pauseMs`. */
  readonly breaches: number;
  readonly pauseMs: number;
  /** Its clock's zone may change this often. */
  readonly zoneMs: number;
}

/** How people come in, and how often one may try. */
export interface SignInPolicy {
  /** Of a code sent by email. Ten codes a day with five tries each: 50 guesses a day among a million. */
  readonly codeDigits: number;
  readonly codeMs: number;
  readonly codeTries: number;
  /** Attempts within a window: from one address, and for one account (address of mail, passkey or session). */
  readonly windowMs: number;
  readonly triesPerAddress: number;
  readonly triesPerAccount: number;
  /** Codes sent to one address of mail within a window: its owner is not flooded. */
  readonly codesPerEmail: number;
  /**
   * … and within a day, as long as none of them was used: whoever reads the mail gets as many as they like. Without it an
   * account was open to 2,160 guesses a day from wherever they came, one in five hundred, and to 432 mails.
   */
  readonly codesPerEmailADay: number;
  /** How long a proof stands for what needs a fresh one. */
  readonly freshMs: number;
  /** How long a proposed change of role waits for the second admin. */
  readonly proposalMs: number;
  /** How long the first admin's link is good, and any other invite. */
  readonly adminLinkMs: number;
  readonly inviteMs: number;
}

export interface LimitPolicy {
  /** Pool units a day of one account, by role. Drivers: in the plan; beyond is Premium+. */
  readonly driverUnitsPerDay: number;
  readonly adminUnitsPerDay: number;
  /** Devices one account may enrol a day: every new one costs whole re-runs. */
  readonly newDevicesPerDay: number;
  /** Jobs of one account that may run at once. */
  readonly runningJobs: number;
  /** Requests an account may file a day, called off or not; admins have no such limit. Each leaves up to 60 KB on our disk. */
  readonly requestsADay: number;
  /** Largest request body. A thousand stops are about 40 KB as JSON. */
  readonly requestBytes: number;
  /** Messages one account may write to us a day (UTC), and their length: what a person reads in a minute. */
  readonly feedbackADay: number;
  readonly feedbackLetters: number;
  /** Event streams one account may have open. */
  readonly eventStreams: number;
  /** The least time between two progress events of a stream: four a second is as smooth as a bar needs. */
  readonly progressMs: number;
  /** A silent stream sends a comment this often, so that nobody between takes it for dead. */
  readonly heartbeatMs: number;
  /** Frame sizes on the device link. */
  readonly deviceFrameBytes: number;
  readonly serverFrameBytes: number;
  /** From opening the link to a valid proof. */
  readonly authMs: number;
  /** How long a challenge may be answered. */
  readonly challengeMs: number;
  /** Open device links of one network address (a depot's phones share one), and of one account. */
  readonly linksPerAddress: number;
  readonly linksPerAccount: number;
  /** A link whose phone leaves this much unread is cut: some sixteen of the largest replies. */
  readonly unreadBytes: number;
  /** Writes a minute, by account, and by network address (a depot's phones, a carrier's customers share one). */
  readonly writesPerMinute: number;
  readonly addressWritesPerMinute: number;
  /** Reads a minute, by account. The dearest takes us 9 ms (a hundred requests, listed); the app makes a handful a screen. */
  readonly readsPerMinute: number;
  /** Tries to come in a minute, by address: invite codes and sign-ins. */
  readonly entriesPerMinute: number;
  /** Appeals and self-tests a minute, by account, and as many exports: each costs us computing. */
  readonly rerunsPerMinute: number;
  /** How deep JSON may nest. What kinds read is three deep. */
  readonly jsonDepth: number;
  /** Headers of a request in all, and the longest it may take to bring them, and all of it. */
  readonly headerBytes: number;
  readonly headerMs: number;
  readonly requestMs: number;
  /** Open connections, of one address and in all. A browser has six. */
  readonly socketsPerAddress: number;
  readonly sockets: number;
}

export const POLICY: Policy = {
  version: 1,
  priceMicros: micros(50_000),
  phaseBudgetMicros: micros(5_000_000_000),
  slabUnits: 200,
  maturityTasks: 250,
  maturityMs: 7 * DAY,
  probationTasks: 5,
  audit: {
    gateChunks: 1,
    probationGateChunks: 8,
    wholeFloor: 0.01,
    wholeTrust: 155,
    trustMs: 90 * DAY,
    suspectRate: 0.5,
    suspectTasks: 50,
    settleRate: 0.025,
    settleTrust: 600,
    settleMs: 10 * MINUTE,
    lenientTasks: 500,
    lenientSample: 32,
    banWithinTasks: 50,
    skipChunks: 8,
    appealMs: 30 * DAY,
    probationShare: 0.2,
    probationFloorPerHour: 50,
    fastestShare: 0.5,
    driftTimes: 3,
  },
  replicas: {},
  leases: {
    largeJobUnits: 1_000,
    largeJobShare: 0.02,
    completionShare: 0.5,
    completionLeases: 8,
    first: 1,
    early: 4,
    provenUnits: 10,
    most: 16,
    expectedTimes: 3,
    leastMs: 2 * MINUTE,
    mostMs: 30 * MINUTE,
    stragglerTimes: 1.5,
    awayMs: 20 * SECOND,
    unitMsByCores: [
      { upTo: 2, unitMs: 70_588 },
      { upTo: 4, unitMs: 34_951 },
      { upTo: 255, unitMs: 26_277 },
    ],
    mainframeUnitMs: 840,
    relinkGraceMs: 5 * SECOND,
    idleMs: 240 * SECOND,
  },
  throttle: {
    bytesADay: 500_000,
    unitsADay: 300,
    paceTimes: 1.5,
    burstUnits: 32,
    fastestChunkMs: 13,
    breaches: 5,
    pauseMs: HOUR,
    zoneMs: DAY,
  },
  adjustments: {
    aloneMicros: micros(50_000_000),
    aloneInAllMicros: micros(200_000_000),
    mostMicros: micros(1_000_000_000),
  },
  limits: {
    driverUnitsPerDay: 50,
    adminUnitsPerDay: 5_000,
    newDevicesPerDay: 5,
    runningJobs: 50,
    requestsADay: 200,
    requestBytes: 256 * 1024,
    feedbackADay: 10,
    feedbackLetters: 2_000,
    eventStreams: 16,
    progressMs: 250,
    heartbeatMs: 15 * SECOND,
    ...FRAME_LIMITS,
    authMs: 10 * SECOND,
    challengeMs: 30 * SECOND,
    linksPerAddress: 20,
    linksPerAccount: 4,
    unreadBytes: 1024 * 1024,
    writesPerMinute: 120,
    addressWritesPerMinute: 600,
    readsPerMinute: 1_200,
    entriesPerMinute: 60,
    rerunsPerMinute: 20,
    jsonDepth: 16,
    headerBytes: 16 * 1024,
    headerMs: 10 * SECOND,
    requestMs: 30 * SECOND,
    socketsPerAddress: 256,
    sockets: 10_000,
  },
  signIn: {
    codeDigits: 6,
    codeMs: 10 * MINUTE,
    codeTries: 5,
    windowMs: 10 * MINUTE,
    triesPerAddress: 60,
    triesPerAccount: 20,
    codesPerEmail: 3,
    codesPerEmailADay: 10,
    freshMs: 5 * MINUTE,
    proposalMs: DAY,
    adminLinkMs: 30 * MINUTE,
    inviteMs: 30 * DAY,
  },
  share: { targetPercent: 1.5, ceilingPercent: 2 },
  creditsBenchDuty: false,
  consentVersion: 1,
  leastCores: 2,
  mainframeThreads: 1,
  auditThreads: 1,
  batchFacts: 256,
  effort: {
    'route-plan': [
      { upTo: 200, units: 8, rounds: 1 },
      { upTo: 450, units: 16, rounds: 1 },
      { upTo: 1000, units: 48, rounds: 6 }, // 6 × 8 beat 3 × 16 and 1 × 48 in every seed (evidence/carry-over.ts)
    ],
    tiny: Array.from({ length: 64 }, (_, i) => ({ upTo: i + 1, units: i + 1, rounds: 1 })), // as many as it asks for
  },
};
