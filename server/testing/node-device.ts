import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import WebSocket from 'ws';
import type { AgentState, Computation } from '../../shared/agent/agent-state.ts';
import {
  runAgent,
  type AgentSocket,
  type Computer,
  type RunEars,
  type RunningAgent,
  type SocketEars,
} from '../../shared/agent/run-agent.ts';
import { must } from '../../shared/assert.ts';
import { equalBytes } from '../../shared/bytes.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { POLICY, type LimitPolicy } from '../../shared/model/policy.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';
import { pcg32, type Rng } from '../../shared/rng.ts';
import { loadKernel } from '../../wasm/load-node.ts';
import { openKernel, type Kernel } from '../../wasm/runtime/kernel.ts';
import { openTask, type TaskRun } from '../../wasm/runtime/run-task.ts';

/** A device's key pair in Node; its public half as a device enrols it: the raw point, 65 bytes. */
export interface NodeKey {
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
}

export function makeNodeKey(): NodeKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  const point = Buffer.concat([
    Uint8Array.of(4),
    Buffer.from(must(x, 'x'), 'base64url'),
    Buffer.from(must(y, 'y'), 'base64url'),
  ]);
  return { privateKey, publicKey: new Uint8Array(point) };
}

export interface NodeDeviceOptions {
  /** Where the server listens: `http://127.0.0.1:8787`. The link is at `/link`. */
  readonly url: string;
  /** As a page would say it; the server's own unless a test plays a stranger. */
  readonly origin?: string;
  readonly deviceId: DeviceId;
  readonly key: NodeKey;
  readonly cores?: number;
  readonly limits?: Pick<LimitPolicy, 'deviceFrameBytes' | 'serverFrameBytes'>;
  readonly rng?: Rng;
  /** What the device says instead of what it computed: the liar's part. */
  readonly alter?: (output: Uint8Array, computation: Computation) => Uint8Array;
  /** Instead of running kernels: for load tests, where the server's work is what is measured. */
  readonly compute?: (computation: Computation) => Uint8Array | Promise<Uint8Array>;
  readonly stepped?: (state: AgentState) => void;
}

/** A device without a browser: the real agent over a real socket, with a real key, kernels in this thread. */
export interface NodeDevice extends Pick<RunningAgent, 'tell' | 'state'> {
  readonly deviceId: DeviceId;
  /** Allowed to compute, and linked as soon as may be. */
  start(): this;
  /** Opts out. */
  stop(): void;
  /** Hidden: closes the link and keeps its work. */
  rest(): void;
  govern(allowed: boolean): this;
  /** Breaks the line without a word, as a tunnel does. */
  cut(): void;
  /** Writes raw bytes on the line, past the agent: a broken client's part. */
  write(data: Uint8Array | string): void;
  /** Resolves when the state satisfies `when`. */
  until(when: (state: AgentState) => boolean): Promise<AgentState>;
  unitsDone(): number;
}

export function openNodeDevice(options: NodeDeviceOptions): NodeDevice {
  const { url, deviceId, key, cores = 8, rng = pcg32(BigInt(deviceId)) } = options;
  const origin = options.origin ?? new URL(url).origin;
  const waiting = new Set<() => void>();
  let line: WebSocket | undefined;
  let unitsDone = 0;

  const agent = runAgent(
    { deviceId, cores, zoneMinutes: () => 0, origin, limits: options.limits ?? POLICY.limits, rng },
    {
      now: () => performance.now(),
      openSocket(ears) {
        line = new WebSocket(`${url.replace(/^http/, 'ws')}/link`, { origin, perMessageDeflate: false });
        return listenTo(line, ears);
      },
      setTimer(ms, ring) {
        const timer = setTimeout(ring, ms);
        return () => clearTimeout(timer);
      },
      sign: async (bytes) => new Uint8Array(sign('sha256', bytes, { key: key.privateKey, dsaEncoding: 'ieee-p1363' })),
      computer: counting(options.compute ? instead(options.compute) : kernelComputer(options.alter), () => unitsDone++),
      stepped(state) {
        options.stepped?.(state);
        for (const check of [...waiting]) check();
      },
    },
  );

  const govern = (allowed: boolean): void =>
    agent.tell({ type: 'governed', allowed, report: { reason: 0, duty: 150, bytesToday: 0 } });
  const device: NodeDevice = {
    ...agent,
    deviceId,
    start() {
      govern(true);
      agent.tell({ type: 'start' });
      return device;
    },
    stop: () => agent.tell({ type: 'stop' }),
    rest: () => agent.tell({ type: 'rest' }),
    govern(allowed) {
      govern(allowed);
      return device;
    },
    cut: () => line?.terminate(),
    write: (data) => line?.send(data),
    until: (when) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!when(agent.state())) return;
          waiting.delete(check);
          resolve(agent.state());
        };
        waiting.add(check);
        check();
      }),
    unitsDone: () => unitsDone,
  };
  return device;
}

function listenTo(socket: WebSocket, ears: SocketEars): AgentSocket {
  let isDeaf = false;
  socket.binaryType = 'nodebuffer';
  socket.on('open', () => isDeaf || ears.opened());
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isDeaf) ears.received(isBinary ? new Uint8Array(data) : new Uint8Array());
  });
  socket.on('error', () => undefined); // `close` follows
  socket.on('close', () => isDeaf || ears.closed());
  return {
    send(bytes) {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
    },
    close() {
      isDeaf = true;
      socket.close(1000);
    },
  };
}

const counting = (computer: Computer, done: () => void): Computer => ({
  ...computer,
  start(computation, ears) {
    const computed: RunEars['computed'] = (output, cpuMs) => {
      done();
      ears.computed(output, cpuMs);
    };
    computer.start(computation, { computed, failed: () => ears.failed() });
  },
});

/** Real kernels, a slice at a time so that the sockets of this thread are served in between. */
function kernelComputer(alter: NodeDeviceOptions['alter']): Computer {
  const kernels = new Map<string, Kernel>();
  let current: { readonly computation: Computation; readonly ears: RunEars; readonly task: TaskRun } | undefined;
  let isPaused = false;
  let cpuMs = 0;

  function slice(): void {
    const run = current;
    if (!run || isPaused) return;
    const startedAt = performance.now();
    const isDone = attempt(() => run.task.advance(SLICE_OPS));
    cpuMs += performance.now() - startedAt;
    if (isDone === false) return void setImmediate(() => run === current && slice());
    current = undefined;
    if (isDone === undefined) return run.ears.failed();
    const output = run.task.output();
    run.ears.computed(alter?.(output, run.computation) ?? output, cpuMs);
  }

  return {
    start(computation, ears) {
      const { runNo, kind, kernelHash, firstChunk, jobInput, roundInput, scoreToBeat } = computation;
      const task = attempt(() => {
        const address = Buffer.from(kernelHash).toString('hex');
        const loaded = kernels.get(address) ?? openHashed(kind, kernelHash);
        kernels.set(address, loaded);
        return openTask(loaded, { jobInput, roundInput, taskIndex: firstChunk / CHUNKS_PER_TASK, scoreToBeat });
      });
      if (!task) return ears.failed();
      const run = { runNo, computation, ears, task };
      current = run;
      isPaused = false;
      cpuMs = 0;
      setImmediate(() => run === current && slice());
    },
    pause: () => void (isPaused = true),
    resume() {
      isPaused = false;
      setImmediate(slice);
    },
    abort: () => void (current = undefined),
  };
}

/** Some 5 ms of a server core. */
const SLICE_OPS = 1_500_000;

function openHashed(kind: string, hash: Uint8Array): Kernel {
  const loaded = loadKernel(kind);
  if (!equalBytes(loaded.hash, hash)) throw new Error(`kernel ${kind} is not the one the server named`);
  return openKernel(loaded.module);
}

/** Nothing when it throws: to an agent every failure is the same. */
function attempt<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

const instead = (compute: NonNullable<NodeDeviceOptions['compute']>): Computer => {
  let runNo = 0;
  return {
    start(computation, ears) {
      runNo = computation.runNo;
      const isMine = (): boolean => runNo === computation.runNo;
      Promise.resolve(computation)
        .then(compute)
        .then(
          (output) => isMine() && ears.computed(output, 0),
          () => isMine() && ears.failed(),
        );
    },
    pause: () => undefined,
    resume: () => undefined,
    abort: () => void (runNo = 0),
  };
};
