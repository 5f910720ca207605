import { readFileSync } from 'node:fs';
import type { InviteView } from '../shared/protocol/app.ts';
import type { Health, JobView, LedgerCheck } from '../shared/protocol/rest.ts';
import { tokenFileIn } from '../server/adapters/data-folder.ts';

/** The operator's side of a running server, over HTTP like anybody's. */
export class ServerClient {
  readonly url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.#token = token;
  }

  static at(url: string, dataDir: string): ServerClient {
    return new ServerClient(url, readFileSync(tokenFileIn(dataDir), 'utf8').trim());
  }

  async invite(): Promise<string> {
    return (await this.send<InviteView>('POST', '/api/invites', { role: 'driver' })).code;
  }

  submit(kind: string, request: string): Promise<JobView> {
    return this.send('POST', '/api/jobs', { kind, placement: 'pool', request });
  }

  job(jobId: number): Promise<JobView> {
    return this.send('GET', `/api/jobs/${jobId}`);
  }

  verifyLedger(): Promise<LedgerCheck> {
    return this.send('GET', '/api/ledger/verify');
  }

  health(): Promise<Health> {
    return this.send('GET', '/api/health');
  }

  /** Any call; throws what the server answers unless it is a success. `by` speaks for somebody else. */
  async send<Body>(method: string, path: string, body?: unknown, by = this.#token): Promise<Body> {
    const response = await fetch(this.url + path, {
      method,
      headers: { Authorization: `Bearer ${by}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Body;
  }
}
