import type { ConsentRequest, DeviceView, EnrolRequest, ScopeView } from '../../shared/protocol/app.ts';
import { type Result, ok, refuse } from '../../shared/result.ts';
import type { Enrolment } from '../compute/enrolment.ts';
import type { Unsupported } from '../compute/supported.ts';
import type { Api, Problem } from './api.ts';
import type { ConsentMemory, Decision } from './consent-memory.ts';
import { type Observable, writable } from './observable.ts';

/** This browser as a device of the account: what was decided here about Shared Compute. Nothing = never asked. */
export interface Device extends Observable<Decision | undefined> {
  /** Whose device this is, from now on. Sends an opt-out that could not be sent before. */
  load(accountId: number): Promise<void>;
  /**
   * Enrols if needed, tests that this phone computes exactly, and only then stores the consent. Nothing may compute before
   * this came back. A driver who turns back meanwhile has agreed to nothing.
   */
  optIn(version: number, during?: During): Promise<Result<Decision, TurnOnProblem>>;
  /** Counts at once, whether the server can be reached or not; it is told as soon as it can. */
  optOut(): Promise<void>;
  /** How the server sees it. What it says of the scope is kept. */
  view(): Promise<Result<DeviceView, Problem>>;
  /** Agrees to less, at once. */
  narrow(scope: ScopeView): Promise<Result<DeviceView, Problem>>;
  /** Tells an opt-out that could not be told; nothing to do as a rule. */
  resend(): Promise<void>;
}

/** What is told of an opt-in under way, and how it is called off. */
export interface During {
  /** The self-test's, 0 … 1. */
  readonly onTest?: ((share: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What the text just read covers; absent = as agreed to before. */
  readonly scope?: 'all' | undefined;
}

/** Why Shared Compute is not on. `phone`: it could not be tested here. `stopped`: the driver turned back. */
export type TurnOnProblem =
  | Problem
  | { readonly kind: 'phone'; readonly reason: CannotTest }
  | { readonly kind: 'stopped' };

/** `wrong_kernel`: what loaded is not what the server named, and was not run. `bad_kernel`, `worker_broken`: it does not run here. */
export type CannotTest = Unsupported | 'wrong_kernel' | 'bad_kernel' | 'worker_broken';

export type RunSelfTest = (
  deviceId: number,
  onProgress: (share: number) => void,
  signal: AbortSignal,
) => Promise<Result<undefined, TurnOnProblem>>;

export interface DeviceParts {
  readonly api: Api;
  readonly memory: ConsentMemory;
  /** Keeps the key and the server's name for this browser. */
  readonly enrolmentOf: (accountId: number, enrol: (request: EnrolRequest) => Promise<DeviceView>) => Enrolment;
  /** Rejects when its code did not load. */
  readonly selfTest: RunSelfTest;
  readonly now?: () => number;
}

/** Has the driver agreed to this version, here? */
export const hasAgreed = (decision: Decision | undefined, version: number): boolean =>
  decision?.isGranted === true && decision.version === version;

const NEVER = new AbortController().signal;

/** What the server refused, on its way through code that knows only success. */
class EnrolRefused extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.kind);
    this.problem = problem;
  }
}

export function openDevice({ api, memory, enrolmentOf, selfTest, now = Date.now }: DeviceParts): Device {
  const view = writable<Decision | undefined>(undefined);
  let account: { readonly id: number; readonly enrolment: Enrolment } | undefined;
  const keep = (decision: Decision): Decision => {
    memory.write(decision);
    view.write(decision);
    return decision;
  };
  const putConsent = (
    deviceId: number,
    consent: ConsentRequest,
  ): Promise<Result<{ readonly body: DeviceView }, Problem>> =>
    api.put<DeviceView>(`/api/devices/${deviceId}/consent`, { body: consent });

  async function enrol(body: EnrolRequest): Promise<DeviceView> {
    const reply = await api.post<DeviceView>('/api/devices', { body });
    if (!reply.ok) throw new EnrolRefused(reply.error);
    return reply.value.body;
  }

  async function load(accountId: number): Promise<void> {
    account = { id: accountId, enrolment: enrolmentOf(accountId, enrol) };
    const known = memory.read();
    view.write(known?.accountId === accountId ? known : undefined);
    await sendOptOut();
    // It may have been narrowed by other means, or before this browser kept it.
    if (view.read()?.isGranted) void ask();
  }

  async function optIn(
    version: number,
    { onTest = () => undefined, signal = NEVER, scope }: During = {},
  ): Promise<Result<Decision, TurnOnProblem>> {
    if (!account) return refuse({ kind: 'broken', incident: undefined });
    const { id: accountId, enrolment } = account;
    try {
      const { deviceId } = await enrolment.ensure();
      const tested = await selfTest(deviceId, onTest, signal).catch(() => refuse({ kind: 'unreached' } as const));
      if (signal.aborted) return refuse({ kind: 'stopped' });
      const reply = tested.ok ? await putConsent(deviceId, { isGranted: true, version, scope }) : tested;
      if (!reply.ok) {
        // Another database, or erased data: the next try enrols anew.
        if (reply.error.kind === 'refused' && reply.error.code === 'not_found') await enrolment.forget();
        return reply;
      }
      const agreed = reply.value.body.consent?.scope;
      const decision = keep({ accountId, version, isGranted: true, at: now(), isUnsent: false, scope: agreed });
      if (!signal.aborted) return ok(decision);
      // Turned back while the consent was on its way: it is withdrawn.
      await optOut();
      return refuse({ kind: 'stopped' });
    } catch (error) {
      return refuse(error instanceof EnrolRefused ? error.problem : { kind: 'broken', incident: undefined });
    }
  }

  async function optOut(): Promise<void> {
    const decision = view.read();
    if (!decision?.isGranted) return;
    keep({ ...decision, isGranted: false, at: now(), isUnsent: true });
    await sendOptOut();
  }

  async function sendOptOut(): Promise<void> {
    const decision = view.read();
    if (!account || !decision?.isUnsent) return;
    const known = await account.enrolment.known().catch(() => undefined);
    const reply = known && (await putConsent(known.deviceId, { isGranted: false, version: decision.version }));
    // Unknown here or there: then there is no device left that could lend anything.
    const isHeard = !reply || reply.ok || reply.error.kind === 'refused';
    // Opted in again meanwhile: then this reply is about the past.
    if (isHeard && view.read() === decision) keep({ ...decision, isUnsent: false });
  }

  /** The reply of before is about the past, where something was decided since. */
  async function heard(reply: Promise<Result<{ readonly body: DeviceView }, Problem>>) {
    const before = view.read();
    const told = await reply;
    if (!told.ok) return told;
    const { consent } = told.value.body;
    const isNews = consent?.isGranted && JSON.stringify(consent.scope) !== JSON.stringify(before?.scope);
    if (isNews && before?.isGranted && view.read() === before) keep({ ...before, scope: consent.scope });
    return ok(told.value.body);
  }

  async function ask(scope?: ScopeView): Promise<Result<DeviceView, Problem>> {
    const known = await account?.enrolment.known().catch(() => undefined);
    if (!known) return refuse({ kind: 'broken', incident: undefined });
    const path = `/api/devices/${known.deviceId}`;
    return heard(scope ? api.put<DeviceView>(`${path}/consent/scope`, { body: scope }) : api.get<DeviceView>(path));
  }

  return {
    read: view.read,
    subscribe: view.subscribe,
    load,
    optIn,
    optOut,
    view: () => ask(),
    narrow: ask,
    resend: sendOptOut,
  };
}
