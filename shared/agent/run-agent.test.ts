import { describe, expect, it } from 'vitest';
import { deviceId, jobId } from '../ids.ts';
import { decodeFrame, encodeFrame, type Frame } from '../protocol/frames.ts';
import { aLeaseGroup, A_REPORT, aReply } from '../protocol/testing/examples.ts';
import type { Computation } from './agent-state.ts';
import { runAgent, type RunEars, type RunningAgent, type SocketEars } from './run-agent.ts';

const ENVIRONMENT = {
  deviceId: deviceId(7),
  cores: 8,
  zoneMinutes: () => 0,
  origin: 'https://zeusdrive.example',
  limits: { deviceFrameBytes: 16 * 1024, serverFrameBytes: 64 * 1024 },
  rng: { u32: () => 0x8000_0000 },
};

const decoded = (bytes: Uint8Array): Frame => {
  const frame = decodeFrame(bytes, 64 * 1024);
  if (!frame.ok) throw new Error(frame.error);
  return frame.value;
};

/** Ports in memory: a server that answers in the middle of a `send`, a clock and a timer in hand, a worker that is told. */
class Ports {
  time = 0;
  readonly log: string[] = [];
  readonly sockets: { readonly ears: SocketEars; isClosed: boolean }[] = [];
  timer: { readonly at: number; readonly ring: () => void } | undefined;
  run: { readonly computation: Computation; readonly ears: RunEars } | undefined;
  /** How the server answers a frame. */
  answer: (frame: Frame) => readonly Frame[] = welcome;
  refuses = false;
  readonly agent: RunningAgent;

  constructor(sign: () => Promise<Uint8Array | undefined> = async () => new Uint8Array(64)) {
    this.agent = runAgent(ENVIRONMENT, {
      now: () => this.time,
      openSocket: (ears) => this.#open(ears),
      setTimer: (ms, ring) => {
        const timer = { at: this.time + ms, ring };
        this.timer = timer;
        return () => {
          if (this.timer === timer) this.timer = undefined;
        };
      },
      sign,
      computer: {
        start: (computation, ears) => {
          this.log.push(`start ${computation.runNo}`);
          this.run = { computation, ears };
        },
        pause: (runNo) => this.log.push(`pause ${runNo}`),
        resume: (runNo) => this.log.push(`resume ${runNo}`),
        abort: (runNo) => this.log.push(`abort ${runNo}`),
      },
      policyChanged: (version) => this.log.push(`policy ${version}`),
    });
  }

  #open(ears: SocketEars) {
    if (this.refuses) throw new Error('no such address');
    const socket = { ears, isClosed: false };
    this.sockets.push(socket);
    queueMicrotask(() => ears.opened());
    return {
      send: (bytes: Uint8Array) => {
        const frame = decoded(bytes);
        this.log.push(frame.type);
        for (const reply of this.answer(frame)) ears.received(encodeFrame(reply)); // at once, inside the send
      },
      close: () => {
        this.log.push('close');
        socket.isClosed = true;
      },
    };
  }

  /** The clock jumps to the timer, if there is one. */
  ring(): this {
    const { timer } = this;
    if (timer) {
      this.timer = undefined;
      this.time = Math.max(this.time, timer.at);
      timer.ring();
    }
    return this;
  }

  start(): this {
    this.agent.tell({ type: 'governed', allowed: true, report: A_REPORT });
    this.agent.tell({ type: 'start' });
    return this;
  }

  async settled(): Promise<this> {
    for (let i = 0; i < 10; i++) await Promise.resolve();
    return this;
  }
}

/** A server with one unit of work for whoever asks first. */
function welcome(frame: Frame): readonly Frame[] {
  switch (frame.type) {
    case 'hello':
      return [{ type: 'challenge', nonce: new Uint8Array(32) }];
    case 'proof':
      return [{ type: 'ready', lastSeq: 0, policyVersion: 3, maxHeld: 1 }];
    case 'exchange': {
      const { seq, groups } = frame;
      const outcomes = groups.flatMap(({ results }) => results.map(() => 'accepted' as const));
      const leases = seq === 1 ? [aLeaseGroup([0])] : [];
      return [
        { type: 'reply', ...aReply({ seq, outcomes, leases, status: leases.length > 0 ? 'ok' : 'nothing_to_do' }) },
      ];
    }
    case 'need':
      return [
        {
          type: 'input',
          jobId: jobId(1),
          round: 0,
          kind: 'tiny',
          kindVersion: 1,
          kernelHash: new Uint8Array(32),
          jobInput: Uint8Array.of(1),
          roundInput: new Uint8Array(),
        },
      ];
    default:
      return [];
  }
}

describe('running an agent', () => {
  it('goes from start to a delivered unit, with a server that answers before it has been asked to the end', async () => {
    const ports = await new Ports().start().settled();
    expect(ports.log).toEqual(['hello', 'proof', 'policy 3', 'exchange', 'need', 'start 1']);
    ports.run?.ears.computed(new Uint8Array(512), 2100);
    expect(ports.log.slice(6)).toEqual(['exchange']);
    expect(ports.agent.state()).toMatchObject({
      link: { state: 'ready' },
      outbox: { inFlight: undefined, nextSeq: 3 },
    });
  });

  it('takes a socket that cannot even be made for a link that came to nothing, and tries again when the timer rings', async () => {
    const ports = new Ports();
    ports.refuses = true;
    ports.start();
    expect(ports.agent.state().link).toMatchObject({ state: 'backing_off', failures: 1 });
    ports.refuses = false;
    await ports.ring().settled();
    expect(ports.agent.state().link.state).toBe('ready');
  });

  it.each([
    ['refuses', () => Promise.reject(new Error('the key is gone'))],
    ['is missing', async () => undefined],
  ])('stops for want of a key when the key %s', async (_, sign) => {
    const ports = await new Ports(sign).start().settled();
    expect(ports.agent.state().link).toEqual({ state: 'off', why: 'no_key' });
    expect(ports.log).toEqual(['hello', 'bye', 'close']);
  });

  it('does not hear an old socket, nor writes to it', async () => {
    const ports = await new Ports().start().settled();
    const [old] = ports.sockets;
    old?.ears.closed();
    await ports.ring().settled();
    expect(ports.sockets).toHaveLength(2);
    const { linkNo } = ports.agent.state();
    old?.ears.received(Uint8Array.of(1, 2, 3));
    old?.ears.closed();
    expect(ports.agent.state()).toMatchObject({ linkNo, link: { state: 'ready' } });
  });

  it('rests and comes back: the socket closes, the worker pauses and goes on', async () => {
    const ports = await new Ports().start().settled();
    ports.log.length = 0;
    ports.agent.tell({ type: 'rest' });
    expect(ports.log).toEqual(['bye', 'close', 'pause 1']);
    expect(ports.timer).toBeUndefined();
    ports.agent.tell({ type: 'start' });
    await ports.settled();
    expect(ports.log.slice(3)).toEqual(expect.arrayContaining(['resume 1', 'hello', 'proof']));
  });

  it('aborts and forgets on a stop; what the aborted run still says is not heard', async () => {
    const ports = await new Ports().start().settled();
    ports.log.length = 0;
    ports.agent.tell({ type: 'stop' });
    ports.run?.ears.computed(new Uint8Array(512), 1);
    expect(ports.log).toEqual(['bye', 'close', 'abort 1']);
    expect(ports.agent.state()).toMatchObject({ outbox: { results: [] }, timerAt: undefined });
    expect(ports.timer).toBeUndefined();
  });

  it('replaces its one timer and rings no earlier one', async () => {
    const ports = await new Ports().start().settled();
    const before = ports.timer;
    ports.run?.ears.failed();
    expect(ports.agent.state().failedRuns).toBe(1);
    expect(ports.timer).toBeDefined();
    expect(ports.timer).not.toBe(before);
    ports.ring();
    expect(ports.agent.state().link.state).toBe('ready');
  });
});
