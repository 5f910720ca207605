import { unreachable } from '../assert.ts';
import { stepAgent } from './agent.ts';
import {
  NEW_AGENT,
  type AgentEffect,
  type AgentEnvironment,
  type AgentEvent,
  type AgentState,
  type Computation,
} from './agent-state.ts';

/** What an agent needs of the place it runs in. The page and Node give it theirs; a test gives it memory. */
export interface AgentPorts {
  /** Milliseconds on a clock that never jumps. */
  now(): number;
  /** Opens a socket to the server. May throw: that is a link that came to nothing. */
  openSocket(ears: SocketEars): AgentSocket;
  /** Calls `ring` once, `ms` from now, unless the function it returns is called before. */
  setTimer(ms: number, ring: () => void): () => void;
  /** 64 bytes; nothing when there is no key. */
  sign(bytes: Uint8Array): Promise<Uint8Array | undefined>;
  readonly computer: Computer;
  policyChanged?(policyVersion: number): void;
  /** After each event, when all it led to has been carried out. */
  stepped?(state: AgentState): void;
}

/** What a socket says. `closed` comes once, also when it never opened. */
export interface SocketEars {
  opened(): void;
  received(bytes: Uint8Array): void;
  closed(): void;
}

/** One message is one frame. Neither method throws, whatever became of the socket. */
export interface AgentSocket {
  send(bytes: Uint8Array): void;
  close(): void;
}

/** Runs one computation at a time. After `abort` nothing more is heard of it. */
export interface Computer {
  start(computation: Computation, ears: RunEars): void;
  pause(runNo: number): void;
  resume(runNo: number): void;
  abort(runNo: number): void;
}

export interface RunEars {
  computed(output: Uint8Array, cpuMs: number): void;
  failed(): void;
}

export interface RunningAgent {
  tell(event: AgentEvent): void;
  state(): AgentState;
}

/**
 * Carries an agent's effects out and brings their answers back. It decides nothing: `agent.ts` does.
 *
 * A port may answer while it is still being called (a socket that refuses at once, a kernel that fails to start): events
 * queue up and are taken one after another, so that no step begins inside another.
 */
export function runAgent(environment: AgentEnvironment, ports: AgentPorts): RunningAgent {
  let state = NEW_AGENT;
  const events: AgentEvent[] = [];
  let isStepping = false;
  /** Only the latest link has a socket; what an older one still says carries its number and is not heard. */
  let socket: { readonly linkNo: number; readonly line: AgentSocket } | undefined;
  let cancelTimer: () => void = () => undefined;

  function tell(event: AgentEvent): void {
    events.push(event);
    if (isStepping) return;
    isStepping = true;
    try {
      for (let next = events.shift(); next; next = events.shift()) step(next);
    } finally {
      isStepping = false;
    }
  }

  function step(event: AgentEvent): void {
    const stepped = stepAgent(state, event, ports.now(), environment);
    state = stepped.state;
    for (const effect of stepped.effects) carryOut(effect);
    ports.stepped?.(state);
  }

  function carryOut(effect: AgentEffect): void {
    switch (effect.type) {
      case 'connect':
        return connect(effect.linkNo);
      case 'send':
        if (socket?.linkNo === effect.linkNo) socket.line.send(effect.bytes);
        return;
      case 'close':
        if (socket?.linkNo === effect.linkNo) {
          socket.line.close();
          socket = undefined;
        }
        return;
      case 'sign':
        return sign(effect.linkNo, effect.bytes);
      case 'compute':
        return compute(effect);
      case 'pauseCompute':
        return ports.computer.pause(effect.runNo);
      case 'resumeCompute':
        return ports.computer.resume(effect.runNo);
      case 'abortCompute':
        return ports.computer.abort(effect.runNo);
      case 'setTimer':
        return setTimer(effect.at);
      case 'policyChanged':
        return ports.policyChanged?.(effect.policyVersion);
      default:
        return unreachable(effect);
    }
  }

  function connect(linkNo: number): void {
    try {
      const line = ports.openSocket({
        opened: () => tell({ type: 'opened', linkNo }),
        received: (bytes) => tell({ type: 'received', linkNo, bytes }),
        closed: () => tell({ type: 'closed', linkNo }),
      });
      socket = { linkNo, line };
    } catch {
      socket = undefined;
      tell({ type: 'closed', linkNo });
    }
  }

  function sign(linkNo: number, bytes: Uint8Array): void {
    const signed = (signature: Uint8Array | undefined): void => tell({ type: 'signed', linkNo, signature });
    // A key that refuses is as good as none: the app enrols the device anew.
    ports.sign(bytes).then(signed, () => signed(undefined));
  }

  function compute(effect: AgentEffect & { type: 'compute' }): void {
    const { type: _, ...computation } = effect;
    const { runNo } = computation;
    ports.computer.start(computation, {
      computed: (output, cpuMs) => tell({ type: 'computed', runNo, output, cpuMs }),
      failed: () => tell({ type: 'failed', runNo }),
    });
  }

  function setTimer(at: number | undefined): void {
    cancelTimer();
    cancelTimer = () => undefined;
    if (at !== undefined) cancelTimer = ports.setTimer(Math.max(0, at - ports.now()), () => tell({ type: 'tick' }));
  }

  return { tell, state: () => state };
}
