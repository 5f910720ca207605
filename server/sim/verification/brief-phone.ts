import { must } from '../../../shared/assert.ts';
import type { AccountId, DeviceId, JobId } from '../../../shared/ids.ts';
import type { LeaseGroup, ResultOutcome } from '../../../shared/model/exchange.ts';
import { buildExchange, type FinishedTask } from '../../../shared/protocol/build-exchange.ts';
import type { ByeCode } from '../../../shared/protocol/frame-table.ts';
import { decodeFrame, encodeFrame, type Frames } from '../../../shared/protocol/frames.ts';
import { linkProofBytes } from '../../../shared/protocol/link-proof.ts';
import { CHUNKS_PER_TASK } from '../../../shared/protocol/output.ts';
import type { Rng } from '../../../shared/rng.ts';
import { MINUTE } from '../../../shared/time.ts';
import { between } from '../chance.ts';
import { sign } from '../key-twin.ts';
import { runTask, type Kernels } from '../kernels.ts';
import { ORIGIN } from '../link-hub.ts';
import type { Connection, DialingPeer, Network } from '../network.ts';
import type { Timeline } from '../timeline.ts';

/** The device's side of one identity. */
export interface PhoneIdentity {
  readonly deviceId: DeviceId;
  readonly accountId: AccountId;
  readonly secret: Uint8Array;
}

/** Whoever uses the phone: what becomes of its outputs, and what it does next. */
export interface PhoneOwner {
  /** How many further units it would take, given that it holds none. */
  wants(): number;
  /** The output it hands in for a task that it has computed honestly. */
  handsIn(task: ComputedTask): Uint8Array;
  /** What became of what was handed in, in order. */
  heard(outcomes: readonly ResultOutcome[]): void;
  /** It got nothing to do, and asks again soon. */
  starved(): void;
  /** The link is over: by its own will when everything is handed in, or by the server's word. */
  ended(code: ByeCode | 'closed'): void;
}

export interface ComputedTask extends FinishedTask {
  readonly jobId: JobId;
  /** Position in the round. */
  readonly task: number;
  /** Of the exchange it goes in with. */
  readonly seq: number;
}

export interface PhoneParts {
  readonly timeline: Timeline;
  readonly network: Network;
  readonly kernels: Kernels;
  readonly rng: Rng;
  /** Virtual time a unit takes, and worker time of it. */
  readonly unitMs: number;
  readonly cpuMs: number;
  readonly deviceFrameBytes: number;
}

interface Held {
  readonly group: LeaseGroup;
  readonly taskIndex: number;
  readonly token: Uint8Array;
}

interface Inputs {
  readonly kind: string;
  readonly jobInput: Uint8Array;
  readonly roundInput: Uint8Array;
}

/**
 * A phone that speaks the shipped protocol and nothing of the shipped agent: hello, proof, need, exchange, bye, all as
 * encoded frames. The agent hands each unit in by itself, so that a killed page loses one; that is a commit a task, and four
 * times the time of this one, which computes all it was leased and then hands everything in at once.
 */
export class BriefPhone {
  readonly #identity: PhoneIdentity;
  readonly #owner: PhoneOwner;
  readonly #parts: PhoneParts;
  readonly #connection: Connection;
  readonly #inputs = new Map<string, Inputs>();
  #held: readonly Held[] = [];
  #needed: Held[] = [];
  #seq = 0;
  #isOver = false;

  constructor(identity: PhoneIdentity, owner: PhoneOwner, parts: PhoneParts) {
    this.#identity = identity;
    this.#owner = owner;
    this.#parts = parts;
    const end: DialingPeer = {
      opened: () => this.#send({ type: 'hello', deviceId: identity.deviceId, cores: 8, zone: 1440 }),
      received: (bytes) => this.#receive(bytes),
      closed: () => this.#end('closed'),
    };
    this.#connection = parts.network.dial({ region: 0, latencyMs: 20 }, end);
  }

  /** Drops everything and is gone. */
  leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection.close('device');
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isOver) return;
    const decoded = decodeFrame(bytes, bytes.length);
    if (!decoded.ok) throw new Error(`the server sent a frame that is ${decoded.error}`);
    const frame = decoded.value;
    switch (frame.type) {
      case 'challenge':
        return this.#prove(frame);
      case 'ready':
        this.#seq = frame.lastSeq;
        return this.#exchange([]);
      case 'reply':
        return this.#take(frame);
      case 'input':
        this.#inputs.set(inputName(frame), frame);
        return this.#gather();
      case 'gone':
        this.#held = this.#held.filter(({ group }) => group.jobId !== frame.jobId || group.round !== frame.round);
        return this.#gather();
      case 'bye':
        return this.#end(frame.code);
      case 'wake':
      case 'policy':
      case 'hello':
      case 'proof':
      case 'exchange':
      case 'need':
        return; // it asks again by itself
    }
  }

  #prove({ nonce }: Frames['challenge']): void {
    const { deviceId, secret } = this.#identity;
    const signature = sign(secret, linkProofBytes(ORIGIN, nonce, deviceId));
    this.#send({ type: 'proof', signature, awaiting: 0, held: [] });
  }

  #exchange(results: readonly FinishedTask[]): void {
    const want = this.#owner.wants();
    if (want === 0 && results.length === 0) return this.#rest();
    const report = { reason: 0, duty: 150, bytesToday: 0 };
    const { deviceFrameBytes } = this.#parts;
    const { bytes, taken } = buildExchange({ seq: ++this.#seq, want, report }, results, deviceFrameBytes);
    if (taken < results.length) throw new Error(`expected ${results.length} results to fit a frame, got ${taken}`);
    this.#connection.send('device', bytes);
  }

  #take({ outcomes, leases, status }: Frames['reply']): void {
    this.#owner.heard(outcomes);
    if (this.#isOver) return; // they made their owner leave
    this.#held = leases.flatMap((group) =>
      group.leases.map(({ taskIndex, token }): Held => ({ group, taskIndex, token })),
    );
    if (status === 'device_stopped') return this.#end(status);
    if (this.#held.length > 0) {
      this.#needed = firstOfEachJob(this.#held);
      return this.#gather();
    }
    if (this.#owner.wants() === 0) return this.#rest();
    this.#owner.starved();
    this.#parts.timeline.in(between(this.#parts.rng, MINUTE / 2, MINUTE), 'ask again', () => {
      if (!this.#isOver) this.#exchange([]);
    });
  }

  /** Asks for one input after the other, then computes. */
  #gather(): void {
    const next = this.#needed.pop();
    if (!next) return this.#compute();
    const { jobId, round } = next.group;
    this.#send({ type: 'need', jobId, round, holdsJob: false });
  }

  #compute(): void {
    const { timeline, rng, unitMs } = this.#parts;
    const takesMs = this.#held.reduce((sum) => sum + between(rng, 0.85 * unitMs, 1.15 * unitMs), 0);
    timeline.in(takesMs, `computed ${this.#identity.deviceId}`, () => {
      if (this.#isOver) return;
      const results = this.#held.map((held) => this.#compute1(held));
      this.#held = [];
      this.#inputs.clear();
      this.#exchange(results);
    });
  }

  #compute1({ group, taskIndex, token }: Held): FinishedTask {
    const { kernels, cpuMs } = this.#parts;
    const { jobId, blockId, terms, scoreToBeat, firstTask } = group;
    const task = firstTask + taskIndex;
    const inputs = must(this.#inputs.get(inputName(group)), `inputs of job ${jobId}`);
    const output = runTask(kernels, { ...inputs, firstChunk: task * CHUNKS_PER_TASK, scoreToBeat });
    const finished = { blockId, terms, taskIndex, token, cpuMs, output };
    return { ...finished, output: this.#owner.handsIn({ ...finished, jobId, task, seq: this.#seq + 1 }) };
  }

  #rest(): void {
    this.#send({ type: 'bye', code: 'resting' });
    this.leave();
    this.#owner.ended('resting');
  }

  #end(code: ByeCode | 'closed'): void {
    if (this.#isOver) return;
    this.leave();
    this.#owner.ended(code);
  }

  #send(frame: Parameters<typeof encodeFrame>[0]): void {
    this.#connection.send('device', encodeFrame(frame));
  }
}

const inputName = ({ jobId, round }: { readonly jobId: JobId; readonly round: number }): string => `${jobId}:${round}`;

function firstOfEachJob(held: readonly Held[]): Held[] {
  const byJob = new Map<string, Held>();
  for (const one of held) if (!byJob.has(inputName(one.group))) byJob.set(inputName(one.group), one);
  return [...byJob.values()];
}
