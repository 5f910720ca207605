import {
  type AuthenticationResponseJSON,
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  platformAuthenticatorIsAvailable,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser';
import type { Done, PasskeyChallenge } from '../../shared/protocol/account.ts';
import type { Me } from '../../shared/protocol/app.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import type { Api, Problem } from './api.ts';

/**
 * `declined`: the person closed the browser's question, or the browser had nothing to offer. Both look the same from here.
 * `left`: they were asked for a proof and left everything as it is.
 */
export type PasskeyProblem = Problem | { readonly kind: 'declined' } | { readonly kind: 'left' };

/** Whether this browser may ask for a passkey of `host`: it knows them, and the page is at that host. */
export const knowsPasskeys = (host: string): boolean => browserSupportsWebAuthn() && location.hostname === host;

/** Whether this phone itself can keep one, behind its finger, face or PIN. */
export const keepsPasskeys = async (): Promise<boolean> =>
  browserSupportsWebAuthn() && (await platformAuthenticatorIsAvailable().catch(() => false));

export async function signInByPasskey(api: Api): Promise<Result<Me, PasskeyProblem>> {
  const challenge = await challengeOf(api);
  if (!challenge.ok) return challenge;
  const answer = await asked(() => startAuthentication({ optionsJSON: challenge.value }));
  return answer.ok ? proven(api, answer.value) : answer;
}

/**
 * Offers passkeys among what the browser fills into a field marked `webauthn`, where it can. Comes back when one was taken;
 * never does otherwise, and says nothing: the person did not ask for anything.
 */
export async function offerPasskeys(api: Api): Promise<Result<Me, Problem> | undefined> {
  if (!(await browserSupportsWebAuthnAutofill())) return undefined;
  const challenge = await challengeOf(api);
  if (!challenge.ok) return undefined;
  const answer = await asked(() => startAuthentication({ optionsJSON: challenge.value, useBrowserAutofill: true }));
  return answer.ok ? proven(api, answer.value) : undefined;
}

/** The screen that offered them is gone. */
export const endOffer = (): void => WebAuthnAbortService.cancelCeremony();

/** Makes a passkey here and adds it to the account. */
export async function addPasskey(api: Api, name: string): Promise<Result<undefined, PasskeyProblem>> {
  const challenge = await api.post<PasskeyChallenge>('/api/account/passkeys/challenge', { body: { name } });
  if (!challenge.ok) return challenge;
  const optionsJSON = challenge.value.body.options as unknown as PublicKeyCredentialCreationOptionsJSON;
  const made = await asked(() => startRegistration({ optionsJSON }));
  if (!made.ok) return made;
  const added = await api.post<Done>('/api/account/passkeys', { body: { name, response: made.value } });
  return added.ok ? ok(undefined) : added;
}

async function challengeOf(api: Api): Promise<Result<PublicKeyCredentialRequestOptionsJSON, Problem>> {
  const challenge = await api.post<PasskeyChallenge>('/api/sign-in/passkey/challenge', { body: {} });
  return challenge.ok
    ? ok(challenge.value.body.options as unknown as PublicKeyCredentialRequestOptionsJSON)
    : challenge;
}

async function proven(api: Api, response: AuthenticationResponseJSON): Promise<Result<Me, Problem>> {
  const reply = await api.post<Me>('/api/sign-in/passkey', { body: { response } });
  return reply.ok ? ok(reply.value.body) : reply;
}

async function asked<T>(ask: () => Promise<T>): Promise<Result<T, { readonly kind: 'declined' }>> {
  try {
    return ok(await ask());
  } catch {
    return refuse({ kind: 'declined' });
  }
}
