import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountId } from '../../../shared/ids.ts';
import { POLICY, type Policy } from '../../../shared/model/policy.ts';
import type { ErrorBody } from '../../../shared/protocol/errors.ts';
import type { JobView } from '../../../shared/protocol/rest.ts';
import type { Account, Role } from '../../../shared/model/device.ts';
import { manifestFileIn, tokenFileIn } from '../../adapters/data-folder.ts';
import { manifestHere } from '../../adapters/kernel-manifest.ts';
import { newSigningKey, signingKey, signManifest } from '../../adapters/kernel-signing.ts';
import { readEvents, type ServerEvent } from '../../cli/read-events.ts';
import { serve, type RunningServer, type ServeOptions } from '../../serve.ts';

/** A whole server on a real socket and a real file, and somebody who asks it. */
export interface TestServer extends RunningServer {
  readonly dataDir: string;
  /** What it told its operator. */
  readonly said: string[];
  readonly operator: Asker;
  /** As if this person had shown a passkey or a code just now, in all their sessions. */
  prove(accountId: AccountId): void;
  openAsker(name: string, role: Role): Promise<Asker & { readonly account: Account }>;
}

const folders: string[] = [];
const servers: RunningServer[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zeus-'));
  folders.push(folder);
  return folder;
}

/** What production wants of its operator: a secret, and kernels signed with a key of their own. */
export function productionOptions() {
  const dataDir = join(temporaryFolder(), 'data');
  const { pem, publicKey } = newSigningKey();
  const key = signingKey(pem);
  mkdirSync(dataDir, { mode: 0o700 });
  if (key.ok) writeFileSync(manifestFileIn(dataDir), JSON.stringify(signManifest(manifestHere(), key.value)));
  return { dataDir, isProduction: true, secret: '5a'.repeat(32), kernelKey: publicKey } as const;
}

/** For `afterEach`: nothing of a test outlives it. */
export async function closeAll(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export type TestOptions = Partial<Omit<ServeOptions, 'policy'>> & { readonly policy?: Partial<Policy> };

export async function startServer({ policy, ...options }: TestOptions = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? join(temporaryFolder(), 'data');
  const said: string[] = [];
  const server = await serve({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    secret: undefined,
    isProduction: false,
    say: (line) => void said.push(line),
    ...options,
    // Tests compute in no time; the pace a phone may have is the subject of throttle tests alone.
    policy: {
      ...POLICY,
      leases: { ...POLICY.leases, relinkGraceMs: 0 },
      throttle: { ...POLICY.throttle, burstUnits: 10_000, drawnBytes: 1e9, framesAtOnce: 1e6 },
      ...policy,
    },
  });
  servers.push(server);
  return {
    ...server,
    dataDir,
    said,
    operator: new Asker(server.url, readFileSync(tokenFileIn(dataDir), 'utf8').trim()),
    prove(accountId) {
      const put = server.store.database.prepare('UPDATE auth_session SET proven_at = ? WHERE user_id = ?');
      put.run(new Date().toISOString(), String(accountId));
    },
    async openAsker(name, role) {
      const account = await server.coordinator.openAccount(name, role);
      return Object.assign(new Asker(server.url, await server.auth.openSession(account.id)), { account });
    },
  };
}

export interface Reply<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

interface Call {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export class Asker {
  readonly url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.#token = token;
  }

  get<Body>(path: string, headers: Record<string, string> = {}): Promise<Reply<Body>> {
    return this.send<Body>(path, { headers });
  }

  /** Files a request; `body` as it is if it is text. */
  submit<Body = JobView & ErrorBody>(body: unknown, headers: Record<string, string> = {}): Promise<Reply<Body>> {
    return this.send<Body>('/api/jobs', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  async send<Body>(path: string, { headers, ...init }: Call): Promise<Reply<Body>> {
    const own = { Authorization: `Bearer ${this.#token}`, ...headers };
    const response = await fetch(this.url + path, { ...init, headers: own });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  }

  /** All events of a job, to the end of the stream. */
  async events(jobId: number): Promise<readonly ServerEvent[]> {
    const stream = await this.openEvents(jobId);
    return stream.body ? collect(readEvents(stream.body)) : [];
  }

  openEvents(jobId: number, signal?: AbortSignal): Promise<Response> {
    const headers = { Authorization: `Bearer ${this.#token}` };
    return fetch(`${this.url}/api/jobs/${jobId}/events`, { headers, ...(signal && { signal }) });
  }

  /** What changes for this account. */
  openStream(): Promise<Response> {
    return fetch(`${this.url}/api/stream`, { headers: { Authorization: `Bearer ${this.#token}` } });
  }

  /** Waits for the end of a job. */
  async settled(jobId: number): Promise<JobView> {
    await this.events(jobId);
    return (await this.get<JobView>(`/api/jobs/${jobId}`)).body;
  }
}

/** Everything an iterable gives, once it has ended. */
export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** A request of the kind `tiny`, over `units` units. */
export const tinyRequest = (
  units = 4,
  count = 500,
): { readonly numbers: readonly number[]; readonly units: number } => ({
  numbers: Array.from({ length: count }, (_, i) => (i * 7919) % 1009),
  units,
});

/** What it answers: the smallest sum of 64 × units columns, by the plainest of code. */
export function smallestSum({ numbers, units }: ReturnType<typeof tinyRequest>): number {
  const sums = Array.from({ length: 64 * units }, () => 0);
  numbers.forEach((number, i) => (sums[i % sums.length] = (sums[i % sums.length] ?? 0) + number));
  return Math.min(...sums);
}

export const tiny = (units = 4, placement: 'auto' | 'phone' | 'pool' = 'pool') => ({
  kind: 'tiny',
  placement,
  request: tinyRequest(units),
});
