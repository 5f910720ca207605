import { unreachable } from '../assert.ts';
import type { ExchangeReply, JobInput } from '../model/exchange.ts';
import { decodeFrame, type Frame, type Frames } from '../protocol/frames.ts';
import { linkProofBytes } from '../protocol/link-proof.ts';
import type { AgentState, OpeningLink, ReadyLink } from './agent-state.ts';
import { answerToBye } from './bye.ts';
import { relinked, settled, withInFlightBack, wokenUp } from './outbox.ts';
import { backOff, breakOff, change, hangUp, sendBytes, stop, type Turn } from './turn.ts';
import { withInput, withLeases, withoutRound } from './work.ts';

/**
 * A message of the server. What cannot be read, or comes in a state that it does not belong to, ends the link: the two
 * sides no longer mean the same, and a new link starts from what both have kept.
 */
export function receive(turn: Turn, bytes: Uint8Array): void {
  const { link } = turn.state;
  if (link.state === 'off' || link.state === 'backing_off') return; // hung up already
  const decoded = decodeFrame(bytes, turn.environment.limits.serverFrameBytes);
  if (!decoded.ok) return breakOff(turn, decoded.error === 'bad_version' ? 'bad_version' : 'malformed');
  const frame = decoded.value;
  if (frame.type === 'bye') return takeBye(turn, frame);
  if (link.state === 'greeting' && frame.type === 'challenge') return takeChallenge(turn, link, frame);
  if (link.state === 'proving' && frame.type === 'ready') return takeReady(turn, link, frame);
  if (link.state === 'ready') return takeWhenReady(turn, link, frame);
  breakOff(turn, 'unexpected_frame');
}

function takeChallenge(turn: Turn, link: OpeningLink, { nonce }: Frames['challenge']): void {
  const { origin, deviceId } = turn.environment;
  change(turn, { link: { ...link, state: 'signing' } });
  turn.effects.push({ type: 'sign', linkNo: turn.state.linkNo, bytes: linkProofBytes(origin, nonce, deviceId) });
}

function takeReady(turn: Turn, link: OpeningLink, frame: Frames['ready']): void {
  const outbox = relinked(turn.state.outbox, frame.lastSeq, turn.now);
  change(turn, {
    outbox,
    link: { state: 'ready', since: turn.now, failures: link.failures, asked: undefined, toldReason: 0 },
  });
  takePolicy(turn, frame);
  if (outbox.inFlight) sendBytes(turn, outbox.inFlight.bytes);
}

function takeWhenReady(turn: Turn, link: ReadyLink, frame: Exclude<Frame, Frames['bye']>): void {
  switch (frame.type) {
    case 'reply':
      return takeReply(turn, frame);
    case 'input':
      return takeInput(turn, link, frame);
    case 'gone':
      return change(turn, {
        link: { ...link, asked: undefined },
        work: withoutRound(turn.state.work, frame.jobId, frame.round),
      });
    case 'policy':
      return takePolicy(turn, frame);
    case 'wake':
      return change(turn, { outbox: wokenUp(turn.state.outbox, turn.now) });
    case 'hello':
    case 'challenge':
    case 'proof':
    case 'ready':
    case 'exchange':
    case 'need':
    case 'report':
      return breakOff(turn, 'unexpected_frame');
    default:
      return unreachable(frame);
  }
}

function takeReply(turn: Turn, reply: ExchangeReply): void {
  const { inFlight } = turn.state.outbox;
  if (!inFlight || reply.seq < inFlight.seq) return; // a second copy
  if (reply.seq > inFlight.seq || reply.outcomes.length !== inFlight.results.length) {
    // Not the reply to what we sent: somebody else used our seq. The results go into a new exchange.
    change(turn, { outbox: withInFlightBack(turn.state.outbox) });
    return breakOff(turn, 'unexpected_frame');
  }
  if (reply.status === 'device_stopped' || reply.status === 'not_opted_in') return stop(turn, reply.status, 'leaving');
  const { status, retryMs } = reply;
  change(turn, {
    refused: status === 'ok' ? undefined : { status, until: turn.now + retryMs },
    outbox: settled(turn.state.outbox, inFlight, reply, turn.now),
    work: withLeases(turn.state.work, reply.leases, turn.now),
  });
  if (status === 'outside_hours') tellZone(turn);
}

/** A driver has crossed a border since the link opened: the server goes by the zone that it heard then, so it hears another. */
function tellZone(turn: Turn): void {
  if (turn.environment.zoneMinutes() === turn.state.toldZone) return;
  hangUp(turn, 'resting');
  change(turn, { link: { state: 'backing_off', until: turn.now, failures: 0 } });
}

function takeInput(turn: Turn, link: ReadyLink, input: JobInput): void {
  const { asked } = link;
  if (asked?.lease.jobId !== input.jobId || asked.lease.round !== input.round) return; // a second copy
  // Nothing kept = the job's part was evicted while its round's part was on the way: `pursue` asks for both.
  const work = withInput(turn.state.work, input) ?? turn.state.work;
  change(turn, { work, link: { ...link, asked: undefined } });
}

function takePolicy(turn: Turn, { policyVersion, maxHeld }: Pick<AgentState, 'policyVersion' | 'maxHeld'>): void {
  const isNew = policyVersion !== turn.state.policyVersion;
  if (isNew) turn.effects.push({ type: 'policyChanged', policyVersion });
  // What was refused under the old one may be had under the new one.
  const outbox = isNew ? wokenUp(turn.state.outbox, turn.now) : turn.state.outbox;
  change(turn, { policyVersion, maxHeld, outbox });
}

function takeBye(turn: Turn, { code }: Frames['bye']): void {
  const answer = answerToBye(code);
  switch (answer) {
    case 'stop':
      return stop(turn, code);
    case 'retry':
    case 'retry_late':
      hangUp(turn, undefined);
      return backOff(turn, answer === 'retry' ? 'usual' : 'late');
    default:
      return unreachable(answer);
  }
}
