import { unreachable } from '../../shared/assert.ts';
import { stepAgent } from '../../shared/agent/agent.ts';
import {
  NEW_AGENT,
  type AgentEffect,
  type AgentEnvironment,
  type AgentEvent,
  type AgentState,
  type Computation,
} from '../../shared/agent/agent-state.ts';
import type { AccountId, DeviceId } from '../../shared/ids.ts';
import type { LimitPolicy } from '../../shared/model/policy.ts';
import type { Rng } from '../../shared/rng.ts';
import { between } from './chance.ts';
import { sign } from './key-twin.ts';
import { runTask, type Kernels } from './kernels.ts';
import { ORIGIN } from './link-hub.ts';
import type { Connection, DialingPeer, Network, Place } from './network.ts';
import type { PageEvent } from './driver-day.ts';
import { lieAbout } from './lies.ts';
import { carry, type Tape } from './mischief.ts';
import type { Personality } from './personality.ts';
import type { Ticket, Timeline } from './timeline.ts';

export interface PhoneTraits {
  readonly deviceId: DeviceId;
  readonly accountId: AccountId;
  readonly cores: number;
  readonly secret: Uint8Array;
  readonly personality: Personality;
  readonly place: Place;
  /** Virtual time one unit takes, and the processor's time in it. */
  readonly unitMs: number;
  readonly cpuMs: number;
  /** Whose jobs a league is after. */
  readonly league: AccountId;
  /** How fast its clock runs: 1 = true. */
  readonly clockRate: number;
}

export interface PhoneParts {
  readonly timeline: Timeline;
  readonly network: Network;
  readonly kernels: Kernels;
  readonly limits: LimitPolicy;
  readonly rng: Rng;
  readonly tape: Tape;
  readonly counts: { units: number; lies: number; forgeries: number; pagesKilled: number };
}

/** A computation on its way: what is left of it, and since when it runs (nothing while paused). */
interface Run {
  readonly computation: Computation;
  leftMs: number;
  since: number | undefined;
  ticket: Ticket | undefined;
}

/** One page: the agent's state and what hangs on it. A killed page is dropped whole; the next one remembers nothing. */
interface Page {
  readonly openedAt: number;
  state: AgentState;
  run: Run | undefined;
  timer: Ticket | undefined;
  connection: Connection | undefined;
}

/** A phone: the shipped agent, its effects carried out in virtual time, its worker running the real wasm. */
export class Phone {
  readonly traits: PhoneTraits;
  readonly #parts: PhoneParts;
  readonly #environment: AgentEnvironment;
  #page: Page | undefined;
  #unitsDone = 0;
  /** Its clock, east of UTC. */
  zoneMinutes = 0;

  constructor(traits: PhoneTraits, parts: PhoneParts) {
    this.traits = traits;
    this.#parts = parts;
    const { deviceId, cores } = traits;
    const zoneMinutes = (): number => this.zoneMinutes;
    this.#environment = { deviceId, cores, zoneMinutes, origin: ORIGIN, limits: parts.limits, rng: parts.rng };
  }

  live(event: PageEvent): void {
    switch (event) {
      case 'open':
        this.#page ??= {
          openedAt: this.#parts.timeline.now,
          state: NEW_AGENT,
          run: undefined,
          timer: undefined,
          connection: undefined,
        };
        this.#do({ type: 'start' });
        return this.#govern(true);
      case 'hide':
        return this.#do({ type: 'rest' });
      case 'opt_out':
        return this.#do({ type: 'stop' });
      case 'busy':
        return this.#govern(false);
      case 'free':
        return this.#govern(true);
      case 'kill':
        return this.#kill();
      default:
        return unreachable(event);
    }
  }

  /** Its driver is somewhere else. The server hears of it with the next link. */
  travel(zoneMinutes: number): void {
    this.zoneMinutes = zoneMinutes;
  }

  /** Its driver has agreed to more: what was refused may be had now. */
  askAgain(): void {
    if (this.#page?.state.refused?.status !== 'outside_hours') return;
    this.#do({ type: 'rest' });
    this.#do({ type: 'start' });
  }

  #govern(allowed: boolean): void {
    this.#do({
      type: 'governed',
      allowed,
      report: { reason: allowed ? 0 : 8, duty: allowed ? 150 : 0, bytesToday: 0 },
    });
  }

  #kill(): void {
    const page = this.#page;
    if (!page) return;
    this.#parts.counts.pagesKilled++;
    this.#page = undefined;
    for (const ticket of [page.timer, page.run?.ticket]) if (ticket) ticket.isOff = true;
    page.connection?.break(false);
  }

  #do(event: AgentEvent, page = this.#page): void {
    if (!page || page !== this.#page) return; // of a page that was killed
    const { state, effects } = stepAgent(page.state, event, this.#localNow(page), this.#environment);
    page.state = state;
    for (const effect of effects) this.#carryOut(page, effect);
  }

  #carryOut(page: Page, effect: AgentEffect): void {
    const { timeline, rng } = this.#parts;
    switch (effect.type) {
      case 'connect':
        page.connection = this.#dial(page, effect.linkNo);
        return;
      case 'send':
        return this.#send(page, effect.bytes);
      case 'close':
        page.connection?.close('device');
        page.connection = undefined;
        return;
      case 'sign': {
        const signature = sign(this.traits.secret, effect.bytes);
        timeline.in(between(rng, 2, 12), 'signed', () =>
          this.#do({ type: 'signed', linkNo: effect.linkNo, signature }, page),
        );
        return;
      }
      case 'compute': {
        const leftMs = this.traits.unitMs + between(rng, 0, this.traits.unitMs / 4);
        page.run = { computation: effect, leftMs, since: undefined, ticket: undefined };
        return this.#resume(page, page.run);
      }
      case 'pauseCompute':
        return this.#pause(page);
      case 'resumeCompute':
        return page.run && this.#resume(page, page.run);
      case 'abortCompute':
        this.#pause(page);
        page.run = undefined;
        return;
      case 'setTimer':
        if (page.timer) page.timer.isOff = true;
        page.timer =
          effect.at === undefined
            ? undefined
            : timeline.at(this.#virtualAt(page, effect.at), 'timer', () => this.#do({ type: 'tick' }, page));
        return;
      case 'policyChanged':
        return; // the simulator's phones have nothing to read it for
      default:
        return unreachable(effect);
    }
  }

  #dial(page: Page, linkNo: number): Connection {
    const end: DialingPeer = {
      opened: () => this.#do({ type: 'opened', linkNo }, page),
      received: (bytes) => this.#do({ type: 'received', linkNo, bytes }, page),
      closed: () => this.#do({ type: 'closed', linkNo }, page),
    };
    return this.#parts.network.dial(this.traits.place, end);
  }

  #send({ connection }: Page, bytes: Uint8Array): void {
    const { timeline, tape, rng, counts } = this.#parts;
    const carried = carry(bytes, this.traits.personality, this.traits.league, tape, rng);
    if (carried.length !== 1 || carried[0]?.bytes !== bytes) counts.forgeries++;
    for (const one of carried) {
      if (one.afterMs === 0) connection?.send('device', one.bytes);
      else timeline.in(one.afterMs, 'send late', () => connection?.send('device', one.bytes));
    }
  }

  #resume(page: Page, run: Run): void {
    const { timeline } = this.#parts;
    run.since = timeline.now;
    run.ticket = timeline.in(run.leftMs, `computed ${this.traits.deviceId}`, () => this.#finish(page, run));
  }

  #pause({ run }: Page): void {
    if (!run || run.since === undefined) return;
    run.leftMs = Math.max(1, run.leftMs - (this.#parts.timeline.now - run.since));
    run.since = undefined;
    if (run.ticket) run.ticket.isOff = true;
  }

  #finish(page: Page, run: Run): void {
    const { kernels, rng, counts } = this.#parts;
    page.run = undefined;
    counts.units++;
    const { runNo } = run.computation;
    const { personality, cpuMs } = this.traits;
    const computed = runTask(kernels, run.computation);
    const output = lieAbout({ ...run.computation, output: computed }, personality, this.#unitsDone++, rng);
    if (output !== computed) counts.lies++;
    const said = personality === 'implausible' ? Math.round(cpuMs / 5) : cpuMs;
    this.#do({ type: 'computed', runNo, output, cpuMs: said }, page);
  }

  /** The page's own clock: counts from its opening, a little too fast or too slow. */
  #localNow({ openedAt }: Page): number {
    return Math.floor((this.#parts.timeline.now - openedAt) * this.traits.clockRate);
  }

  /** The first virtual instant at which the page's clock has reached `localAt`. */
  #virtualAt({ openedAt }: Page, localAt: number): number {
    let at = openedAt + Math.floor(localAt / this.traits.clockRate);
    while (Math.floor((at - openedAt) * this.traits.clockRate) < localAt) at++;
    return at;
  }
}
