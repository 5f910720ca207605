import type { ConsentRequest, DeviceView, EnrolRequest } from '../../shared/protocol/app.ts';
import { type Result, ok, refuse } from '../../shared/result.ts';
import type { Enrolment } from '../compute/enrolment.ts';
import type { Api, Problem } from './api.ts';
import type { ConsentMemory, Decision } from './consent-memory.ts';
import { type Observable, writable } from './observable.ts';

/** This browser as a device of the account: what was decided here about Shared Compute. Nothing = never asked. */
export interface Device extends Observable<Decision | undefined> {
  /** Whose device this is, from now on. Sends an opt-out that could not be sent before. */
  load(accountId: number): Promise<void>;
  /** Enrols if needed and stores the consent. Nothing may compute before this came back. */
  optIn(version: number): Promise<Result<Decision, Problem>>;
  /** Counts at once, whether the server can be reached or not; it is told as soon as it can. */
  optOut(): Promise<void>;
  /** Tells an opt-out that could not be told; nothing to do as a rule. */
  resend(): Promise<void>;
}

export interface DeviceParts {
  readonly api: Api;
  readonly memory: ConsentMemory;
  /** Keeps the key and the server's name for this browser. */
  readonly enrolmentOf: (accountId: number, enrol: (request: EnrolRequest) => Promise<DeviceView>) => Enrolment;
  readonly now?: () => number;
}

/** Has the driver agreed to this version, here? */
export const hasAgreed = (decision: Decision | undefined, version: number): boolean =>
  decision?.isGranted === true && decision.version === version;

/** What the server refused, on its way through code that knows only success. */
class EnrolRefused extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.kind);
    this.problem = problem;
  }
}

export function openDevice({ api, memory, enrolmentOf, now = Date.now }: DeviceParts): Device {
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
  }

  async function optIn(version: number): Promise<Result<Decision, Problem>> {
    if (!account) return refuse({ kind: 'broken', incident: undefined });
    const { id: accountId, enrolment } = account;
    try {
      const { deviceId } = await enrolment.ensure();
      const reply = await putConsent(deviceId, { isGranted: true, version });
      if (reply.ok) return ok(keep({ accountId, version, isGranted: true, at: now(), isUnsent: false }));
      // Another database, or erased data: the next try enrols anew.
      if (reply.error.kind === 'refused' && reply.error.code === 'not_found') await enrolment.forget();
      return reply;
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

  return { read: view.read, subscribe: view.subscribe, load, optIn, optOut, resend: sendOptOut };
}
