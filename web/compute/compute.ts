import type { AgentState } from '../../shared/agent/agent-state.ts';
import { STUDY_POLICY, type StudyPolicy } from '../../shared/agent/battery-study.ts';
import { NO_LIMITS } from '../../shared/agent/governor/governor.ts';
import { GOVERNOR_POLICY, type GovernorPolicy } from '../../shared/agent/governor/signals.ts';
import { runAgent, type RunningAgent } from '../../shared/agent/run-agent.ts';
import { FRAME_LIMITS } from '../../shared/model/frame-limits.ts';
import type { DeviceView, EnrolRequest, Programme } from '../../shared/protocol/app.ts';
import type { Rng } from '../../shared/rng.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { onPageClock, type KeptLimits } from '../data/limits.ts';
import type { Observable } from '../data/observable.ts';
import { browserParts } from '../sensors/browser-parts.ts';
import { openSensors, type Sensors } from '../sensors/sensors.ts';
import { browserDayMemory, ByteMeter } from './byte-meter.ts';
import { clockChanges } from './clock-change.ts';
import { isByConsent, refusalEndsOf, restEndsOf, standOf } from './compute-view.ts';
import { sign } from './device-key.ts';
import { deviceStore } from './device-store.ts';
import { countedCores, dutyOf, reportedDuty } from './duty.ts';
import { browserColdPace, type ColdPace } from './cold-pace.ts';
import { openEnrolment, type EnrolledDevice } from './enrolment.ts';
import { browserStudy } from './battery-study.ts';
import { openGoverned, reasonNumber, type Governed, type TracedDecision } from './governed.ts';
import { hex, openKernels } from './kernels.ts';
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
  /** Whether phones compute at all, and what share of the device's CPU they aim at, percent. */
  readonly programme: Observable<Pick<Programme, 'isOn' | 'targetPercent'>>;
  /** The server has changed it: said on the link, to be asked for. */
  readonly programmeChanged?: () => void;
  /** The driver's own limits on this phone, and what was agreed to. */
  readonly limits?: Observable<KeptLimits>;
  /** Full speed, for the tester's bench and the demo. The server decides whether it credits that. */
  readonly bench?: boolean;
  /** Other rules, for the lab and for tests: a dwell of seconds. */
  readonly rules?: Partial<GovernorPolicy>;
  /** For the lab and for evidence: every question to the governor, with its answer. */
  readonly traced?: (traced: TracedDecision) => void;
  /** Shorter blocks of the battery's study, for the lab and for tests. */
  readonly study?: Partial<StudyPolicy>;
  /** How often the figures that move all the time are shown anew. Tests read them, and want each at once. */
  readonly figuresEveryMs?: number;
  /** For the lab and for tests. */
  readonly heard?: (report: WorkerReport) => void;
}

/**
 * The device's side of Shared Compute: one agent, one socket, one worker, put together and told what happens around them.
 * It decides three things: who computes when several tabs are open, that the governor's word reaches worker and link at
 * once, and that an opt-out leaves nothing behind, not even a sensor. The rest is `shared/agent`'s.
 */
export function openCompute(parts: ComputeParts): Compute {
  const { programme, limits, bench = false, rules, figuresEveryMs = FIGURES_EVERY_MS } = parts;
  const cores = navigator.hardwareConcurrency || 1;
  const now = (): number => performance.now();
  const bytes = new ByteMeter(browserDayMemory());
  const count = (added: number): void => bytes.add(added, localTime());
  const shares = new ShareMeter(countedCores(cores), now());
  const locks = navigator.locks as LockManager | undefined; // Safari before 15.4
  const kernels = openKernels(count);
  const worker = openTaskWorker({ startWorker: startTaskWorker, kernels, heard, after });
  const enrolment = openEnrolment({ ...parts, cores, store: deviceStore(), locks });

  /** An opt-out is this browser's, not this tab's: else the next tab would take the turn that it gives up. */
  const otherTabs = typeof BroadcastChannel === 'function' ? new BroadcastChannel('zeus-opt-out') : undefined;
  const unsupported = unsupportedReason(globalThis);
  const listeners = new Set<() => void>();
  const study = browserStudy(browserRng, () => limits?.read().measuresBattery ?? false, {
    ...STUDY_POLICY,
    ...parts.study,
  });
  let isEnabled = false;
  let agent: (RunningAgent & { readonly device: EnrolledDevice }) | undefined;
  let giveUpTurn: (() => void) | undefined;
  let isWaiting = false;
  let sensing: Sensing | undefined;
  let duty = 0;
  let isOnline = navigator.onLine;
  let ended: string | undefined;
  let forgetting: Promise<void> = Promise.resolve();
  let failure: ComputeFailure | undefined;
  let progress = 0;
  let unitsDone = 0;
  let ticking: ReturnType<typeof setInterval> | undefined;
  let telling: ReturnType<typeof setTimeout> | undefined;
  let shownAt = now();
  let view: ComputeView = { ...lookAtNews(), ...lookAtFigures() };

  programme.subscribe(governAgain);
  limits?.subscribe(governAgain);
  addEventListener('online', settle);
  addEventListener('offline', settle);
  otherTabs?.addEventListener('message', leave);

  // ---- What is due, whatever has happened ----

  function settle(): void {
    const wants = isEnabled && agent !== undefined && sensing?.governed.decision().link === 'keep';
    if (wants && !giveUpTurn) comeForward();
    if (!wants && giveUpTurn) stepBack();
    const wasOnline = isOnline;
    isOnline = navigator.onLine;
    if (isOnline && !wasOnline && agent?.state().link.state === 'backing_off') {
      // No use in waiting out a pause that began in a tunnel.
      agent.tell({ type: 'rest' });
      agent.tell({ type: 'start' });
    }
    tickWhileVisible();
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
    if (!sensing) return;
    const decision = sensing.governed.decision();
    const said = { reason: reasonNumber(decision), duty: reportedDuty(duty, cores), bytesToday };
    agent?.tell({ type: 'governed', allowed: duty > 0, mayTransfer: decision.mayTransfer, report: said });
  }

  // ---- What the phone's sensors and the rules say ----

  function sense(): void {
    if (sensing) return;
    const pace = browserColdPace();
    const sensors = openSensors(browserParts(pace));
    const governed = openGoverned({
      facts: (at) => sensors.facts(at),
      isOptedIn: () => isEnabled,
      limits: () => limitsNow()?.limits ?? NO_LIMITS,
      batteryDeclaredAt: () => limitsNow()?.batteryDeclaredAt,
      bytesToday: () => bytes.bytesToday(localTime()),
      isCappedByServer,
      isProgrammeOn: () => programme.read().isOn,
      rules: () => ({ ...GOVERNOR_POLICY, targetShare: programme.read().targetPercent, ...rules }),
      bench,
      study,
      traced: parts.traced,
      now,
      localTime,
      clockChange: clockChanges(Date.now, now),
    });
    sensing = { sensors, governed, pace };
    sensors.watch(governAgain);
    obey();
  }

  const limitsNow = (): ReturnType<typeof onPageClock> | undefined =>
    limits && onPageClock(limits.read(), Date.now(), now());

  /** Its own count of our bytes, which knows what this browser may have forgotten. */
  function isCappedByServer(): boolean {
    const refused = agent?.state().refused;
    return refused?.status === 'data_cap' && now() < refused.until;
  }

  function stopSensing(): void {
    sensing?.sensors.close();
    sensing = undefined;
  }

  function governAgain(): void {
    if (!sensing?.governed.look()) return;
    obey();
    settle();
  }

  /** The worker hears it before anything else. */
  function obey(): void {
    const share = sensing?.governed.decision().share ?? 0;
    duty = share > 0 ? dutyOf(share, cores, bench) : 0;
    worker.setDuty(duty);
    report();
  }

  // ---- What is heard ----

  function heard(said: WorkerReport): void {
    shares.add(said.busyMs, now());
    const { msPerOp } = said.meter;
    if (msPerOp > 0 && sensing?.pace.isComparable()) sensing.sensors.sliced(msPerOp);
    if (said.progress !== undefined) progress = said.progress;
    failure = said.failure;
    parts.heard?.(said);
    show();
  }

  function stepped({ link }: AgentState): void {
    if (isCappedByServer() && sensing?.governed.decision().link === 'keep') governAgain();
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
    sense();
    show();
    try {
      await forgetting;
      const device = await enrolment.ensure();
      if (agent?.device.deviceId !== device.deviceId) agent = { ...newAgent(device), device };
    } catch (error) {
      isEnabled = false;
      stopSensing();
      throw error;
    } finally {
      settle();
    }
  }

  /** Turned on while it is: where the server had ended the link for good, it may think otherwise now. */
  function linkAgain(): void {
    if (!giveUpTurn || isWaiting) return;
    // What it was refused for may have been agreed to now: it asks on a new link at once.
    if (agent?.state().refused?.status === 'outside_hours') agent.tell({ type: 'rest' });
    agent?.tell({ type: 'start' });
  }

  function leave(): void {
    isEnabled = false;
    stopSensing();
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
      zoneMinutes: () => -new Date().getTimezoneOffset(),
      origin,
      limits: FRAME_LIMITS,
      rng: browserRng,
    };
    return runAgent(environment, {
      now,
      openSocket: (ears) =>
        openLinkSocket(`${origin.replace(/^http/, 'ws')}/link`, ears, {
          count,
          roundTrip: (ms) => sensing?.sensors.roundTrip(ms),
        }),
      setTimer: after,
      sign: (challenge) => sign(device.keys, challenge),
      computer: {
        ...worker,
        resume(runNo) {
          shares.rest(now());
          worker.resume(runNo);
        },
        start(computation, ears) {
          progress = 0;
          sensing?.pace.begins(hex(computation.kernelHash));
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
      policyChanged: () => parts.programmeChanged?.(),
      stepped,
    });
  }

  // ---- What is shown ----

  /** What a screen must say at once. */
  function lookAtNews(): News {
    const state = agent?.state();
    const decision = sensing?.governed.decision();
    const facts = { unsupported, isEnabled, isOnline, isWaiting, ended, failure, progress };
    const stand = standOf({ ...facts, decision, agent: state });
    const shown = stand.state === 'resting' ? stand.reason : decision?.reason;
    const ends = restEndsOf(decision, now(), shown);
    return {
      ...stand,
      ends: ends.length > 0 ? ends : refusalEndsOf(state, now(), shown),
      byConsent: isByConsent(decision, stand),
      isPaused: decision?.failing.includes('paused_by_you') ?? false,
      battery: batteryNow(),
      half: decision?.half ?? [],
      unknown: decision?.unknown ?? [],
      cores: countedCores(cores),
      unitsDone,
    };
  }

  function batteryNow(): ComputeView['battery'] {
    const battery = sensing?.sensors.facts(now()).battery?.value;
    return battery && { percent: Math.round(100 * battery.level), isCharging: battery.isCharging };
  }

  /** What moves all the time. */
  function lookAtFigures(): Figures {
    const shown = isEnabled ? shares.shares(now()) : [];
    const share = shown.length === 0 ? 0 : shown.reduce((sum, one) => sum + one, 0) / shown.length;
    return { shares: shown, share, bytes: bytes.bytes };
  }

  function show(): void {
    const news = lookAtNews();
    const hasNews = isAnother(news, view, (key) => key !== 'working') || isAnotherUnit(news.working, view.working);
    if (!hasNews && now() - shownAt < figuresEveryMs) return;
    shownAt = now();
    const next = { ...news, ...lookAtFigures() };
    if (!isAnother(next, view)) return;
    view = next;
    // In a task of its own: with what was heard it would be one of over 50 ms on a slow phone (`npm run bench -- speed`).
    telling ??= setTimeout(() => {
      telling = undefined;
      for (const listener of listeners) listener();
    });
  }

  /** Rests end and shares grow old by themselves; a page nobody sees is not woken for them. */
  function tickWhileVisible(): void {
    const isTicking = isEnabled && document.visibilityState === 'visible';
    if (isTicking === (ticking !== undefined)) return;
    clearInterval(ticking);
    ticking = isTicking ? setInterval(tick, SECOND) : undefined;
  }

  function tick(): void {
    governAgain();
    show();
  }

  return {
    view: () => view,
    signals: () =>
      sensing && {
        facts: sensing.sensors.facts(now()),
        decision: sensing.governed.decision(),
        bytesToday: bytes.bytesToday(localTime()),
        study: study.result(),
        now: now(),
      },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    enable,
    async disable() {
      otherTabs?.postMessage('');
      ended = undefined;
      leave();
    },
  };
}

interface Sensing {
  readonly sensors: Sensors;
  readonly governed: Governed;
  readonly pace: ColdPace;
}

/**
 * Drawing counts in the share that a phone was promised. On two cores a redraw of Home once a second took as much as the
 * worker's whole budget (`npm run bench -- phone`); each bar is a second all the same.
 */
const FIGURES_EVERY_MS = 5 * SECOND;

type Figures = Pick<ComputeView, 'shares' | 'share' | 'bytes'>;
type News = Omit<ComputeView, keyof Figures>;

/** Lists are the same when they say the same. */
function isAnother<View extends object>(
  next: View,
  shown: NoInfer<View>,
  asks: (key: keyof View) => boolean = () => true,
): boolean {
  return (Object.keys(next) as (keyof View)[]).filter(asks).some((key) => {
    const [before, after] = [shown[key], next[key]];
    return before !== after && (typeof after !== 'object' || JSON.stringify(before) !== JSON.stringify(after));
  });
}

/** How far it has come is a figure. */
const isAnotherUnit = (a: ComputeView['working'], b: ComputeView['working']): boolean =>
  a?.jobId !== b?.jobId || a?.kind !== b?.kind;

const browserRng: Rng = { u32: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0 };

/** Milliseconds whose days change at the driver's midnight. */
const localTime = (): number => Date.now() - new Date().getTimezoneOffset() * MINUTE;

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
