import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepAgent } from '../../shared/agent/agent.ts';
import { NEW_AGENT, type AgentEffect, type AgentEvent, type AgentState } from '../../shared/agent/agent-state.ts';
import { undelivered } from '../../shared/agent/outbox.ts';
import { assert, must, unreachable } from '../../shared/assert.ts';
import { viewOf } from '../../shared/bytes.ts';
import { blockId, deviceId, jobId, type AccountId } from '../../shared/ids.ts';
import type { Exchange, LeaseGroup } from '../../shared/model/exchange.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { encodeReply } from '../../shared/protocol/frames.ts';
import { A_REPORT, SOME_TERMS } from '../../shared/protocol/testing/examples.ts';
import { below, pcg32, unit, type Rng } from '../../shared/rng.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { FULL } from './link-allowance.ts';
import { openLink, stepLink, type LinkEffect, type LinkEvent, type LinkSession } from './link-session.ts';

/**
 * The real agent and the real session talk through a network that loses and repeats messages and cuts links, with a
 * coordinator behind it that knows two things: one seq is processed once, and a repeated one gets its stored reply.
 */
const ORIGIN = 'https://zeusdrive.example';
const UNIT_MS = 20 * SECOND;
const LIMITS = { authMs: 10_000, challengeMs: 30_000, deviceFrameBytes: 16 * 1024, serverFrameBytes: 64 * 1024 };
const SERVER = { origin: ORIGIN, limits: LIMITS, throttle: POLICY.throttle };

class FakeCoordinator {
  lastSeq = 0;
  grants = true;
  /** Results by the number in their token, each with the seqs it was processed under. */
  readonly delivered = new Map<number, number[]>();
  #lastReply: Uint8Array = new Uint8Array(0);
  #tokenNo = 0;
  readonly #rng: Rng;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  /** The reply, or nothing for a seq that is neither the next nor the last. */
  exchange({ seq, groups, want }: Exchange): Uint8Array | undefined {
    assert(seq <= this.lastSeq + 1, `seq ${seq} leaves a gap after ${this.lastSeq}`);
    if (seq < this.lastSeq) return undefined;
    if (seq === this.lastSeq) return this.#lastReply;
    const results = groups.flatMap((group) => group.results);
    for (const { token } of results) {
      const tokenNo = viewOf(token).getUint32(0, true);
      this.delivered.set(tokenNo, [...(this.delivered.get(tokenNo) ?? []), seq]);
    }
    const leases = this.grants && below(this.#rng, 4) > 0 ? Array.from({ length: want }, () => this.#lease()) : [];
    const status = leases.length < want ? 'nothing_to_do' : 'ok';
    this.lastSeq = seq;
    this.#lastReply = encodeReply({ seq, outcomes: results.map(() => 'accepted'), leases, status, retryMs: 30_000 });
    return this.#lastReply;
  }

  #lease(): LeaseGroup {
    const tokenNo = this.#tokenNo++;
    const token = new Uint8Array(16);
    viewOf(token).setUint32(0, tokenNo, true);
    const job = 1 + below(this.#rng, 6);
    return {
      jobId: jobId(job),
      blockId: blockId(job),
      round: below(this.#rng, 2),
      firstTask: 0,
      terms: SOME_TERMS,
      leaseMs: 2 * MINUTE,
      scoreToBeat: 0,
      leases: [{ taskIndex: tokenNo % 0x1_0000, token }],
    };
  }
}

interface Due {
  readonly at: number;
  readonly run: () => void;
}

class World {
  now = 0;
  chaos = true;
  agent: AgentState = NEW_AGENT;
  readonly coordinator: FakeCoordinator;
  /** Tokens of units that were computed to the end and not forgotten by a stop. */
  readonly computed: number[] = [];
  readonly rng: Rng;
  readonly #sessions = new Map<number, LinkSession>();
  readonly #due: Due[] = [];
  /** Messages keep their order: when the last one of a link and direction arrives. */
  readonly #arrival = new Map<string, number>();
  #timer = 0;
  #run: { runNo: number; left: number; since: number | undefined } | undefined;

  constructor(seed: number) {
    this.rng = pcg32(BigInt(seed));
    this.coordinator = new FakeCoordinator(this.rng);
  }

  after(ms: number, run: () => void): void {
    this.#due.push({ at: this.now + ms, run });
  }

  runUntil(end: number): void {
    for (;;) {
      let next = this.#due[0];
      for (const one of this.#due) if (next && one.at < next.at) next = one;
      if (!next || next.at > end) break;
      this.#due.splice(this.#due.indexOf(next), 1);
      this.now = next.at;
      next.run();
    }
    this.now = end;
  }

  tell(event: AgentEvent): void {
    const environment = {
      deviceId: deviceId(7),
      cores: 8,
      zoneMinutes: () => 0,
      origin: ORIGIN,
      limits: LIMITS,
      rng: this.rng,
    };
    const step = stepAgent(this.agent, event, this.now, environment);
    this.agent = step.state;
    for (const effect of step.effects) this.#carryOut(effect);
  }

  /** Ends the link in the middle of whatever happens on it. */
  cut(): void {
    const { linkNo } = this.agent;
    this.after(this.#delay(), () => this.tell({ type: 'closed', linkNo }));
    this.after(this.#delay(), () => this.#serve(linkNo, { type: 'peerClosed' }));
  }

  chance(probability: number): boolean {
    return this.chaos && unit(this.rng) < probability;
  }

  #delay(): number {
    return 1 + below(this.rng, 200);
  }

  /** Delivers once, twice or never, in order. */
  #transmit(channel: string, deliver: () => void): void {
    if (this.chance(0.03)) return;
    for (let copies = this.chance(0.05) ? 2 : 1; copies > 0; copies--) {
      const at = Math.max(this.now + this.#delay(), this.#arrival.get(channel) ?? 0) + 0.001;
      this.#arrival.set(channel, at);
      this.after(at - this.now, deliver);
    }
  }

  #carryOut(effect: AgentEffect): void {
    switch (effect.type) {
      case 'connect': {
        const { linkNo } = effect;
        if (this.chance(0.1)) return this.after(this.#delay(), () => this.tell({ type: 'closed', linkNo }));
        this.#sessions.set(linkNo, openLink(new Uint8Array(32).fill(linkNo), this.now, SERVER));
        this.after(LIMITS.authMs, () => this.#serve(linkNo, { type: 'tick' }));
        return this.after(this.#delay(), () => this.tell({ type: 'opened', linkNo }));
      }
      case 'send': {
        const { linkNo, bytes } = effect;
        return this.#transmit(`up ${linkNo}`, () => this.#serve(linkNo, { type: 'received', bytes }));
      }
      case 'close': {
        const { linkNo } = effect;
        return this.#transmit(`up ${linkNo}`, () => this.#serve(linkNo, { type: 'peerClosed' }));
      }
      case 'sign': {
        const { linkNo } = effect;
        return this.after(5, () => this.tell({ type: 'signed', linkNo, signature: new Uint8Array(64) }));
      }
      case 'compute':
        expect(this.#run, 'one computation at a time').toBeUndefined();
        expect(this.agent.allowed && this.agent.link.state !== 'off', 'allowed to compute').toBe(true);
        this.#run = { runNo: effect.runNo, left: UNIT_MS, since: this.now };
        return this.#goOn(effect.runNo);
      case 'pauseCompute': {
        const run = must(this.#run, 'a computation to pause');
        run.left -= this.now - must(run.since, 'a computation that goes on');
        run.since = undefined;
        return;
      }
      case 'resumeCompute':
        must(this.#run, 'a computation to resume').since = this.now;
        return this.#goOn(effect.runNo);
      case 'abortCompute':
        this.#run = undefined;
        return;
      case 'setTimer': {
        const timer = ++this.#timer;
        if (effect.at === undefined) return;
        return this.after(effect.at - this.now, () => {
          if (timer === this.#timer) this.tell({ type: 'tick' });
        });
      }
      case 'policyChanged':
        return;
      default:
        return unreachable(effect);
    }
  }

  #goOn(runNo: number): void {
    const run = must(this.#run, 'a computation');
    const { since } = run;
    this.after(run.left, () => {
      if (this.#run !== run || run.since !== since) return; // aborted or paused meanwhile
      this.#run = undefined;
      const token = must(this.agent.work.running, 'what the agent thinks is running').lease.token;
      const fails = this.chance(0.05);
      if (!fails) this.computed.push(viewOf(token).getUint32(0, true));
      const output = new Uint8Array(512 + below(this.rng, 2048));
      this.tell(fails ? { type: 'failed', runNo } : { type: 'computed', runNo, output, cpuMs: 2100 });
    });
  }

  #serve(linkNo: number, event: LinkEvent): void {
    const session = this.#sessions.get(linkNo);
    if (!session) return;
    const step = stepLink(session, event, this.now, SERVER);
    this.#sessions.set(linkNo, step.session);
    for (const effect of step.effects) this.#answer(linkNo, effect);
  }

  #answer(linkNo: number, effect: LinkEffect): void {
    const serve = (event: LinkEvent): void => this.after(this.#delay(), () => this.#serve(linkNo, event));
    switch (effect.type) {
      case 'send':
        return this.#transmit(`down ${linkNo}`, () => this.tell({ type: 'received', linkNo, bytes: effect.bytes }));
      case 'close':
        return this.#transmit(`down ${linkNo}`, () => this.tell({ type: 'closed', linkNo }));
      case 'lookUpDevice':
        return serve({
          type: 'found',
          device: { accountId: 1 as AccountId, publicKey: new Uint8Array(65), status: 'active' },
        });
      case 'verify':
        return serve({ type: 'verified', valid: true });
      case 'link':
        return this.after(this.#delay(), () =>
          this.#serve(linkNo, {
            type: 'linked',
            lastSeq: this.coordinator.lastSeq,
            policyVersion: 1,
            maxHeld: 4,
            allowance: FULL,
          }),
        );
      case 'exchange':
        // Committed whether or not anyone is left to hear the reply.
        return this.after(this.#delay(), () => {
          const bytes = this.coordinator.exchange(effect.exchange);
          serve(bytes ? { type: 'replied', bytes } : { type: 'end', code: 'too_fast' });
        });
      case 'reported':
        return undefined;
      case 'loadInput': {
        const { jobId: job, round, withJobInput } = effect;
        const jobInput = new Uint8Array(withJobInput ? 100 : 0);
        const input = {
          kind: 'tiny',
          kindVersion: 1,
          kernelHash: new Uint8Array(32),
          jobInput,
          roundInput: new Uint8Array(round),
        };
        const gone = this.chance(0.05);
        return serve({ type: 'loaded', jobId: job, round, input: gone ? undefined : { jobId: job, round, ...input } });
      }
      default:
        return unreachable(effect);
    }
  }
}

/** Something happens to the world now and then, until the chaos ends. */
function stir(world: World, acts: readonly (() => void)[]): void {
  const again = (): void => {
    if (!world.chaos) return;
    must(acts[below(world.rng, acts.length)], 'an act')();
    world.after(1 + below(world.rng, 40_000), again);
  };
  again();
}

/** Everything is well again, and no new work comes: what is under way ends. */
function heal(world: World): void {
  world.chaos = false;
  world.coordinator.grants = false;
  world.tell({ type: 'start' });
  world.tell({ type: 'governed', allowed: true, report: A_REPORT });
  world.runUntil(world.now + 30 * MINUTE);
}

const govern = (world: World, allowed: boolean): void => world.tell({ type: 'governed', allowed, report: A_REPORT });

describe('agent and session over a bad network', () => {
  it('deliver every computed unit to the coordinator exactly once', () => {
    let units = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7fff_ffff }), (seed) => {
        const world = new World(seed);
        world.tell({ type: 'start' });
        stir(world, [
          () => govern(world, true),
          () => govern(world, true),
          () => govern(world, false),
          () => world.cut(),
          () => world.tell({ type: 'rest' }),
          () => world.tell({ type: 'start' }),
          () => world.tell({ type: 'start' }),
        ]);
        world.runUntil(20 * MINUTE);
        heal(world);
        expect(world.agent.link.state).toBe('ready');
        expect(undelivered(world.agent.outbox)).toEqual([]);
        expect(world.agent.work).toMatchObject({ waiting: [], running: undefined });
        const seqs = [...world.coordinator.delivered.values()];
        expect(seqs.filter((list) => list.length !== 1)).toEqual([]);
        const delivered = [...world.coordinator.delivered.keys()];
        expect(delivered.toSorted((a, b) => a - b)).toEqual(world.computed.toSorted((a, b) => a - b));
        units += delivered.length;
      }),
      { numRuns: 60 },
    );
    expect(units).toBeGreaterThan(60); // the chaos leaves room for work
  });

  it('compute nothing after a stop, and deliver nothing twice that was not asked for twice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7fff_ffff }), (seed) => {
        const world = new World(seed);
        stir(world, [
          () => govern(world, true),
          () => world.cut(),
          () => world.tell({ type: 'start' }),
          () => world.tell({ type: 'start' }),
          () => world.tell({ type: 'stop' }),
        ]);
        world.runUntil(20 * MINUTE);
        world.chaos = false;
        world.tell({ type: 'stop' });
        const done = world.computed.length;
        world.runUntil(world.now + 30 * MINUTE);
        expect(world.computed.length).toBe(done);
        expect(world.agent).toMatchObject({ timerAt: undefined, link: { state: 'off' }, work: { running: undefined } });
        expect([...world.coordinator.delivered.values()].filter((list) => list.length !== 1)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
