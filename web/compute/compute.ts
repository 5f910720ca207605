import type { AgentState } from '../../shared/agent/agent-state.ts';
import { runAgent, type RunningAgent } from '../../shared/agent/run-agent.ts';
import { POLICY } from '../../shared/model/policy.ts';
import type { DeviceView, EnrolRequest } from '../../shared/protocol/app.ts';
import type { Rng } from '../../shared/rng.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { ByteMeter } from './byte-meter.ts';
import { standOf } from './compute-view.ts';
import { sign } from './device-key.ts';
import { deviceStore } from './device-store.ts';
import { countedCores, dutyOf, reportedDuty } from './duty.ts';
import { openEnrolment, type EnrolledDevice } from './enrolment.ts';
import { pageSurroundings, type Surroundings } from './front.ts';
import { openKernels } from './kernels.ts';
import { openLinkSocket } from './link-socket.ts';
import { takeTurn } from './one-tab.ts';
import { ShareMeter } from './share-meter.ts';
import { startTaskWorker } from './start-worker.ts';
import { unsupportedReason } from './supported.ts';
import { openTaskWorker, type ComputeFailure, type WorkerReport } from './task-worker.ts';
import type { Compute, ComputeView } from './view.ts';

export interface ComputeParts {
  /** Whose device this is: another account in the same browser gets a device of its own. */
  readonly accountId: number;
  /** POST /api/devices. Rejects when it cannot. */
  readonly enrol: (request: EnrolRequest) => Promise<DeviceView>;
  /** Share of the device's CPU aimed at, percent: the programme's. */
  readonly targetPercent: number;
  /** Full speed, for the tester's bench and the demo. The server decides whether it credits that. */
  readonly bench?: boolean;
  /** For the lab and for tests. */
  readonly surroundings?: Surroundings;
  readonly heard?: (report: WorkerReport) => void;
}

/**
 * The device's side of Shared Compute: one agent, one socket, one worker, put together and told what happens around them.
 * It decides three things: who computes when several tabs are open, that a page not in front rests, and that an opt-out
 * leaves nothing behind. The rest is `shared/agent`'s.
 */
export function openCompute(parts: ComputeParts): Compute {
  const { surroundings = pageSurroundings() } = parts;
  const cores = navigator.hardwareConcurrency || 1;
  const duty = dutyOf(parts.targetPercent, cores, parts.bench ?? false);
  const now = (): number => performance.now();
  const bytes = new ByteMeter();
  const count = (added: number): void => bytes.add(added, localTime());
  const shares = new ShareMeter(countedCores(cores), now());
  const locks = navigator.locks as LockManager | undefined; // Safari before 15.4
  const kernels = openKernels(count);
  const worker = openTaskWorker({ startWorker: startTaskWorker, kernels, heard, after });
  worker.setDuty(duty);
  const enrolment = openEnrolment({ ...parts, cores, store: deviceStore(), locks });

  /** An opt-out is this browser's, not this tab's: else the next tab would take the turn that it gives up. */
  const otherTabs = typeof BroadcastChannel === 'function' ? new BroadcastChannel('zeus-opt-out') : undefined;
  const unsupported = unsupportedReason(globalThis);
  const listeners = new Set<() => void>();
  let isEnabled = false;
  let agent: (RunningAgent & { readonly device: EnrolledDevice }) | undefined;
  let giveUpTurn: (() => void) | undefined;
  let isWaiting = false;
  let isOnline = surroundings.isOnline();
  let ended: string | undefined;
  let forgetting: Promise<void> = Promise.resolve();
  let failure: ComputeFailure | undefined;
  let progress = 0;
  let unitsDone = 0;
  let ticking: ReturnType<typeof setInterval> | undefined;
  let view = look();

  surroundings.watch(settle);
  otherTabs?.addEventListener('message', leave);

  // ---- What is due, whatever has happened ----

  function settle(): void {
    const wants = isEnabled && agent !== undefined && surroundings.isInFront();
    if (wants && !giveUpTurn) comeForward();
    if (!wants && giveUpTurn) stepBack();
    const wasOnline = isOnline;
    isOnline = surroundings.isOnline();
    if (isOnline && !wasOnline && agent?.state().link.state === 'backing_off') {
      // No use in waiting out a pause that began in a tunnel.
      agent.tell({ type: 'rest' });
      agent.tell({ type: 'start' });
    }
    tickWhileLookedAt();
    show();
  }

  function comeForward(): void {
    giveUpTurn = takeTurn(locks, {
      granted() {
        isWaiting = false;
        report();
        agent?.tell({ type: 'start' });
        show();
      },
      waiting() {
        isWaiting = true;
        show();
      },
    });
  }

  /** The worker is told to pause and the socket to close before this returns. */
  function stepBack(): void {
    agent?.tell({ type: 'rest' });
    giveUpTurn?.();
    giveUpTurn = undefined;
    isWaiting = false;
  }

  function report(): void {
    const bytesToday = Math.min(0xffff_ffff, Math.round(bytes.bytesToday(localTime())));
    const said = { reason: 0, duty: reportedDuty(duty, cores), bytesToday };
    agent?.tell({ type: 'governed', allowed: true, report: said });
  }

  // ---- What is heard ----

  function heard(said: WorkerReport): void {
    shares.add(said.busyMs, now());
    if (said.progress !== undefined) progress = said.progress;
    failure = said.failure;
    parts.heard?.(said);
    show();
  }

  function stepped({ link }: AgentState): void {
    if (link.state === 'off' && (link.why === 'bad_signature' || link.why === 'no_key')) disown(link.why);
    show();
  }

  /** The server and this key no longer know each other: whoever enables again enrols anew. */
  function disown(why: string): void {
    if (ended !== undefined) return;
    ended = why;
    leave();
    agent = undefined;
    // A row that cannot be removed is found again by the next try, and refused again.
    forgetting = enrolment.forget().catch(() => undefined);
  }

  // ---- What the app asks for ----

  async function enable(): Promise<void> {
    if (unsupported) return;
    if (isEnabled) return linkAgain();
    isEnabled = true;
    ended = undefined;
    show();
    try {
      await forgetting;
      const device = await enrolment.ensure();
      if (agent?.device.deviceId !== device.deviceId) agent = { ...newAgent(device), device };
    } catch (error) {
      isEnabled = false;
      throw error;
    } finally {
      settle();
    }
  }

  /** Turned on while it is: where the server had ended the link for good, it may think otherwise now. */
  function linkAgain(): void {
    if (giveUpTurn && !isWaiting) agent?.tell({ type: 'start' });
  }

  function leave(): void {
    isEnabled = false;
    worker.end();
    agent?.tell({ type: 'stop' });
    kernels.forget();
    failure = undefined;
    shares.rest(now());
    settle();
  }

  function newAgent(device: EnrolledDevice): RunningAgent {
    const { origin } = location;
    const environment = {
      deviceId: device.deviceId,
      cores: Math.min(cores, 255),
      origin,
      limits: POLICY.limits,
      rng: browserRng,
    };
    return runAgent(environment, {
      now,
      openSocket: (ears) => openLinkSocket(`${origin.replace(/^http/, 'ws')}/link`, ears, count),
      setTimer: after,
      sign: (challenge) => sign(device.keys, challenge),
      computer: {
        ...worker,
        start(computation, ears) {
          progress = 0;
          shares.rest(now());
          worker.start(computation, {
            failed: () => ears.failed(),
            computed(output, cpuMs) {
              unitsDone++;
              report();
              ears.computed(output, cpuMs);
            },
          });
        },
      },
      stepped,
    });
  }

  // ---- What is shown ----

  function look(): ComputeView {
    const state = agent?.state();
    const facts = { unsupported, isEnabled, isOnline, isWaiting, ended, failure, progress };
    const shown = isEnabled ? shares.shares(now()) : [];
    return {
      ...standOf({ ...facts, isInFront: surroundings.isInFront(), agent: state }),
      shares: shown,
      share: shown.length === 0 ? 0 : shown.reduce((sum, share) => sum + share, 0) / shown.length,
      cores: countedCores(cores),
      unitsDone,
      bytes: bytes.bytes,
    };
  }

  function show(): void {
    const next = look();
    if (isSameView(view, next)) return;
    view = next;
    for (const listener of listeners) listener();
  }

  /** Shares grow old by themselves; nobody is woken for them who does not look. */
  function tickWhileLookedAt(): void {
    const isLookedAt = isEnabled && listeners.size > 0 && surroundings.isInFront();
    if (isLookedAt === (ticking !== undefined)) return;
    clearInterval(ticking);
    ticking = isLookedAt ? setInterval(show, SECOND) : undefined;
  }

  return {
    view: () => view,
    subscribe(listener) {
      listeners.add(listener);
      tickWhileLookedAt();
      return () => {
        listeners.delete(listener);
        tickWhileLookedAt();
      };
    },
    enable,
    async disable() {
      otherTabs?.postMessage('');
      ended = undefined;
      leave();
    },
  };
}

/** Shares move once a second; between two seconds they are the same numbers in another array. */
function isSameView(a: ComputeView, b: ComputeView): boolean {
  return (Object.keys(a) as (keyof ComputeView)[]).every((key) => {
    const [before, after] = [a[key], b[key]];
    return before === after || (typeof after === 'object' && JSON.stringify(before) === JSON.stringify(after));
  });
}

const browserRng: Rng = { u32: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0 };

/** Milliseconds whose days change at the driver's midnight. */
const localTime = (): number => Date.now() - new Date().getTimezoneOffset() * MINUTE;

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
