import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobId } from '../ids.ts';
import type { JobInput } from '../model/exchange.ts';
import { decodeFrame, encodeFrame, type Frame } from '../protocol/frames.ts';
import { A_REPORT, aLeaseGroup, aReply } from '../protocol/testing/examples.ts';
import { frames } from '../protocol/testing/frames.ts';
import { zoneOnWire } from '../protocol/zone.ts';
import type { AgentEvent, Link } from './agent-state.ts';
import { DrivenAgent } from './testing/driven-agent.ts';

const OUTPUT = new Uint8Array(512);

const anInput = (changes: Partial<JobInput> = {}): Frame => ({
  type: 'input',
  jobId: jobId(1),
  round: 0,
  kind: 'tiny',
  kindVersion: 1,
  kernelHash: new Uint8Array(32),
  jobInput: Uint8Array.of(1, 2, 3),
  roundInput: new Uint8Array(0),
  ...changes,
});

/** Ready, allowed, two leases taken, the first one computing, nothing in flight. */
const computing = (): DrivenAgent => {
  const agent = new DrivenAgent().allow().link(0, 2);
  agent.hear({ type: 'reply', ...aReply({ outcomes: [], leases: [aLeaseGroup([0, 1])] }) }).hear(anInput());
  return agent;
};

const finish = (agent: DrivenAgent): DrivenAgent =>
  agent.do({ type: 'computed', runNo: agent.state.work.runNo, output: OUTPUT, cpuMs: 2100.4 });

describe('the link of a device', () => {
  const STATES: Readonly<Record<Link['state'], () => DrivenAgent>> = {
    off: () => new DrivenAgent().allow(),
    backing_off: () => new DrivenAgent().allow().do({ type: 'start' }).do({ type: 'closed', linkNo: 1 }),
    connecting: () => new DrivenAgent().allow().do({ type: 'start' }),
    greeting: () => STATES.connecting().do({ type: 'opened', linkNo: 1 }),
    signing: () => STATES.greeting().hear({ type: 'challenge', nonce: new Uint8Array(32) }),
    proving: () => STATES.signing().do({ type: 'signed', linkNo: 1, signature: new Uint8Array(64) }),
    ready: () => STATES.proving().hear({ type: 'ready', lastSeq: 0, policyVersion: 1, maxHeld: 4 }),
  };
  const states = Object.keys(STATES) as Link['state'][];

  const hears = (frame: Frame) => (agent: DrivenAgent) => agent.hear(frame);
  const does = (event: AgentEvent) => (agent: DrivenAgent) => agent.do(event);
  const same = Object.fromEntries(states.map((state) => [state, state])) as Record<Link['state'], Link['state']>;
  /** A frame out of turn ends every link that is up. */
  const outOfTurn = {
    ...same,
    connecting: 'backing_off',
    greeting: 'backing_off',
    signing: 'backing_off',
    proving: 'backing_off',
    ready: 'backing_off',
  } as const;
  const stopsLink = {
    ...same,
    connecting: 'off',
    greeting: 'off',
    signing: 'off',
    proving: 'off',
    ready: 'off',
  } as const;
  const allOff = Object.fromEntries(states.map((state) => [state, 'off'])) as Record<Link['state'], Link['state']>;

  const TABLE: readonly (readonly [
    string,
    (agent: DrivenAgent) => DrivenAgent,
    Record<Link['state'], Link['state']>,
  ])[] = [
    ['start', does({ type: 'start' }), { ...same, off: 'connecting' }],
    ['stop', does({ type: 'stop' }), allOff],
    ['rest', does({ type: 'rest' }), allOff],
    ['the governor', (agent) => agent.allow(false), same],
    ['opened', does({ type: 'opened', linkNo: 1 }), { ...same, connecting: 'greeting' }],
    ['opened, an old socket', does({ type: 'opened', linkNo: 0 }), same],
    ['closed', does({ type: 'closed', linkNo: 1 }), outOfTurn],
    ['closed, an old socket', does({ type: 'closed', linkNo: 0 }), same],
    ['signed', does({ type: 'signed', linkNo: 1, signature: new Uint8Array(64) }), { ...same, signing: 'proving' }],
    ['signed, for an old link', does({ type: 'signed', linkNo: 0, signature: new Uint8Array(64) }), same],
    ['no key', does({ type: 'signed', linkNo: 1, signature: undefined }), { ...same, signing: 'off' }],
    ['computed, nobody knows what', does({ type: 'computed', runNo: 9, output: OUTPUT, cpuMs: 1 }), same],
    ['failed, nobody knows what', does({ type: 'failed', runNo: 9 }), same],
    ['an early tick', does({ type: 'tick' }), same],
    ['a tick after 31 s', (agent) => agent.wait(31_000), { ...outOfTurn, backing_off: 'connecting' }],
    ['challenge', hears({ type: 'challenge', nonce: new Uint8Array(32) }), { ...outOfTurn, greeting: 'signing' }],
    ['ready', hears({ type: 'ready', lastSeq: 0, policyVersion: 1, maxHeld: 4 }), { ...outOfTurn, proving: 'ready' }],
    ['reply', hears({ type: 'reply', ...aReply({ outcomes: [], leases: [] }) }), { ...outOfTurn, ready: 'ready' }],
    ['reply to what was not sent', hears({ type: 'reply', ...aReply({ seq: 2, outcomes: [] }) }), outOfTurn],
    ['reply to something else', hears({ type: 'reply', ...aReply({ outcomes: ['accepted'] }) }), outOfTurn],
    [
      'reply: stopped',
      hears({ type: 'reply', ...aReply({ outcomes: [], status: 'device_stopped' }) }),
      { ...outOfTurn, ready: 'off' },
    ],
    ['input', hears(anInput()), { ...outOfTurn, ready: 'ready' }],
    ['gone', hears({ type: 'gone', jobId: jobId(1), round: 0 }), { ...outOfTurn, ready: 'ready' }],
    ['policy', hears({ type: 'policy', policyVersion: 2, maxHeld: 1 }), { ...outOfTurn, ready: 'ready' }],
    ['wake', hears({ type: 'wake' }), { ...outOfTurn, ready: 'ready' }],
    ['bye, to come back', hears({ type: 'bye', code: 'shutting_down' }), outOfTurn],
    ['bye, for good', hears({ type: 'bye', code: 'not_opted_in' }), stopsLink],
    ["a device's frame", hears({ type: 'hello', deviceId: 7 as never, cores: 1, zone: 1440 }), outOfTurn],
    ['garbage on an old socket', does({ type: 'received', linkNo: 0, bytes: Uint8Array.of(1, 2, 3) }), same],
    ['garbage', does({ type: 'received', linkNo: 1, bytes: Uint8Array.of(1, 2, 3) }), outOfTurn],
  ];

  it.each(TABLE)('after %s', (_, act, expected) => {
    const after = Object.fromEntries(states.map((state) => [state, act(STATES[state]()).state.link.state]));
    expect(after).toEqual(expected);
  });

  it.each(states)('asks for its timer and keeps still when looked at again: %s', (state) => {
    const agent = STATES[state]();
    const { timerAt } = agent.state;
    agent.take();
    agent.do({ type: 'tick' });
    expect(agent.take()).toEqual(timerAt === undefined ? [] : [{ type: 'setTimer', at: timerAt }]);
  });

  it('survives any frames of a server in any state', () => {
    const messages = fc.array(fc.oneof(frames.map(encodeFrame), fc.uint8Array({ maxLength: 40 })), { maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom(...states), messages, (state, list) => {
        const agent = STATES[state]();
        for (const bytes of list) agent.do({ type: 'received', linkNo: agent.state.linkNo, bytes });
      }),
    );
  });

  it('waits up to a second, then twice as long each time, five minutes at most, and from 16 s when the server asks for air', () => {
    const agent = new DrivenAgent().do({ type: 'start' });
    const waits = Array.from({ length: 11 }, () => {
      agent.do({ type: 'closed', linkNo: agent.state.linkNo });
      const { link } = agent.state;
      const wait = link.state === 'backing_off' ? link.until - agent.now : Number.NaN;
      agent.wait(wait);
      return wait;
    });
    // Half the ceiling, as the test's dice always fall.
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 150, 150, 150].map((seconds) => seconds * 1000));
    const crowded = STATES.ready().hear({ type: 'bye', code: 'overloaded' });
    expect(crowded.state.link).toMatchObject({ until: crowded.now + 8_000 });
  });

  it('starts the back-off over after a link that held', () => {
    const agent = STATES.ready()
      .allow(false)
      .hear({ type: 'reply', ...aReply({ outcomes: [], leases: [] }) });
    agent.wait(10_000).do({ type: 'closed', linkNo: 1 });
    expect(agent.state.link).toMatchObject({ until: agent.now + 500 });
  });
});

describe('work', () => {
  it('is asked for, fetched and computed one unit after another', () => {
    const agent = new DrivenAgent().allow().link(0, 2);
    expect(agent.takeSent().at(-1)).toMatchObject({ type: 'exchange', seq: 1, want: 2, groups: [] });
    agent.hear({ type: 'reply', ...aReply({ outcomes: [], leases: [aLeaseGroup([3, 4], { firstTask: 1024 })] }) });
    expect(agent.takeSent()).toEqual([{ type: 'need', jobId: 1, round: 0, holdsJob: false }]);
    agent.hear(anInput());
    expect(agent.take()).toMatchObject([
      { type: 'compute', runNo: 1, kind: 'tiny', firstChunk: (1024 + 3) * 64 },
      { type: 'setTimer' },
    ]);
    finish(agent);
    const [compute, send] = agent.take();
    expect(compute).toMatchObject({ type: 'compute', runNo: 2, firstChunk: (1024 + 4) * 64 });
    expect(send?.type).toBe('send');
  });

  it('delivers a result at once, and gathers those that are done meanwhile', () => {
    const agent = computing();
    agent.take();
    finish(agent);
    const [first] = agent.takeSent();
    expect(first).toMatchObject({
      type: 'exchange',
      seq: 2,
      want: 1,
      groups: [{ results: [{ taskIndex: 0, cpuMs: 2100 }] }],
    });
    finish(agent);
    expect(agent.takeSent()).toEqual([]);
    agent.hear({ type: 'reply', ...aReply({ seq: 2, outcomes: ['accepted'], leases: [] }) });
    expect(agent.takeSent()).toMatchObject([
      { type: 'exchange', seq: 3, want: 2, groups: [{ results: [{ taskIndex: 1 }] }] },
    ]);
  });

  it('asks again after retryMs, or when woken, even while the old answer is on its way', () => {
    const agent = new DrivenAgent().allow().link(0, 1);
    const nothing = (seq: number): Frame => ({
      type: 'reply',
      ...aReply({ seq, outcomes: [], leases: [], status: 'nothing_to_do' }),
    });
    agent.hear(nothing(1)).take();
    expect(agent.wait(239_999).takeSent()).toEqual([]);
    expect(agent.wait(1).takeSent()).toMatchObject([{ type: 'exchange', seq: 2, want: 1 }]);
    agent.hear(nothing(2)).take();
    expect(agent.hear({ type: 'wake' }).takeSent()).toMatchObject([{ type: 'exchange', seq: 3 }]);
    agent.hear({ type: 'wake' }).hear(nothing(3)).take();
    expect(agent.wait(1_000).takeSent()).toMatchObject([{ type: 'exchange', seq: 4 }]);
  });

  it('links again when it is refused for the hours and its clock is in another zone than it said, and not otherwise', () => {
    const agent = new DrivenAgent().allow().link(0, 1);
    const outside = (seq: number): Frame => ({
      type: 'reply',
      ...aReply({ seq, outcomes: [], leases: [], status: 'outside_hours', retryMs: 3_600_000 }),
    });
    agent.hear(outside(1)).take();
    expect(agent.state.link.state).toBe('ready');
    agent.zoneMinutes = -60;
    expect(agent.wait(3_600_000).takeSent()).toMatchObject([{ type: 'exchange', seq: 2 }]); // nothing hurries it
    expect(agent.hear(outside(2)).takeNames()).toEqual(['bye', 'close', 'connect']);
    expect(agent.do({ type: 'opened', linkNo: 2 }).takeSent()).toMatchObject([
      { type: 'hello', zone: zoneOnWire(-60) },
    ]);
    agent
      .hear({ type: 'challenge', nonce: new Uint8Array(32) })
      .do({ type: 'signed', linkNo: 2, signature: new Uint8Array(64) })
      .take();
    agent.hear({ type: 'ready', lastSeq: 2, policyVersion: 1, maxHeld: 1 });
    expect(agent.takeSent(), 'and asks at once').toMatchObject([{ type: 'exchange', seq: 3 }]);
    agent.hear(outside(3)).take(); // it is not believed today: then it waits
    expect(agent.state.link.state).toBe('ready');
  });

  it('asks for nothing and starts nothing while the governor says no, but delivers', () => {
    const agent = computing().allow(false);
    expect(agent.takeNames()).toContain('pauseCompute');
    expect(agent.allow(true).takeNames()).toEqual(['resumeCompute']);
    agent.allow(false).take();
    finish(agent);
    expect(agent.takeSent()).toMatchObject([{ type: 'exchange', want: 0, groups: [{}] }]);
    agent.hear({ type: 'reply', ...aReply({ seq: 2, outcomes: ['accepted'], leases: [] }) });
    expect(agent.take().filter((effect) => effect.type === 'compute')).toEqual([]);
  });

  describe('a rest', () => {
    const rests = (agent: DrivenAgent, reason: number): DrivenAgent =>
      agent.do({ type: 'governed', allowed: reason === 0, report: { ...A_REPORT, reason, duty: 0 } });
    const saidAlone = (agent: DrivenAgent): readonly unknown[] =>
      agent.takeSent().flatMap((frame) => (frame.type === 'report' ? [frame.report.reason] : []));
    const idle = (): DrivenAgent => {
      const agent = rests(new DrivenAgent(), 0).link(0, 2).hear(nothing(1));
      agent.take();
      return agent;
    };
    const nothing = (seq: number): Frame => ({
      type: 'reply',
      ...aReply({ seq, outcomes: [], leases: [], status: 'nothing_to_do', retryMs: 3_600_000 }),
    });

    it('is told alone when it has stood for a minute, once, and so is its end', () => {
      const agent = rests(idle(), 5);
      expect(saidAlone(agent.wait(59_999))).toEqual([]);
      expect(saidAlone(agent.wait(1))).toEqual([5]);
      expect(saidAlone(rests(agent, 5).wait(600_000))).toEqual([]);
      expect(saidAlone(rests(agent, 0).wait(59_999))).toEqual([]);
      expect(saidAlone(agent.wait(1))).toEqual([0]);
    });

    it('sets its own timer', () => {
      const agent = rests(idle(), 5);
      expect(agent.state.timerAt).toBe(agent.now + 60_000);
    });

    it('that was a flicker, or that an exchange has told, is not', () => {
      const agent = rests(rests(idle(), 5).wait(30_000), 0);
      expect(saidAlone(agent.wait(120_000))).toEqual([]);
      const busy = computing();
      busy.take();
      finish(rests(busy, 5));
      expect(busy.takeSent()).toMatchObject([{ type: 'exchange', report: { reason: 5 } }]);
      expect(saidAlone(busy.wait(120_000))).toEqual([]);
    });

    it('waits for the network, and is told again on a new link', () => {
      const weak = {
        type: 'governed',
        allowed: false,
        mayTransfer: false,
        report: { ...A_REPORT, reason: 9 },
      } as const;
      const agent = idle().do(weak).wait(120_000);
      expect(saidAlone(agent)).toEqual([]);
      expect(saidAlone(agent.do({ ...weak, mayTransfer: true }))).toEqual([9]);
      agent.do({ type: 'closed', linkNo: 1 }).wait(60_000).relink(1, 2);
      expect(saidAlone(agent.wait(60_000))).toEqual([9]);
    });
  });

  it('goes on computing while the link is down, and names what it holds when it is back', () => {
    const agent = computing();
    agent.do({ type: 'closed', linkNo: 1 }).take();
    finish(agent);
    expect(agent.takeNames()).toEqual(['compute']);
    agent.wait(60_000).relink(1, 2);
    const sent = agent.takeSent();
    const proof = sent.find((frame) => frame.type === 'proof');
    expect(proof?.held.flatMap((group) => group.leases.map((lease) => lease.taskIndex))).toEqual([0, 1]);
    expect(sent.at(-1)).toMatchObject({ type: 'exchange', seq: 2, want: 1, groups: [{ results: [{ taskIndex: 0 }] }] });
  });

  it.each([
    ['stored, its reply lost', 2],
    ['lost on the way', 1],
  ])('sends an exchange that was %s again, byte for byte', (_, lastSeq) => {
    const agent = finish(computing());
    const before = agent.state.outbox.inFlight?.bytes;
    finish(agent); // done meanwhile: it waits for the next exchange
    agent.do({ type: 'closed', linkNo: 1 }).wait(60_000).relink(lastSeq, 2);
    const sent = agent.take().flatMap((effect) => (effect.type === 'send' ? [effect.bytes] : []));
    expect(sent.at(-1)).toEqual(before);
    const decoded = sent.map((bytes) => decodeFrame(bytes, 16 * 1024));
    expect(decoded.at(-2)).toMatchObject({ value: { type: 'proof', awaiting: 2 } });
    expect(agent.state.outbox.results).toMatchObject([{ taskIndex: 1 }]);
  });

  it.each([0, 7])('puts its results into a new exchange when the server last heard seq %i', (lastSeq) => {
    const agent = finish(computing());
    agent.do({ type: 'closed', linkNo: 1 }).wait(60_000).relink(lastSeq, 2);
    expect(agent.takeSent().at(-1)).toMatchObject({
      type: 'exchange',
      seq: lastSeq + 1,
      groups: [{ results: [{ taskIndex: 0 }] }],
    });
  });

  it('ignores a second copy of a reply', () => {
    const reply: Frame = { type: 'reply', ...aReply({ outcomes: [], leases: [aLeaseGroup([0])] }) };
    const agent = new DrivenAgent().allow().link(0, 1).hear(reply).hear(reply);
    expect(agent.state.work.waiting).toHaveLength(1);
    expect(agent.state.link.state).toBe('ready');
  });

  it('drops a lease whose time ran out, unless it was started', () => {
    const agent = computing();
    agent.take();
    expect(agent.wait(240_000).takeSent()).toMatchObject([{ type: 'exchange', seq: 2, want: 1, groups: [] }]);
    expect(agent.state.work).toMatchObject({ waiting: [], running: { lease: { taskIndex: 0 } } });
    finish(agent);
    agent.hear({ type: 'reply', ...aReply({ seq: 2, outcomes: [], leases: [] }) });
    expect(agent.takeSent()).toMatchObject([{ type: 'exchange', want: 2, groups: [{ results: [{ taskIndex: 0 }] }] }]);
  });

  it("fetches a job's part once and each round's part once", () => {
    const agent = computing();
    finish(agent);
    finish(agent);
    agent.hear({ type: 'reply', ...aReply({ seq: 2, leases: [aLeaseGroup([2]), aLeaseGroup([0], { round: 1 })] }) });
    const asked = agent.takeSent().filter((frame) => frame.type === 'need');
    expect(asked).toEqual([
      { type: 'need', jobId: 1, round: 0, holdsJob: false },
      { type: 'need', jobId: 1, round: 1, holdsJob: true },
    ]);
    agent.hear(anInput({ round: 1, jobInput: new Uint8Array(0), roundInput: Uint8Array.of(9) }));
    finish(agent);
    const runs = agent.take().filter((effect) => effect.type === 'compute');
    expect(runs.at(-1)).toMatchObject({ round: 1, jobInput: Uint8Array.of(1, 2, 3), roundInput: Uint8Array.of(9) });
  });

  it('holds the inputs of four jobs at most, and still gets through the leases of six', () => {
    const agent = new DrivenAgent().allow().link(0, 6);
    const leases = [1, 2, 3, 4, 5, 6].map((job) => aLeaseGroup([0], { jobId: jobId(job), blockId: job as never }));
    agent.hear({ type: 'reply', ...aReply({ outcomes: [], leases }) });
    const done: number[] = [];
    for (let i = 0; i < 60 && done.length < 6; i++) {
      for (const effect of agent.take()) if (effect.type === 'compute') done.push(effect.jobId);
      const { link } = agent.state;
      if (link.state === 'ready' && link.asked) agent.hear(anInput({ jobId: link.asked.lease.jobId }));
      else finish(agent);
      expect(agent.state.work.inputs.length).toBeLessThanOrEqual(4);
    }
    expect(done).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('forgets the leases of a round that is gone', () => {
    const agent = new DrivenAgent().allow().link(0, 2);
    agent.hear({ type: 'reply', ...aReply({ outcomes: [], leases: [aLeaseGroup([0, 1])] }) });
    agent.hear({ type: 'gone', jobId: jobId(1), round: 0 });
    expect(agent.state.work.waiting).toEqual([]);
  });

  it('pauses longer after each computation in a row that fails', () => {
    const agent = computing();
    agent.take();
    agent.do({ type: 'failed', runNo: 1 });
    expect(agent.takeNames()).toEqual(['setTimer']);
    expect(agent.wait(2_000).takeNames()).toContain('compute');
    agent.do({ type: 'computed', runNo: 2, output: new Uint8Array(20_000), cpuMs: 1 });
    expect(agent.state).toMatchObject({ failedRuns: 2, computeAfter: agent.now + 4_000 });
  });

  it('ends at once on stop: computing aborted, nothing kept, no timer', () => {
    const agent = finish(computing());
    agent.take();
    agent.do({ type: 'stop' });
    expect(agent.takeNames()).toEqual(['bye', 'close', 'abortCompute', 'setTimer']);
    expect(agent.state).toMatchObject({
      timerAt: undefined,
      work: { waiting: [], inputs: [] },
      outbox: { results: [] },
    });
    finish(agent).allow().wait(1_000_000);
    expect(agent.take()).toEqual([]);
  });

  it('takes the end of an aborted computation for nothing', () => {
    const agent = computing().do({ type: 'stop' }).link(1, 2);
    agent.hear({ type: 'reply', ...aReply({ seq: 2, outcomes: [], leases: [aLeaseGroup([5])] }) }).hear(anInput());
    agent.take();
    agent.do({ type: 'computed', runNo: 1, output: OUTPUT, cpuMs: 1 });
    expect(agent.take()).toEqual([]);
    expect(agent.state.work.running?.lease.taskIndex).toBe(5);
  });

  it('keeps its work while it rests, without a byte and without computing', () => {
    const agent = computing();
    agent.take();
    agent.do({ type: 'rest' });
    expect(agent.takeNames()).toEqual(['bye', 'close', 'pauseCompute']);
    expect(agent.wait(1_000_000).take()).toEqual([]);
    agent.do({ type: 'start' });
    expect(agent.takeNames()).toEqual(['connect', 'resumeCompute', 'setTimer']);
  });
});
