import { AsyncLocalStorage } from 'node:async_hooks';
import type { AccountId } from '../../shared/ids.ts';
import { accountId } from '../../shared/ids.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import type { Mailer } from '../adapters/mailer.ts';
import { CHALLENGE_COOKIE } from './cookies.ts';
import type { Engine, EngineParts } from './engine.ts';
import { newsMail, type WaysNews } from './news.ts';
import type { Sessions } from './sessions.ts';
import type { Door } from './tell-writes.ts';

export interface SignInParts extends Omit<EngineParts, 'send' | 'door'> {
  readonly sessions: Sessions;
  readonly mailer: Mailer;
  readonly report: (where: string, error: unknown) => void;
}

/** What a request shows of itself: see http/shown.ts. */
export type Shown = Headers;

/** A challenge for the browser, and the cookie that remembers it. */
export interface Challenge {
  readonly options: Readonly<Record<string, unknown>>;
  readonly cookies: readonly string[];
}

/** What a browser answers to a challenge; better-auth checks its form. */
export type PasskeyProof = NonNullable<Parameters<Engine['api']['verifyPasskeyAuthentication']>[0]>['body']['response'];

/** Who proved to be whom; the signed token of the session this opened. */
export interface SignedIn {
  readonly accountId: AccountId;
  readonly token: string;
}

/**
 * The doors: each proves who somebody is, through better-auth, and says a code when it does not. Wrong, used, run out, too
 * often tried and nobody's: a code sent by email is refused in one way, so that nobody learns who has an account.
 */
export class SignIns {
  readonly #parts: SignInParts;
  /** The library writes the session some calls further in; its record says by which door. */
  readonly #door = new AsyncLocalStorage<Door>();
  #engine: Promise<Engine> | undefined;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  get emailIsOpen(): boolean {
    return this.#parts.mailer.isOpen;
  }

  async passkeyChallenge(shown: Shown): Promise<Challenge> {
    const { api } = await this.#open();
    const { response, headers } = await api.generatePasskeyAuthenticationOptions({
      headers: shown,
      returnHeaders: true,
    });
    return { options: { ...response, userVerification: 'required' }, cookies: challengeCookies(headers) };
  }

  async byPasskey(shown: Shown, response: PasskeyProof): Promise<Result<SignedIn, 'bad_passkey'>> {
    const { api } = await this.#open();
    try {
      const { session } = await this.#door.run('passkey', () =>
        api.verifyPasskeyAuthentication({ headers: shown, body: { response } }),
      );
      return ok(this.#signedIn(session));
    } catch (error) {
      return this.#refused(error, 'bad_passkey');
    }
  }

  /** For somebody signed in: the start of a new passkey. */
  async newPasskeyChallenge(shown: Shown, name: string): Promise<Challenge> {
    const { api } = await this.#open();
    const { response, headers } = await api.generatePasskeyRegistrationOptions({
      headers: shown,
      query: { name },
      returnHeaders: true,
    });
    return { options: response as unknown as Record<string, unknown>, cookies: challengeCookies(headers) };
  }

  async addPasskey(shown: Shown, response: unknown, name: string): Promise<Result<undefined, 'bad_passkey'>> {
    const { api } = await this.#open();
    try {
      await api.verifyPasskeyRegistration({ headers: shown, body: { response, name } });
      return ok(undefined);
    } catch (error) {
      // Whatever a browser sends that is no passkey is a fault of its own to the library: here it is a refusal.
      if (isApiError(error) && error.body?.code === 'FAILED_TO_VERIFY_REGISTRATION') return refuse('bad_passkey');
      return this.#refused(error, 'bad_passkey');
    }
  }

  /** The same answer whether anybody has this address. */
  async sendCode(shown: Shown, email: string): Promise<Result<undefined, 'email_closed' | 'bad_email'>> {
    if (!this.emailIsOpen) return refuse('email_closed');
    const { api } = await this.#open();
    try {
      await api.sendVerificationOTP({ headers: shown, body: { email, type: 'sign-in' } });
      return ok(undefined);
    } catch (error) {
      return this.#refused(error, 'bad_email');
    }
  }

  async byCode(shown: Shown, email: string, otp: string): Promise<Result<SignedIn, 'bad_code'>> {
    const { api } = await this.#open();
    try {
      const { token, user } = await this.#door.run('code', () =>
        api.signInEmailOTP({ headers: shown, body: { email, otp } }),
      );
      return ok(this.#signedIn({ token, userId: user.id }));
    } catch (error) {
      return this.#refused(error, 'bad_code');
    }
  }

  /** For somebody signed in: a code to an address that is to become theirs. The same answer when it is another's. */
  async sendCodeToNew(shown: Shown, newEmail: string): Promise<Result<undefined, 'email_closed' | 'bad_email'>> {
    if (!this.emailIsOpen) return refuse('email_closed');
    const { api } = await this.#open();
    try {
      await api.requestEmailChangeEmailOTP({ headers: shown, body: { newEmail } });
      return ok(undefined);
    } catch (error) {
      return this.#refused(error, 'bad_email');
    }
  }

  async setEmail(shown: Shown, newEmail: string, otp: string): Promise<Result<undefined, 'bad_code'>> {
    const { api } = await this.#open();
    try {
      await api.changeEmailEmailOTP({ headers: shown, body: { newEmail, otp } });
      return ok(undefined);
    } catch (error) {
      return this.#refused(error, 'bad_code');
    }
  }

  /** Tells an owner what changed, at the address that was theirs before; nobody waits for it. */
  tell(to: string | null, news: WaysNews): void {
    if (to === null || !this.emailIsOpen) return;
    void this.#parts.mailer
      .send({ to, ...newsMail(news) })
      .catch((error: unknown) => this.#parts.report('mail', error));
  }

  #open(): Promise<Engine> {
    return (this.#engine ??= this.#load());
  }

  async #load(): Promise<Engine> {
    const { openEngine } = await import('./engine.ts');
    const { mailer, report } = this.#parts;
    return openEngine({
      ...this.#parts,
      door: () => this.#door.getStore(),
      send: ({ to, digits, isNew }) =>
        void mailer
          .send({ to, subject: `${digits} is your ZeusDrive code`, text: codeText(digits, isNew) })
          .catch((error: unknown) => report('mail', error)),
    });
  }

  #signedIn({ token, userId }: { readonly token: string; readonly userId: string }): SignedIn {
    return { accountId: accountId(Number(userId)), token: this.#parts.sessions.signed(token) };
  }

  /** What the library says no to is `code`; anything else it throws is a bug. */
  #refused<Code extends string>(error: unknown, code: Code): Result<never, Code> {
    if (isApiError(error) && error.statusCode < 500) return refuse(code);
    throw error;
  }
}

const codeText = (digits: string, isNew: boolean): string =>
  [
    isNew ? `${digits} makes this address a way in to your ZeusDrive account.` : `${digits} signs you in to ZeusDrive.`,
    'It is good for ten minutes, once. We never ask for it by phone or message.',
    'You did not ask for it? Then nothing happens: leave it.',
  ].join('\n\n');

interface ApiError {
  readonly statusCode: number;
  readonly body?: { readonly code?: string };
}

const isApiError = (error: unknown): error is ApiError =>
  error instanceof Error && error.name === 'APIError' && 'statusCode' in error && typeof error.statusCode === 'number';

/** The session's cookie is ours to set; of the library's, only the challenge goes out. */
const challengeCookies = (headers: Headers): readonly string[] =>
  headers.getSetCookie().filter((cookie) => cookie.startsWith(`${CHALLENGE_COOKIE}=`));
