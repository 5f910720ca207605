import { z } from '@hono/zod-openapi';
import {
  PEOPLE_SORTS,
  type AccountView,
  type CodeProof,
  type CodeRequest,
  type Done,
  type InvitesView,
  type KeysView,
  type NewKey,
  type PasskeyChallenge,
  type PeopleView,
  type RoleChangeReply,
  type RoleChangeRequest,
  type RoleChangesView,
  type SignInWays,
  type ConvictionView,
  type NamesView,
  type PersonDetail,
  type PersonView,
  type PhoneView,
} from '../../../shared/protocol/account.ts';

import { plainLine } from '../../services/plain-text.ts';

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

const count = z.int().min(0);

export const peopleQuery = z.strictObject({
  search: z.string().trim().max(60).optional(),
  role: role.optional(),
  sort: z.enum(PEOPLE_SORTS).optional(),
  offset: z.coerce.number().int().min(0).max(10_000_000).optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
});

const personView = z.object({
  accountId: z.int(),
  name: z.string(),
  role,
  createdAt: instant,
  passkeys: count,
  hasEmail: z.boolean(),
  devices: count,
  linked: count,
  units: count,
  unitsThisMonth: count,
  pendingMicros: count,
  postedMicros: count,
  lastWorkAt: instant.nullable(),
}) satisfies z.ZodType<PersonView>;

export const peopleView = z
  .object({ people: z.array(personView).readonly(), matching: count, admins: count })
  .openapi('People') satisfies z.ZodType<PeopleView>;

const conviction = z.object({
  evidenceId: z.int(),
  at: instant,
  ruling: z.enum(['fault', 'lenient', 'fraud']),
  wrongChunks: count,
  appeal: z.enum(['upheld', 'granted']).nullable(),
}) satisfies z.ZodType<ConvictionView>;

const phoneView = z.object({
  deviceId: z.int(),
  cores: count,
  chunkMs: z.number(),
  status: z.enum(['active', 'stopped', 'banned']),
  createdAt: instant,
  isOptedIn: z.boolean(),
  isLinked: z.boolean(),
  rest: z.string().nullable(),
  units: count,
  lastWorkAt: instant.nullable(),
  convictions: z.array(conviction).readonly(),
}) satisfies z.ZodType<PhoneView>;

export const personDetail = personView
  .extend({
    sessions: count,
    keys: count,
    invite: z.object({ role }).nullable(),
    phones: z.array(phoneView).readonly(),
  })
  .openapi('Person') satisfies z.ZodType<PersonDetail>;

export const namesQuery = z.strictObject({
  ids: z.string().regex(/^[1-9]\d{0,9}(,[1-9]\d{0,9}){0,199}$/, { error: 'expected up to 200 numbers, as in “2,3”' }),
});

export const namesView = z
  .object({ names: z.record(z.string(), z.string()) })
  .openapi('Names') satisfies z.ZodType<NamesView>;

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
