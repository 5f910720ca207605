import type { ErrorBody } from '../../shared/protocol/errors.ts';
import { type Result, ok, refuse } from '../../shared/result.ts';
import type { Connection } from './connection.ts';

/**
 * Why a call has no answer, by what the caller does next. `refused`: the server said no, by a code. `unreached`: nothing
 * came, and whether it arrived is unknown. `broken`: what came was not ours, or the fault is ours.
 */
export type Problem =
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: 'unreached' }
  | { readonly kind: 'broken'; readonly incident: string | undefined };

export interface Reply<Body> {
  readonly status: number;
  readonly body: Body;
}

export interface Call {
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

/** The server's JSON API on our own origin; the session is a cookie that scripts cannot read. */
export interface Api {
  get<Body>(path: string): Promise<Result<Reply<Body>, Problem>>;
  post<Body>(path: string, call: Call): Promise<Result<Reply<Body>, Problem>>;
  put<Body>(path: string, call: Call): Promise<Result<Reply<Body>, Problem>>;
  delete<Body>(path: string): Promise<Result<Reply<Body>, Problem>>;
}

/** A phone in a tunnel answers nothing for minutes; this is when a person has waited long enough. */
const TIMEOUT_MS = 15_000;

/** What gives this browser another session, and ends the one it had. */
const SIGN_IN = '/api/sign-in/';

/**
 * `onSignedOut`: a reply said that nobody is signed in here any more. While somebody shows again who they are, the session of
 * before ends a moment before the new one is here; what was refused in between is asked again, and no sign of leaving.
 */
export function openApi(
  connection: Connection,
  send: typeof fetch = (...args) => fetch(...args),
  onSignedOut: () => void = () => undefined,
): Api {
  let signIn: Promise<unknown> = Promise.resolve();
  let sessions = 0;

  async function call<Body>(method: string, path: string, given?: Call): Promise<Result<Reply<Body>, Problem>> {
    if (path.startsWith(SIGN_IN)) {
      const entering = ask<Body>(method, path, given);
      signIn = Promise.all([signIn, entering]);
      const entered = await entering;
      if (entered.ok) sessions++;
      return entered;
    }
    const before = sessions;
    const answer = await ask<Body>(method, path, given);
    if (answer.ok || !isSignedOut(answer.error)) return answer;
    await signIn;
    if (sessions !== before) return ask<Body>(method, path, given);
    onSignedOut();
    return answer;
  }

  async function ask<Body>(
    method: string,
    path: string,
    { body, idempotencyKey }: Call = {},
  ): Promise<Result<Reply<Body>, Problem>> {
    const headers = new Headers({ Accept: 'application/json' });
    if (body !== undefined) headers.set('Content-Type', 'application/json');
    if (idempotencyKey !== undefined) headers.set('Idempotency-Key', idempotencyKey);
    const init: RequestInit = { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-store' };
    if (body !== undefined) init.body = JSON.stringify(body);
    let response: Response;
    let text: string;
    try {
      response = await send(path, init);
      text = await response.text();
    } catch {
      connection.missed();
      return refuse({ kind: 'unreached' });
    }
    connection.reached();
    return readReply<Body>(response.status, text);
  }
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    delete: (path) => call('DELETE', path),
  };
}

export const isSignedOut = (problem: Problem): boolean => problem.kind === 'refused' && problem.status === 401;

function readReply<Body>(status: number, text: string): Result<Reply<Body>, Problem> {
  const json = status === 204 ? null : parse(text); // done, and nothing to say of it
  if (status >= 200 && status < 300 && json !== undefined) return ok({ status, body: json as Body });
  const { error } = (json ?? {}) as Partial<ErrorBody>;
  if (status >= 400 && status < 500 && error) {
    return refuse({ kind: 'refused', status, code: error.code, message: error.message });
  }
  return refuse({ kind: 'broken', incident: error?.incident });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
