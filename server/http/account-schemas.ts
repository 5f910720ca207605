import { z } from '@hono/zod-openapi';
import type {
  AccountView,
  CodeProof,
  CodeRequest,
  Done,
  InvitesView,
  KeysView,
  NewKey,
  PasskeyChallenge,
  PeopleView,
  RoleChangeReply,
  RoleChangeRequest,
  RoleChangesView,
  SignInWays,
} from '../../shared/protocol/account.ts';

import { plainLine } from '../services/plain-text.ts';

/** The bodies of `shared/protocol/account.ts` as schemas. */

const instant = z.int().min(0);
const role = z.enum(['driver', 'tester', 'admin']);
const email = z.string().min(3).max(254);
const label = z.string().max(200).transform(plainLine).pipe(z.string().min(1).max(40));

export const signInWays = z
  .object({ email: z.boolean(), passkeyHost: z.string() })
  .openapi('SignInWays') satisfies z.ZodType<SignInWays>;

export const passkeyChallenge = z
  .object({ options: z.record(z.string(), z.unknown()) })
  .openapi('PasskeyChallenge') satisfies z.ZodType<PasskeyChallenge>;

const answer = z
  .looseObject({ id: z.string().max(2_000) })
  .openapi({ description: 'The credential, as WebAuthn writes it in JSON' });

export const passkeyBody = z.strictObject({ response: answer }).openapi('PasskeyAnswer');

export const newPasskeyBody = z.strictObject({ response: answer, name: label }).openapi('NewPasskey');

export const labelBody = z.strictObject({ name: label }).openapi('Label');

export const codeBody = z.strictObject({ email }).openapi('CodeRequest') satisfies z.ZodType<CodeRequest>;

export const codeProofBody = z
  .strictObject({ email, code: z.string().regex(/^\d{6}$/, { error: 'expected six digits' }) })
  .openapi('CodeProof') satisfies z.ZodType<CodeProof>;

export const done = z.object({ done: z.literal(true) }).openapi('Done') satisfies z.ZodType<Done>;

const keyView = z.object({
  id: z.int(),
  name: z.string(),
  prefix: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
});

export const accountView = z
  .object({
    email: z.string().nullable(),
    passkeys: z.array(z.object({ id: z.string(), name: z.string(), createdAt: instant })).readonly(),
    sessions: z
      .array(z.object({ id: z.string(), browser: z.string(), createdAt: instant, isThis: z.boolean() }))
      .readonly(),
    keys: z.array(keyView).readonly(),
    ways: signInWays,
    isFresh: z.boolean(),
  })
  .openapi('Account') satisfies z.ZodType<AccountView>;

export const newKey = keyView.extend({ token: z.string() }).openapi('NewKey') satisfies z.ZodType<NewKey>;

export const peopleView = z
  .object({
    people: z
      .array(
        z.object({
          accountId: z.int(),
          name: z.string(),
          role,
          createdAt: instant,
          passkeys: z.int(),
          hasEmail: z.boolean(),
          devices: z.int(),
        }),
      )
      .readonly(),
  })
  .openapi('People') satisfies z.ZodType<PeopleView>;

const roleChange = z.object({
  id: z.int(),
  accountId: z.int(),
  role,
  proposedBy: z.int(),
  proposedAt: instant,
});

export const roleChangesView = z
  .object({ changes: z.array(roleChange).readonly() })
  .openapi('RoleChanges') satisfies z.ZodType<RoleChangesView>;

export const roleChangeBody = z
  .strictObject({ accountId: z.int().min(1), role })
  .openapi('RoleChange') satisfies z.ZodType<RoleChangeRequest>;

export const roleChangeReply = z
  .object({ state: z.enum(['made', 'proposed']), change: roleChange.nullable() })
  .openapi('RoleChanged') satisfies z.ZodType<RoleChangeReply>;

export const invitesView = z
  .object({
    invites: z.array(z.object({ id: z.string(), role, expiresAt: instant, accountId: z.int().nullable() })).readonly(),
  })
  .openapi('Invites') satisfies z.ZodType<InvitesView>;

export const keysView = z
  .object({ keys: z.array(keyView.extend({ accountId: z.int() })).readonly() })
  .openapi('Keys') satisfies z.ZodType<KeysView>;
