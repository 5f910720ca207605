import { unreachable } from '../assert.ts';
import { mostOutputBytes } from '../protocol/build-exchange.ts';
import { MAX_UNITS } from '../protocol/frame-table.ts';
import { DIGESTS_BYTES } from '../protocol/output.ts';
import { zoneOnWire } from '../protocol/zone.ts';
import { MINUTE, SECOND } from '../time.ts';
import type { AgentEffect, AgentEnvironment, AgentEvent, AgentState, OpeningLink } from './agent-state.ts';
import { ceilingMs } from './back-off.ts';
import { undelivered, withExchange } from './outbox.ts';
import { receive } from './receive.ts';
import { backOff, breakOff, change, hangUp, send, sendBytes, stop, type Turn } from './turn.ts';
import { cachedJob, firstReady, firstWithoutInput, heldCount, heldGroups, withoutExpired } from './work.ts';

/**
 * The device's own state machine: what the page, the simulator and a Node twin all run. It decides, they carry out.
 *
 * ```
 *            start                opened              challenge           signed            ready
 *    off ────────────► connecting ──────► greeting ──────────► signing ─────────► proving ────────► ready
 *     ▲                  ▲    │               │                   │                  │               │
 *     │            until │    └───────────────┴── closed, timeout, bye, bad frame ───┴───────────────┘
 *     │                  │                        ▼
 *     └── stop, rest, ── backing_off ◄────────────┘
 *         a final bye
 *         (from anywhere)
 * ```
 *
 * Who moves it on: the app (`start`, `stop`, `rest`), the socket (`opened`, `closed`, `received`), the key (`signed`), the
 * clock (`tick`). The governor (`governed`) and the worker (`computed`, `failed`) change the work, never the link. A refusal
 * for the hours agreed to, heard in another zone than the link was opened in, opens another: only `hello` says a zone.
 *
 * Every event first changes what is known, then `pursue` looks at the whole state and does what is due. So no event needs
 * to know what another one left undone, and a second look does nothing.
 *
 * `now` is milliseconds on a clock that never jumps: the page's `performance.now()`, not the wall clock.
 */
export function stepAgent(
  state: AgentState,
  event: AgentEvent,
  now: number,
  environment: AgentEnvironment,
): { readonly state: AgentState; readonly effects: readonly AgentEffect[] } {
  const turn: Turn = { state, effects: [], now, environment };
  take(turn, event);
  pursue(turn);
  return { state: turn.state, effects: turn.effects };
}

/** From `connect` to `ready`, and from a question to its answer. */
const ANSWER_MS = 30 * SECOND;

function take(turn: Turn, event: AgentEvent): void {
  const { link, linkNo } = turn.state;
  switch (event.type) {
    case 'start':
      if (link.state === 'off') change(turn, { link: { state: 'backing_off', until: turn.now, failures: 0 } });
      return;
    case 'stop':
      return stop(turn, 'stopped', 'leaving');
    case 'rest':
      if (link.state === 'off') return;
      hangUp(turn, 'resting');
      return change(turn, { link: { state: 'off', why: 'resting' } });
    case 'governed':
      return change(turn, {
        allowed: event.allowed,
        mayTransfer: event.mayTransfer ?? true,
        report: event.report,
        reasonSince: event.report.reason === turn.state.report.reason ? turn.state.reasonSince : turn.now,
      });
    case 'opened':
      if (event.linkNo === linkNo && link.state === 'connecting') greet(turn, link);
      return;
    case 'closed':
      if (event.linkNo === linkNo) backOff(turn);
      return;
    case 'received':
      if (event.linkNo === linkNo) receive(turn, event.bytes);
      return;
    case 'signed':
      if (event.linkNo === linkNo && link.state === 'signing') prove(turn, link, event.signature);
      return;
    case 'computed':
      return finishRun(turn, event.runNo, event.output, event.cpuMs);
    case 'failed':
      return failRun(turn, event.runNo);
    case 'tick':
      return change(turn, { timerAt: undefined });
    default:
      return unreachable(event);
  }
}

function greet(turn: Turn, link: OpeningLink): void {
  const { deviceId, cores, zoneMinutes } = turn.environment;
  const toldZone = zoneMinutes();
  change(turn, { link: { ...link, state: 'greeting' }, toldZone });
  send(turn, { type: 'hello', deviceId, cores, zone: zoneOnWire(toldZone) });
}

/**
 * Names every lease in hand, done or not, so that the server leases none of them to anyone else; and the exchange whose
 * reply was lost, because the leases in that reply are ours too and cannot be named yet.
 */
function prove(turn: Turn, link: OpeningLink, signature: Uint8Array | undefined): void {
  if (signature?.length !== 64) return stop(turn, 'no_key', 'leaving');
  const { work, outbox } = turn.state;
  const running = work.running ? [work.running.lease] : [];
  change(turn, { link: { ...link, state: 'proving' } });
  const held = heldGroups([...undelivered(outbox), ...running, ...work.waiting]);
  send(turn, { type: 'proof', signature, awaiting: outbox.inFlight?.seq ?? 0, held });
}

function finishRun(turn: Turn, runNo: number, output: Uint8Array, cpuMs: number): void {
  const { work, outbox } = turn.state;
  if (!work.running || runNo !== work.runNo) return; // aborted meanwhile
  const fits =
    output.length >= DIGESTS_BYTES && output.length <= mostOutputBytes(turn.environment.limits.deviceFrameBytes);
  if (!fits) return failRun(turn, runNo);
  const { blockId, terms, taskIndex, token } = work.running.lease;
  const result = { blockId, terms, taskIndex, token, cpuMs: wholeMs(cpuMs), output };
  change(turn, {
    work: { ...work, running: undefined },
    outbox: { ...outbox, results: [...outbox.results, result] },
    failedRuns: 0,
  });
}

/** The lease is left to run out. A kernel that always fails must not burn one lease after another: the pauses double. */
function failRun(turn: Turn, runNo: number): void {
  const { work, failedRuns } = turn.state;
  if (!work.running || runNo !== work.runNo) return;
  change(turn, {
    work: { ...work, running: undefined },
    failedRuns: failedRuns + 1,
    computeAfter: turn.now + ceilingMs(failedRuns + 1),
  });
}

const wholeMs = (ms: number): number => Math.min(0xffff_ffff, Math.max(0, Math.round(ms)));

// ---- What is due, whatever has happened ----

function pursue(turn: Turn): void {
  if (turn.now >= answerDueAt(turn.state)) breakOff(turn, 'timed_out');
  connectWhenDue(turn);
  change(turn, { work: withoutExpired(turn.state.work, turn.now) });
  pauseOrResume(turn);
  startRun(turn);
  askForInput(turn);
  sendExchange(turn);
  sendReport(turn);
  setTimer(turn);
}

/** When patience ends with what the device waits for. */
function answerDueAt({ link, outbox }: AgentState): number {
  switch (link.state) {
    case 'off':
    case 'backing_off':
      return Infinity;
    case 'connecting':
    case 'greeting':
    case 'signing':
    case 'proving':
      return link.since + ANSWER_MS;
    case 'ready':
      return Math.min(outbox.inFlight?.sentAt ?? Infinity, link.asked?.at ?? Infinity) + ANSWER_MS;
    default:
      return unreachable(link);
  }
}

function connectWhenDue(turn: Turn): void {
  const { link } = turn.state;
  if (link.state !== 'backing_off' || turn.now < link.until) return;
  const linkNo = turn.state.linkNo + 1;
  change(turn, { linkNo, link: { state: 'connecting', since: turn.now, failures: link.failures } });
  turn.effects.push({ type: 'connect', linkNo });
}

/** A broken link stops no computing: what is held gets finished. Stop and rest do, and the governor does. */
const mayCompute = ({ allowed, link }: AgentState): boolean => allowed && link.state !== 'off';

function pauseOrResume(turn: Turn): void {
  const { work } = turn.state;
  const paused = !mayCompute(turn.state);
  if (!work.running || work.running.paused === paused) return;
  change(turn, { work: { ...work, running: { ...work.running, paused } } });
  turn.effects.push({ type: paused ? 'pauseCompute' : 'resumeCompute', runNo: work.runNo });
}

function startRun(turn: Turn): void {
  const { work, computeAfter } = turn.state;
  if (work.running || turn.now < computeAfter || !mayCompute(turn.state)) return;
  const ready = firstReady(work);
  if (!ready) return;
  const { lease, job, roundInput } = ready;
  const { jobId, kind, kindVersion, kernelHash, jobInput } = job;
  const { round, firstChunk, scoreToBeat } = lease;
  const runNo = work.runNo + 1;
  const waiting = work.waiting.filter((other) => other !== lease);
  change(turn, { work: { ...work, waiting, runNo, running: { lease, paused: false } } });
  const input = { jobId, round, kind, kindVersion, kernelHash, jobInput, roundInput };
  turn.effects.push({ type: 'compute', runNo, ...input, firstChunk, scoreToBeat });
}

function askForInput(turn: Turn): void {
  const { link, work } = turn.state;
  if (link.state !== 'ready' || link.asked || !mayCompute(turn.state) || !turn.state.mayTransfer) return;
  const lease = firstWithoutInput(work);
  if (!lease) return;
  const { jobId, round } = lease;
  change(turn, { link: { ...link, asked: { lease: { jobId, round }, at: turn.now } } });
  send(turn, { type: 'need', jobId, round, holdsJob: cachedJob(work, jobId) !== undefined });
}

/** A result goes out as soon as nothing is in flight, so that a killed page loses one unit; meanwhile others gather. */
function sendExchange(turn: Turn): void {
  const { link, outbox, report, mayTransfer } = turn.state;
  if (link.state !== 'ready' || outbox.inFlight || !mayTransfer) return;
  const want = wantedUnits(turn.state, turn.now);
  if (outbox.results.length === 0 && (want === 0 || turn.now < outbox.askAt)) return;
  const next = withExchange(outbox, want, report, turn.now, turn.environment.limits.deviceFrameBytes);
  change(turn, { outbox: next, link: { ...link, toldReason: report.reason } });
  sendBytes(turn, next.inFlight.bytes);
}

/** A phone rests without an exchange: its reason goes alone, once it has stood for long enough not to be a flicker. */
function sendReport(turn: Turn): void {
  const { link, report } = turn.state;
  if (link.state !== 'ready' || turn.now < reportDueAt(turn.state)) return;
  change(turn, { link: { ...link, toldReason: report.reason } });
  send(turn, { type: 'report', report });
}

const REPORT_MS = MINUTE;

function reportDueAt({ link, report, reasonSince, mayTransfer }: AgentState): number {
  const isNews = link.state === 'ready' && link.toldReason !== report.reason && mayTransfer;
  return isNews ? Math.max(reasonSince, link.since) + REPORT_MS : Infinity;
}

/** A device that may not compute, or could not just now, hoards nothing. */
const wantedUnits = (state: AgentState, now: number): number =>
  state.allowed && state.mayTransfer && now >= state.computeAfter
    ? Math.max(0, Math.min(state.maxHeld, MAX_UNITS) - heldCount(state.work))
    : 0;

function setTimer(turn: Turn): void {
  const next = nextDeadline(turn.state, turn.now);
  const at = Number.isFinite(next) ? next : undefined;
  if (at === turn.state.timerAt) return;
  change(turn, { timerAt: at });
  turn.effects.push({ type: 'setTimer', at });
}

/** The first instant at which `pursue` would do something that it has not done now. */
function nextDeadline(state: AgentState, now: number): number {
  const { link, outbox, work, allowed, computeAfter } = state;
  if (link.state === 'off') return Infinity;
  const asks = link.state === 'ready' && !outbox.inFlight && wantedUnits(state, now) > 0;
  const rests = allowed && !work.running && computeAfter > now;
  return Math.min(
    answerDueAt(state),
    reportDueAt(state),
    link.state === 'backing_off' ? link.until : Infinity,
    asks ? outbox.askAt : Infinity,
    rests ? computeAfter : Infinity,
  );
}
