import type { SignInWays } from '../../shared/protocol/account.ts';
import type { Part, Scene } from './scene.ts';

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

/** The server of a scene. `cut`: from now on nothing answers. */
export function fakeFetch(scene: Scene): { readonly send: typeof fetch; readonly cut: () => void } {
  let isCut = false;
  const send: typeof fetch = (input, init) => {
    if (isCut) return Promise.reject(new TypeError('cut'));
    return reply(scene, input instanceof Request ? input.url : input.toString(), init?.method ?? 'GET');
  };
  return { send, cut: () => void (isCut = true) };
}

function reply(scene: Scene, path: string, method: string): Promise<Response> {
  const { refusal } = scene;
  if (method === 'POST' && path === '/api/devices' && scene.selfTest) return part({ deviceId: 7 }, (device) => device);
  if (method === 'POST' && path.endsWith('/appeal')) return part(scene.appeal ?? 'never', (reply) => reply);
  if (method === 'DELETE' && path.startsWith('/api/jobs/') && scene.cancelled)
    return part(scene.cancelled, (job) => job);
  if (method === 'POST' && path === '/api/feedback' && scene.taken) return part(scene.taken, (taken) => taken);
  if (method === 'POST' && path === '/api/admin/policy/preview')
    return part(scene.preview ?? 'never', (preview) => preview);
  if (method !== 'GET' && scene.isDone) return part({ done: true }, (done) => done);
  if (method !== 'GET') {
    if (!refusal) return part('broken', (value) => value);
    return Promise.resolve(json(refusal.status, { error: { code: refusal.code, message: refusal.message } }));
  }
  const [, desk] = /^\/api\/admin\/([^?]+)/.exec(path) ?? [];
  if (desk !== undefined) return part(scene.admin ?? 'never', (admin) => admin[desk]);
  if (path.startsWith('/api/ledger/')) return part(scene.admin ?? 'never', (admin) => admin['ledger']);
  if (path === '/api/sign-in') return part(scene.ways ?? 'never', waysHere);
  if (path === '/api/account')
    return part(scene.account ?? 'never', (account) => ({ ...account, ways: waysHere(account.ways) }));
  if (path === '/api/me') return part(scene.me ?? 'signed_out', (me) => me);
  if (path.startsWith('/api/credits')) return part(scene.credits ?? 'never', (credits) => credits);
  if (path === '/api/queue') return part(scene.queue ?? 'never', (queue) => queue);
  if (path === '/api/jobs' || path.startsWith('/api/jobs?')) return part(scene.jobs ?? 'never', (jobs) => ({ jobs }));
  if (path.startsWith('/api/evidence/')) return part(scene.evidence ?? 'never', (evidence) => evidence);
  if (path === '/api/me/erasure') return part(scene.erasure ?? 'never', (erasure) => erasure);
  if (path.startsWith('/api/consent-texts/')) return part(scene.consentText ?? 'never', (text) => text);
  if (path === '/api/devices/7') return part(scene.device ?? 'never', (device) => device);
  const [, id] = /^\/api\/jobs\/(\d+)$/.exec(path) ?? [];
  return part(scene.jobs ?? 'never', (jobs) => jobs.find(({ jobId }) => jobId === Number(id)));
}

/** This page’s own name, which no scene knows. */
const waysHere = (ways: SignInWays): SignInWays =>
  ways.passkeyHost === 'here' ? { ...ways, passkeyHost: location.hostname } : ways;

function part<T>(value: Part<T>, body: (value: T) => unknown): Promise<Response> {
  switch (value) {
    case 'never':
      return new Promise(() => undefined);
    case 'unreached':
      return Promise.reject(new TypeError('no network'));
    case 'broken':
      return Promise.resolve(json(500, { error: { code: 'internal', message: 'broken', incident: 'http-test0000' } }));
    case 'signed_out':
      return Promise.resolve(json(401, { error: { code: 'unauthorised', message: 'Sign in first.' } }));
    default: {
      const found = body(value as T);
      return Promise.resolve(
        found === undefined
          ? json(404, { error: { code: 'not_found', message: 'There is nothing here.' } })
          : json(200, found),
      );
    }
  }
}
