import { encodeFrame, type Frame } from '../protocol/frames.ts';
import type { ByeCode } from '../protocol/frame-table.ts';
import { SECOND } from '../time.ts';
import type {
  AgentEffect,
  AgentEnvironment,
  AgentState,
  Link,
  OffLink,
  OpeningLink,
  ReadyLink,
} from './agent-state.ts';
import { backOffMs } from './back-off.ts';
import { EMPTY_OUTBOX } from './outbox.ts';
import { NO_WORK } from './work.ts';

/** One step under way: the state so far and the effects so far. Lives no longer than the step, so the step stays pure. */
export interface Turn {
  state: AgentState;
  readonly effects: AgentEffect[];
  readonly now: number;
  readonly environment: AgentEnvironment;
}

/** A link this old was a good one: the back-off starts over. */
const GOOD_LINK_MS = 10 * SECOND;
/** Where the back-off starts for a server that asks for air: a ceiling of 2^4 seconds. */
const LATE_FAILURES = 4;

export function change(turn: Turn, changes: Partial<AgentState>): void {
  turn.state = { ...turn.state, ...changes };
}

export function send(turn: Turn, frame: Frame): void {
  sendBytes(turn, encodeFrame(frame));
}

export function sendBytes(turn: Turn, bytes: Uint8Array): void {
  turn.effects.push({ type: 'send', linkNo: turn.state.linkNo, bytes });
}

const isUp = (link: Link): link is OpeningLink | ReadyLink => link.state !== 'off' && link.state !== 'backing_off';

/** Closes whatever socket there is, saying why where it can be said. The caller says what the link is from now on. */
export function hangUp(turn: Turn, code: ByeCode | undefined): void {
  const { link, linkNo } = turn.state;
  if (!isUp(link)) return;
  if (code !== undefined && link.state !== 'connecting') send(turn, { type: 'bye', code });
  turn.effects.push({ type: 'close', linkNo });
}

/** The link is gone: another try after a while. */
export function backOff(turn: Turn, pace: 'usual' | 'late' = 'usual'): void {
  const { link } = turn.state;
  if (!isUp(link)) return;
  const wasGood = link.state === 'ready' && turn.now - link.since >= GOOD_LINK_MS;
  const counted = wasGood ? 0 : link.failures + 1;
  const failures = pace === 'late' ? Math.max(LATE_FAILURES, counted) : counted;
  const until = turn.now + backOffMs(failures, turn.environment.rng);
  change(turn, { link: { state: 'backing_off', until, failures } });
}

/** Closes the link and tries again after a while. */
export function breakOff(turn: Turn, code: ByeCode): void {
  hangUp(turn, code);
  backOff(turn);
}

/** Off until the app says start, with nothing left in hand: what was computed and not delivered is forgotten too. */
export function stop(turn: Turn, why: OffLink['why'], code?: ByeCode): void {
  hangUp(turn, code);
  const { work } = turn.state;
  if (work.running) turn.effects.push({ type: 'abortCompute', runNo: work.runNo });
  change(turn, {
    link: { state: 'off', why },
    work: { ...NO_WORK, runNo: work.runNo }, // the count goes on: an aborted run may still report
    outbox: EMPTY_OUTBOX,
    failedRuns: 0,
    computeAfter: 0,
  });
}
