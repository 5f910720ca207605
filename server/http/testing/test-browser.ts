import { DAY } from '../../../shared/time.ts';
import type { Reply, TestServer } from './test-server.ts';

/** What a browser does with cookies, over real sockets: keeps what it is given and sends it back. */
export class Browser {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #cookies = new Map<string, string>();
  /** Every Set-Cookie it was sent, as written. */
  readonly setCookies: string[] = [];

  constructor(url: string, userAgent = '', headers: Readonly<Record<string, string>> = {}) {
    this.#url = url;
    this.#headers = { 'User-Agent': userAgent, Origin: url, ...headers };
  }

  cookie(name: string): string {
    return this.#cookies.get(name) ?? '';
  }

  setCookie(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  get<Body>(path: string): Promise<Reply<Body>> {
    return this.send<Body>('GET', path);
  }

  post<Body>(path: string, body: unknown): Promise<Reply<Body>> {
    return this.send<Body>('POST', path, body);
  }

  async send<Body>(method: string, path: string, body?: unknown): Promise<Reply<Body>> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        ...this.#headers,
        ...(cookie !== '' && { Cookie: cookie }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }

  /** Comes in by an invite. */
  async join(server: Pick<TestServer, 'people'>, name: string, role: 'driver' | 'tester' | 'admin' = 'driver') {
    const invite = await server.people.invite(role, DAY);
    return this.post<{ readonly accountId: number }>('/api/accounts', { invite, name });
  }

  /** Makes an address a way in and proves it now, by the codes that a server without SMTP says. */
  async keep(server: Pick<TestServer, 'said'>, email: string): Promise<void> {
    await this.post('/api/account/email', { email });
    const code = codeSaid(server, email);
    const { status } = await this.send('PUT', '/api/account/email', { email, code });
    if (status !== 200) throw new Error(`${email} is no way in: ${status}`);
  }

  #keep(line: string): void {
    this.setCookies.push(line);
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '' || /max-age=0/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

/** The last code to this address that was said on the console. */
function codeSaid({ said }: Pick<TestServer, 'said'>, email: string): string {
  const line = said.findLast((one) => one.includes(`mail to ${email}`));
  return /: (\d{6}) /.exec(line ?? '')?.[1] ?? 'no code';
}
