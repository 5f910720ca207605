import type { Decision, RestCode } from '../../shared/agent/governor/signals.ts';
import type { AgentState, Link } from '../../shared/agent/agent-state.ts';
import type { LeaseStatus } from '../../shared/model/exchange.ts';
import { cachedJob } from '../../shared/agent/work.ts';
import { unreachable } from '../../shared/assert.ts';
import type { Unsupported } from './supported.ts';
import type { ComputeFailure } from './task-worker.ts';
import type { ComputeState, ComputeView, RestEnd } from './view.ts';

/** All that decides what the screens are told. */
export interface ComputeFacts {
  readonly unsupported: Unsupported | undefined;
  readonly isEnabled: boolean;
  /** The governor's; nothing before the phone was opted in. */
  readonly decision: Decision | undefined;
  readonly isOnline: boolean;
  /** Another tab has the turn. */
  readonly isWaiting: boolean;
  /** Nothing before the device is enrolled. */
  readonly agent: AgentState | undefined;
  /** Why this device was turned off for good; nothing while it is not. */
  readonly ended: string | undefined;
  /** Why the last computation gave nothing; nothing once one has begun to. */
  readonly failure: ComputeFailure | undefined;
  readonly progress: number;
}

type Stand = Pick<ComputeView, 'state' | 'reason' | 'working'>;

/** State, reason and unit at work, in precedence order. */
export function standOf(facts: ComputeFacts): Stand {
  const { unsupported, isEnabled, decision, isOnline, isWaiting, agent, ended } = facts;
  if (unsupported) return stand('unsupported', unsupported);
  if (ended !== undefined) return stand('off', ended);
  if (!isEnabled) return stand('off');
  if (decision?.link === 'close') return stand('resting', decision.reason);
  if (isWaiting) return stand('other_tab');
  if (decision && rests(decision)) {
    const reason = decision.failing.find((code) => isNews(code, facts));
    if (reason !== undefined || decision.failing.length === 0) return stand('resting', reason);
  }
  if (!agent) return stand(isOnline ? 'connecting' : 'offline');
  const working = workingOf(agent, facts.progress);
  const [state, reason] = isOnline ? linkStand(agent.link) : (['offline'] as const);
  if (state !== 'ready') return { state, reason, working };
  if (working) return { state: 'computing', reason: undefined, working };
  const refused = agent.refused?.status;
  if (refused && BY_SERVER.includes(refused)) return stand('resting', refused);
  return stand('ready', facts.failure);
}

/**
 * The server gives no work for a reason that a driver should read. All others are the governor's own, or nothing to do. Of the
 * hours agreed to it has a clock of its own: one zone a day.
 */
const BY_SERVER: readonly LeaseStatus[] = ['budget_spent', 'day_full', 'paused_by_us', 'outside_hours'];

/** Whether the rest that is shown is a bound of the consent. The server knows of no other hours. */
export const isByConsent = (decision: Decision | undefined, { state, reason }: Stand): boolean =>
  state === 'resting' &&
  (decision?.failing.some((code) => code === reason)
    ? decision.byConsent.some((code) => code === reason)
    : reason === 'outside_hours');

/** A weak network alone stops transfers, not what is in hand. */
const rests = ({ share, mayTransfer }: Decision): boolean => share === 0 || !mayTransfer;

/** A touch of this page is none while there is no work; that there is no network at all has a sign of its own. */
const isNews = (reason: RestCode, { agent, isOnline }: ComputeFacts): boolean =>
  reason === 'in_use' ? agent?.work.running !== undefined : reason !== 'weak_network' || isOnline;

const stand = (state: ComputeState, reason?: string): Stand => ({ state, reason, working: undefined });

/** A first try is `connecting`; once one has failed the server cannot be reached, until it is. */
function linkStand(link: Link): readonly [ComputeState, string?] {
  switch (link.state) {
    case 'off':
      if (link.why === 'replaced') return ['other_tab'];
      return link.why === 'not_started' || link.why === 'resting' ? ['connecting'] : ['off', link.why];
    case 'backing_off':
    case 'connecting':
    case 'greeting':
    case 'signing':
    case 'proving':
      return [link.failures > 0 ? 'offline' : 'connecting'];
    case 'ready':
      return ['ready'];
    default:
      return unreachable(link);
  }
}

function workingOf({ work }: AgentState, progress: number): ComputeView['working'] {
  if (!work.running || work.running.paused) return undefined;
  const { jobId } = work.running.lease;
  return { kind: cachedJob(work, jobId)?.kind ?? '', jobId, progress };
}

/** What ends a refusal of the server's by its own clock. */
export function refusalEndsOf(
  agent: AgentState | undefined,
  now: number,
  shown: string | undefined,
): readonly RestEnd[] {
  const refused = agent?.refused;
  if (shown !== 'outside_hours' || refused?.status !== shown) return [];
  return [{ when: 'time', seconds: secondsTo(refused.until, now) }];
}

/** What ends the rest that is shown, with times as seconds from now: what a screen counts down. */
export const restEndsOf = (
  decision: Decision | undefined,
  now: number,
  shown: string | undefined,
): readonly RestEnd[] =>
  (decision?.endsOf[shown as RestCode] ?? []).map((end) =>
    end.when === 'time' ? { when: 'time', seconds: secondsTo(end.at, now) } : end,
  );

const secondsTo = (at: number, now: number): number => countedDown(Math.max(1, Math.ceil((at - now) / 1000)));

/** By the second while somebody may wait for it, by the minute before: a rest of hours is not drawn anew each second. */
const countedDown = (seconds: number): number => (seconds <= 15 * 60 ? seconds : 60 * Math.ceil(seconds / 60));
