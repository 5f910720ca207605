import { describe, expect, it } from 'vitest';
import { NEW_AGENT, type AgentState, type Link } from '../../shared/agent/agent-state.ts';
import { aLeaseGroup } from '../../shared/protocol/testing/examples.ts';
import { withInput, withLeases } from '../../shared/agent/work.ts';
import { jobId } from '../../shared/ids.ts';
import { standOf, type ComputeFacts } from './compute-view.ts';

const linked = (link: Link, changes: Partial<AgentState> = {}): AgentState => ({ ...NEW_AGENT, link, ...changes });
const READY: Link = { state: 'ready', since: 0, failures: 0, asked: undefined };
const connecting = (failures: number): Link => ({ state: 'connecting', since: 0, failures });

const FACTS: ComputeFacts = {
  unsupported: undefined,
  isEnabled: true,
  isInFront: true,
  isOnline: true,
  isWaiting: false,
  agent: linked(READY),
  ended: undefined,
  failure: undefined,
  progress: 0.5,
};

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
    ['behind another app', { isInFront: false }, 'resting', 'not_in_front'],
    ['not opted in', { isEnabled: false }, 'off', undefined],
    ['not known any more', { isEnabled: false, ended: 'bad_signature' }, 'off', 'bad_signature'],
    ['a browser that cannot', { unsupported: 'no_webassembly', isEnabled: false }, 'unsupported', 'no_webassembly'],
  ])('%s', (_, facts, state, reason) => {
    expect(standOf({ ...FACTS, ...facts })).toMatchObject({ state, reason });
  });

  it('names the unit at work, as far as it has come', () => {
    const { working: unit } = standOf({ ...FACTS, agent: working(false) });
    expect(unit).toEqual({ kind: 'tiny', jobId: 1, progress: 0.5 });
  });
});
