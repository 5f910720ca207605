import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { emailOTP } from 'better-auth/plugins';
import type Database from 'better-sqlite3';
import type { AuditPort } from '../services/audit-port.ts';
import { CHALLENGE_COOKIE, SESSION_COOKIE } from './cookies.ts';
import { browserName } from './browser-name.ts';
import { SESSION_MS } from './sessions.ts';
import { SyncDialect } from './sync-dialect.ts';
import { tellWrites, type Door } from './tell-writes.ts';

export interface EngineParts {
  readonly db: Database.Database;
  readonly audit: AuditPort;
  /** Which door somebody is at, in whatever the library does for it. */
  readonly door: () => Door | undefined;
  readonly secret: string;
  /** Where people reach this server; the first names the place that passkeys are made for. */
  readonly origins: readonly [string, ...string[]];
  readonly code: { readonly digits: number; readonly lastsMs: number; readonly tries: number };
  /** Takes a code on its way. Returns at once: how long a mail takes must not tell who has an account. */
  readonly send: (code: { readonly to: string; readonly digits: string; readonly isNew: boolean }) => void;
}

/**
 * better-auth, told to do three things: passkeys, codes by email, and the sessions these open. None of its routes are
 * mounted: `sign-ins.ts` calls them one by one. Loaded when somebody first signs in, so that a start does not wait for it.
 */
export function openEngine({ db, audit, door, secret, origins, code, send }: EngineParts) {
  const [home] = origins;
  return betterAuth({
    appName: 'ZeusDrive',
    baseURL: home,
    basePath: '/api/auth',
    trustedOrigins: [...origins],
    secret,
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false }, // it counts at its router only; http/attempts.ts counts ours
    database: { dialect: new SyncDialect(db, tellWrites(audit, door)), type: 'sqlite', transaction: false },
    user: {
      modelName: 'auth_user',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    session: {
      modelName: 'auth_session',
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      additionalFields: { provenAt: { type: 'date', required: false, input: false, fieldName: 'proven_at' } },
      expiresIn: SESSION_MS / 1000,
      disableSessionRefresh: true,
      freshAge: 0, // http/step-up.ts asks for a fresh proof, and only of those who can give one
    },
    account: {
      modelName: 'auth_identity',
      fields: {
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'user_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'auth_verification',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    databaseHooks: {
      session: {
        create: {
          // Each session it opens follows a proof. What it would keep of the browser is cut down to its name.
          before: async (session) => ({
            data: {
              ...session,
              provenAt: new Date(),
              ipAddress: '',
              userAgent: browserName(session.userAgent ?? undefined),
            },
          }),
        },
      },
    },
    advanced: {
      useSecureCookies: false, // no prefix: one name over http and https
      defaultCookieAttributes: { httpOnly: true, sameSite: 'strict', path: '/', secure: home.startsWith('https:') },
      cookies: { session_token: { name: SESSION_COOKIE }, [CHALLENGE_COOKIE]: { name: CHALLENGE_COOKIE } },
    },
    plugins: [
      passkey({
        rpID: new URL(home).hostname,
        rpName: 'ZeusDrive',
        origin: [...origins],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        advanced: { webAuthnChallengeCookie: CHALLENGE_COOKIE },
        // A passkey stands alone for a person: a stolen key without a finger, face or PIN is none.
        registration: {
          afterVerification: async ({ verification }) => mustBeVerified(verification.registrationInfo?.userVerified),
        },
        authentication: {
          afterVerification: async ({ verification }) => mustBeVerified(verification.authenticationInfo.userVerified),
        },
        schema: {
          passkey: {
            modelName: 'auth_passkey',
            fields: {
              publicKey: 'public_key',
              userId: 'user_id',
              credentialID: 'credential_id',
              deviceType: 'device_type',
              backedUp: 'backed_up',
              createdAt: 'created_at',
            },
          },
        },
      }),
      emailOTP({
        otpLength: code.digits,
        expiresIn: code.lastsMs / 1000,
        allowedAttempts: code.tries,
        storeOTP: 'hashed',
        disableSignUp: true, // accounts begin with an invite
        changeEmail: { enabled: true },
        sendVerificationOTP: async ({ email, otp, type }) =>
          send({ to: email, digits: otp, isNew: type === 'change-email' }),
      }),
    ],
  });
}

export type Engine = ReturnType<typeof openEngine>;

function mustBeVerified(isVerified: boolean | undefined): void {
  if (isVerified !== true) throw new APIError('UNAUTHORIZED', { message: 'user not verified' });
}
