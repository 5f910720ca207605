import { readFileSync } from 'node:fs';
import type { RoleChangesView } from '../../shared/protocol/account.ts';
import type { InviteRequest, InviteView } from '../../shared/protocol/app.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type {
  AdjustmentBody,
  AdjustmentsView,
  AdjustmentView,
  AuditView,
  FeedbackList,
  Flags,
  JobList,
  JobView,
  LedgerCheck,
  PhoneReply,
  PolicyView,
  SubmitBody,
} from '../../shared/protocol/rest.ts';
import { tokenFileIn } from '../adapters/data-folder.ts';
import { dataDirIn, DEFAULT_PORT } from '../settings.ts';
import { CliError } from './cli-error.ts';
import { readEvents, type ServerEvent } from './read-events.ts';
import type { Sort } from './sorts.ts';

interface Call {
  readonly method?: 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The server's API as the command line uses it. Every refusal is a `CliError` with the server's code and sentence. */
export class Client {
  readonly server: string;
  readonly #token: string;

  private constructor(server: string, token: string) {
    this.server = server;
    this.#token = token;
  }

  /** Speaks for the operator: the token is ZEUS_TOKEN, or lies in the data folder of the server. */
  static open(server: string | undefined, env: NodeJS.ProcessEnv): Client {
    const url = server ?? `http://127.0.0.1:${env['PORT'] ?? DEFAULT_PORT}`;
    if (!URL.canParse(url))
      throw new CliError('bad_argument', `--server: expected an address like http://127.0.0.1:8787, got “${url}”.`);
    return new Client(url.replace(/\/$/, ''), env['ZEUS_TOKEN'] ?? tokenIn(tokenFileIn(dataDirIn(env))));
  }

  async submit(body: SubmitBody, key: string | undefined): Promise<JobView | PhoneReply> {
    const headers: Record<string, string> = { 'Content-Type': 'application/json' };
    if (key !== undefined) headers['Idempotency-Key'] = key;
    const response = await this.#fetch('/api/jobs', { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as JobView | PhoneReply;
  }

  async jobs(): Promise<JobList> {
    return (await (await this.#fetch('/api/jobs')).json()) as JobList;
  }

  async invite(role: InviteRequest['role']): Promise<InviteView> {
    const headers = { 'Content-Type': 'application/json' };
    return (await (
      await this.#fetch('/api/invites', { method: 'POST', headers, body: JSON.stringify({ role }) })
    ).json()) as InviteView;
  }

  async verifyLedger(): Promise<LedgerCheck> {
    return (await (await this.#fetch('/api/ledger/verify')).json()) as LedgerCheck;
  }

  async audit(): Promise<AuditView> {
    return (await (await this.#fetch('/api/admin/audit')).json()) as AuditView;
  }

  async rotateAuditKey(): Promise<{ readonly keyId: number }> {
    const reply = await this.#fetch('/api/admin/audit-log/rotate-key', { method: 'POST' });
    return (await reply.json()) as { readonly keyId: number };
  }

  async flags(): Promise<Flags> {
    return (await (await this.#fetch('/api/admin/flags')).json()) as Flags;
  }

  async feedback(): Promise<FeedbackList> {
    return (await (await this.#fetch('/api/admin/feedback')).json()) as FeedbackList;
  }

  async adjustments(): Promise<AdjustmentsView> {
    return (await (await this.#fetch('/api/admin/adjustments?limit=200')).json()) as AdjustmentsView;
  }

  async adjust(body: AdjustmentBody, key: string): Promise<AdjustmentView> {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key };
    const init = { method: 'POST', headers, body: JSON.stringify(body) } as const;
    return (await (await this.#fetch('/api/admin/adjustments', init)).json()) as AdjustmentView;
  }

  async roleChanges(): Promise<RoleChangesView> {
    return (await (await this.#fetch('/api/admin/role-changes')).json()) as RoleChangesView;
  }

  async policy(): Promise<PolicyView> {
    return (await (await this.#fetch('/api/admin/policy')).json()) as PolicyView;
  }

  /** The second person's word on a proposal. */
  async decide(sort: Sort, id: number, isApproved: boolean): Promise<void> {
    const headers = { 'Content-Type': 'application/json' };
    if (sort === 'role') {
      const path = `/api/admin/role-changes/${id}`;
      await (isApproved
        ? this.#fetch(`${path}/approval`, { method: 'POST', headers, body: '{}' })
        : this.#fetch(path, { method: 'DELETE' }));
      return;
    }
    const path = `/api/admin/${sort === 'policy' ? 'policy' : 'adjustments'}/${id}/verdict`;
    await this.#fetch(path, { method: 'POST', headers, body: JSON.stringify({ isApproved }) });
  }

  /** A job's events until the stream ends, for whatever reason. */
  async *events(jobId: number): AsyncGenerator<ServerEvent> {
    const { body } = await this.#fetch(`/api/jobs/${jobId}/events`);
    if (body) yield* readEvents(body);
  }

  async #fetch(path: string, { headers: own, ...init }: Call = {}): Promise<Response> {
    const headers = { ...own, Authorization: `Bearer ${this.#token}` };
    let response: Response;
    try {
      response = await fetch(this.server + path, { ...init, headers });
    } catch {
      throw new CliError(
        'no_server',
        `No server answers at ${this.server}: start one with \`npm start\`, or name another with --server.`,
      );
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }
}

function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new CliError(
      'no_token',
      `There is no token in ${file}: start the server once, or set DATA_DIR as it has it, or ZEUS_TOKEN.`,
    );
  }
}

async function errorOf(response: Response): Promise<CliError> {
  try {
    const { error } = (await response.json()) as ErrorBody;
    return new CliError(error.code, error.message + (error.incident ? ` (incident ${error.incident})` : ''));
  } catch {
    return new CliError('bad_reply', `Expected a reply of the ZeusDrive server, got status ${response.status}.`);
  }
}
