import type { Credits, Me } from '../../shared/protocol/app.ts';
import type { JobList, JobView } from '../../shared/protocol/rest.ts';
import type { Result } from '../../shared/result.ts';
import { type Api, isSignedOut, type Problem, type Reply, openApi } from './api.ts';
import { type Asks, openAsks } from './asks.ts';
import { deviceStore } from '../compute/device-store.ts';
import { openEnrolment } from '../compute/enrolment.ts';
import { type Connection, openConnection } from './connection.ts';
import { browserConsentMemory } from './consent-memory.ts';
import { type Device, openDevice, type RunSelfTest } from './device.ts';
import { type Resource, resource, valueOf } from './resource.ts';
import { followStream } from './stream.ts';

/** What the app knows and whom it asks. */
export interface Services {
  readonly api: Api;
  readonly connection: Connection;
  readonly me: Resource<Me>;
  /** Totals and the newest page of the statement. */
  readonly credits: Resource<Credits>;
  /** My newest requests in the pool, newest first. */
  readonly jobs: Resource<readonly JobView[]>;
  readonly device: Device;
  readonly asks: Asks;
  /** Follows what changes on the server, from when somebody is signed in. Returns how to end it. */
  readonly follow: () => () => void;
}

/** What a browser gives; tests give their own. */
export interface Outside {
  readonly send?: typeof fetch;
  readonly openEvents?: (url: string) => EventSource;
  readonly selfTest?: RunSelfTest;
}

/** Another tab that shows again who it is ends the session of this one a moment before their new one is here. */
const OTHER_TAB_MS = 500;

export function openServices(outside: Outside = {}): Services {
  const connection = openConnection();
  const api = openApi(connection, outside.send, () => void me.refresh());
  const me: Resource<Me> = resource(async () => {
    const reply = await api.get<Me>('/api/me');
    if (reply.ok || !isSignedOut(reply.error) || me.read().state !== 'ready') return bodyOf(reply);
    await new Promise((resolve) => setTimeout(resolve, OTHER_TAB_MS));
    return bodyOf(await api.get<Me>('/api/me'));
  });
  const credits = resource(async () => bodyOf(await api.get<Credits>('/api/credits')));
  const jobs = resource<readonly JobView[]>(async () => {
    const reply = await api.get<JobList>('/api/jobs');
    return reply.ok ? { ok: true, value: reply.value.body.jobs } : reply;
  });
  const device = openDevice({
    api,
    memory: browserConsentMemory(),
    enrolmentOf: (accountId, enrol) =>
      openEnrolment({ accountId, cores: coresHere(), enrol, store: deviceStore(), locks: navigator.locks }),
    // Its own chunk: it runs when somebody opts in.
    selfTest:
      outside.selfTest ?? (async (...test) => (await import('../compute/self-test.ts')).runSelfTest(api, ...test)),
  });

  const follow = (): (() => void) =>
    followStream(
      {
        opened() {
          void credits.refresh();
          void jobs.refresh();
          void device.resend();
        },
        job: (job) => jobs.put(withJob(valueOf(jobs.read()) ?? [], job)),
        // Totals alone; the rows are asked for by the screen that shows them.
        credits: (totals) => {
          const known = valueOf(credits.read());
          if (known) credits.put({ ...known, ...totals, rows: known.rows, nextBefore: known.nextBefore });
          else void credits.refresh();
        },
        me: me.put,
        ended: () => void me.refresh(),
      },
      connection,
      outside.openEvents,
    );

  return { api, connection, me, credits, jobs, device, asks: openAsks(), follow };
}

/** As far as the browser says; the server takes at most this many. */
export const coresHere = (): number => Math.min(navigator.hardwareConcurrency || 1, 255);

const bodyOf = <Body>(reply: Result<Reply<Body>, Problem>): Result<Body, Problem> =>
  reply.ok ? { ok: true, value: reply.value.body } : reply;

/** The list with a job in its place, newest first. */
export function withJob(jobs: readonly JobView[], job: JobView): readonly JobView[] {
  const others = jobs.filter(({ jobId }) => jobId !== job.jobId);
  return [job, ...others].toSorted((a, b) => b.jobId - a.jobId);
}
