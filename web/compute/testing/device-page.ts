import type { StudyPolicy } from '../../../shared/agent/battery-study.ts';
import type { GovernorPolicy } from '../../../shared/agent/governor/signals.ts';
import type { DeviceView, EnrolRequest, Programme } from '../../../shared/protocol/app.ts';
import { NO_LIMITS } from '../../../shared/agent/governor/governor.ts';
import { readLimits, type KeptLimits } from '../../data/limits.ts';
import { writable, type Writable } from '../../data/observable.ts';
import { openCompute } from '../compute.ts';
import type { TracedDecision } from '../governed.ts';
import type { WorkerReport } from '../task-worker.ts';
import type { Compute, ComputeView } from '../view.ts';

/** Runs in the page: the whole device side, as the app opens it. */
export interface DevicePage {
  readonly compute: Compute;
  readonly reports: WorkerReport[];
  /** Every state it has been in, with the reason. */
  readonly states: string[];
  /** Questions to the governor, while `traces`. */
  readonly trace: TracedDecision[];
  /** The driver's limits and the programme's lever, for a test to change. */
  readonly limits: Writable<KeptLimits>;
  readonly programme: Writable<Pick<Programme, 'isOn' | 'targetPercent'>>;
}

export interface DevicePageOptions {
  readonly accountId: number;
  readonly bench: boolean;
  readonly rules?: Partial<GovernorPolicy>;
  /** Blocks of the battery's study, as short as a test needs; left out, nothing is measured. */
  readonly study?: Partial<StudyPolicy>;
  /** Keeps every question to the governor with its answer. */
  readonly traces?: boolean;
}

/** What the test lends the page: enrolment at the server's front door, with consent given at once. */
type Enrol = (request: EnrolRequest) => Promise<DeviceView>;

export function openDevicePage({ accountId, bench, rules, study, traces = false }: DevicePageOptions): DevicePage {
  const reports: WorkerReport[] = [];
  const states: string[] = [];
  const { enrolInNode } = globalThis as unknown as { readonly enrolInNode: Enrol };
  const trace: TracedDecision[] = [];
  const programme = writable({ isOn: true, targetPercent: 1.5 });
  const limits = writable({
    ...readLimits(undefined),
    agreed: NO_LIMITS.agreed,
    measuresBattery: study !== undefined,
  });
  const compute = openCompute({
    accountId,
    programme,
    limits,
    bench,
    ...(traces && { traced: (traced: TracedDecision) => void trace.push(traced) }),
    ...(rules && { rules }),
    ...(study && { study }),
    figuresEveryMs: 0,
    enrol: enrolInNode,
    heard: (report) => reports.push(report),
  });
  const note = ({ state, reason }: ComputeView): void => {
    const now = reason === undefined ? state : `${state}: ${reason}`;
    if (states.at(-1) !== now) states.push(now);
  };
  note(compute.view());
  compute.subscribe(() => note(compute.view()));
  return { compute, reports, states, trace, limits, programme };
}
