import { describe, expect, it } from 'vitest';
import { NEW_AGENT, type AgentState, type Link } from '../../shared/agent/agent-state.ts';
import { aLeaseGroup } from '../../shared/protocol/testing/examples.ts';
import { withInput, withLeases } from '../../shared/agent/work.ts';
import { jobId } from '../../shared/ids.ts';
import type { LeaseStatus } from '../../shared/model/exchange.ts';
import type { Decision, RestCode } from '../../shared/agent/governor/signals.ts';
import { isByConsent, refusalEndsOf, restEndsOf, standOf, type ComputeFacts } from './compute-view.ts';

const linked = (link: Link, changes: Partial<AgentState> = {}): AgentState => ({ ...NEW_AGENT, link, ...changes });
const READY: Link = { state: 'ready', since: 0, failures: 0, asked: undefined, toldReason: 0 };
/** Linked, and the last reply had no work for it. */
const refusedAs = (status: LeaseStatus): AgentState =>
  linked(READY, { refused: { status: status === 'ok' ? 'resting' : status, until: 9 } });
const connecting = (failures: number): Link => ({ state: 'connecting', since: 0, failures });

const FACTS: ComputeFacts = {
  unsupported: undefined,
  isEnabled: true,
  decision: undefined,
  isOnline: true,
  isWaiting: false,
  agent: linked(READY),
  ended: undefined,
  failure: undefined,
  progress: 0.5,
};

const GOES: Decision = {
  ...{ reason: undefined, failing: [], byConsent: [], ends: [], endsOf: {}, half: [], unknown: [] },
  ...{ share: 1.5, link: 'keep', mayTransfer: true },
};
const rest = (reason: Decision['reason'], changes: Partial<Decision> = {}): Decision => ({
  ...GOES,
  ...{ reason, failing: reason === undefined ? [] : [reason], share: 0, mayTransfer: false },
  ...changes,
});

/** A rest with what ends it, and what ends others behind it. */
const ending = (reason: RestCode, ends: Decision['ends'], others: Decision['endsOf'] = {}): Decision =>
  rest(reason, { ends, endsOf: { ...others, [reason]: ends } });

/** One unit leased, its input here, and running. */
function working(paused: boolean): AgentState {
  const leased = withLeases(NEW_AGENT.work, [aLeaseGroup([0])], 0);
  const input = { jobId: jobId(1), round: 0, kind: 'tiny', kindVersion: 1, kernelHash: new Uint8Array(32) };
  const work = withInput(leased, { ...input, jobInput: Uint8Array.of(1), roundInput: new Uint8Array() }) ?? leased;
  const [lease] = work.waiting;
  return linked(READY, { work: { ...work, waiting: [], ...(lease && { running: { lease, paused } }) } });
}

describe('what the screens are told', () => {
  it.each<[string, Partial<ComputeFacts>, string, string | undefined]>([
    ['a phone that waits for work', {}, 'ready', undefined],
    ['a phone at work', { agent: working(false) }, 'computing', undefined],
    ['a phone at work whose line is gone', { agent: { ...working(false), link: connecting(2) } }, 'offline', undefined],
    ['a phone that was told to pause', { agent: working(true) }, 'ready', undefined],
    ['a kernel that was refused', { failure: 'wrong_kernel' }, 'ready', 'wrong_kernel'],
    ['a first try', { agent: linked(connecting(0)) }, 'connecting', undefined],
    ['a further try', { agent: linked(connecting(1)) }, 'offline', undefined],
    ['between two tries', { agent: linked({ state: 'backing_off', until: 9, failures: 3 }) }, 'offline', undefined],
    ['no network', { isOnline: false }, 'offline', undefined],
    ['enrolling', { agent: undefined }, 'connecting', undefined],
    ['enrolling without a network', { agent: undefined, isOnline: false }, 'offline', undefined],
    ['another tab', { isWaiting: true }, 'other_tab', undefined],
    ['thrown out by another tab', { agent: linked({ state: 'off', why: 'replaced' }) }, 'other_tab', undefined],
    ['stopped by the server', { agent: linked({ state: 'off', why: 'device_stopped' }) }, 'off', 'device_stopped'],
    ['behind another app', { decision: rest('not_in_front', { link: 'close' }) }, 'resting', 'not_in_front'],
    ['at the data cap, linked or not', { decision: rest('data_cap', { link: 'close' }) }, 'resting', 'data_cap'],
    ['a low battery', { decision: rest('battery_low') }, 'resting', 'battery_low'],
    ['a low battery without a network', { decision: rest('battery_low'), isOnline: false }, 'resting', 'battery_low'],
    ['touched while at work', { decision: rest('in_use'), agent: working(true) }, 'resting', 'in_use'],
    [
      'touched with nothing to do, and paused: the tap that paused it is no touch',
      { decision: rest('in_use', { failing: ['in_use', 'paused_by_you'] }) },
      'resting',
      'paused_by_you',
    ],
    [
      'outside the hours by the server’s clock alone',
      { agent: refusedAs('outside_hours') },
      'resting',
      'outside_hours',
    ],
    ['touched with nothing to do', { decision: rest('in_use') }, 'ready', undefined],
    [
      'a weak network',
      { decision: rest('weak_network', { share: 1 }), agent: working(false) },
      'resting',
      'weak_network',
    ],
    ['no network at all', { decision: rest('weak_network', { share: 1 }), isOnline: false }, 'offline', undefined],
    ['half duty', { decision: { ...GOES, half: ['warm'] }, agent: working(false) }, 'computing', undefined],
    ['no money left to pay work', { agent: refusedAs('budget_spent') }, 'resting', 'budget_spent'],
    ['a day of work done', { agent: refusedAs('day_full') }, 'resting', 'day_full'],
    ['paused by the server', { agent: refusedAs('paused_by_us') }, 'resting', 'paused_by_us'],
    ['nothing to do, the server says', { agent: refusedAs('nothing_to_do') }, 'ready', undefined],
    ['not opted in', { isEnabled: false }, 'off', undefined],
    ['not known any more', { isEnabled: false, ended: 'bad_signature' }, 'off', 'bad_signature'],
    ['a browser that cannot', { unsupported: 'no_webassembly', isEnabled: false }, 'unsupported', 'no_webassembly'],
  ])('%s', (_, facts, state, reason) => {
    expect(standOf({ ...FACTS, ...facts })).toMatchObject({ state, reason });
  });

  it('counts down what time ends, and says the rest as it is', () => {
    const ends = [
      { when: 'battery', level: 30 },
      { when: 'time', at: 61_200 },
    ] as const;
    expect(restEndsOf(ending('battery_low', ends), 1_000, 'battery_low')).toEqual([
      { when: 'battery', level: 30 },
      { when: 'time', seconds: 61 },
    ]);
    expect(restEndsOf(ending('in_use', [{ when: 'time', at: 900 }]), 1_000, 'in_use')).toEqual([
      { when: 'time', seconds: 1 },
    ]);
    expect(restEndsOf({ ...GOES, ends }, 0, undefined)).toEqual([]);
    // What ends the touch does not end the pause that is shown, which has an end of its own.
    const touched = ending('in_use', ends, { paused_by_you: [{ when: 'time', at: 5_000 }] });
    expect(restEndsOf(touched, 0, 'paused_by_you')).toEqual([{ when: 'time', seconds: 5 }]);
    expect(restEndsOf(touched, 0, 'outside_hours')).toEqual([]);
  });

  it('says whether it is the consent that bounds it, and when the server’s own clock lets it on', () => {
    const out = { state: 'resting', reason: 'outside_hours', working: undefined } as const;
    expect(isByConsent({ ...rest('outside_hours'), byConsent: ['outside_hours'] }, out)).toBe(true);
    expect(isByConsent({ ...rest('outside_hours'), byConsent: ['wifi_only'] }, out)).toBe(false);
    expect(isByConsent(GOES, out), 'the server knows of no other hours').toBe(true);
    expect(isByConsent(GOES, { ...out, state: 'ready', reason: undefined })).toBe(false);
    const refused = linked(READY, { refused: { status: 'outside_hours', until: 61_000 } });
    expect(refusalEndsOf(refused, 1_000, 'outside_hours')).toEqual([{ when: 'time', seconds: 60 }]);
    expect(refusalEndsOf(refused, 1_000, undefined)).toEqual([]);
    expect(refusalEndsOf(refusedAs('day_full'), 1_000, 'day_full')).toEqual([]);
  });

  it('names the unit at work, as far as it has come', () => {
    const { working: unit } = standOf({ ...FACTS, agent: working(false) });
    expect(unit).toEqual({ kind: 'tiny', jobId: 1, progress: 0.5 });
  });
});
