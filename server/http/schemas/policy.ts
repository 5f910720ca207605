import { z } from '@hono/zod-openapi';
import { SETTABLE, SETTABLE_FIELDS, type SettableField } from '../../../shared/model/policy-change.ts';
import {
  CONSEQUENCE_CODES,
  type PolicyBody,
  type PolicyChangeView,
  type PolicyPreview,
  type PolicyPreviewBody,
  type PolicyView,
  type ProgrammeBody,
  type ProgrammeView,
} from '../../../shared/protocol/rest.ts';
import { instant, reason, settings } from './values.ts';

const programme = z.object({ version: z.int(), isOn: z.boolean(), targetPercent: z.number(), at: z.int() });

export const programmeView = programme
  .extend({ changes: z.array(programme.extend({ authorId: z.int().nullable(), reason: z.string() })).readonly() })
  .openapi('Programme') satisfies z.ZodType<ProgrammeView>;

export const programmeBody = z
  .strictObject({ isOn: z.boolean(), targetPercent: z.number(), reason })
  .openapi('Lever') satisfies z.ZodType<ProgrammeBody>;

/** The numbers that may be set, each within its bounds: what is refused here says which, and what was expected. */
const policyChanges = z
  .strictObject(
    Object.fromEntries(
      SETTABLE_FIELDS.map((name) => [name, z.int().min(SETTABLE[name].least).max(SETTABLE[name].most).exactOptional()]),
    ) as { readonly [Field in SettableField]: z.ZodExactOptional<z.ZodInt> },
  )
  .refine((changes) => Object.keys(changes).length > 0, { error: 'expected at least one number to change' });

export const policyBody = z
  .strictObject({ changes: policyChanges, reason })
  .openapi('PolicyBody') satisfies z.ZodType<PolicyBody>;

export const policyPreviewBody = z
  .strictObject({ changes: policyChanges })
  .openapi('PolicyPreviewBody') satisfies z.ZodType<PolicyPreviewBody>;

export const policyPreview = z
  .object({
    needsTwoAdmins: z.boolean(),
    consequences: z
      .array(z.object({ code: z.enum(CONSEQUENCE_CODES), before: z.number(), after: z.number() }))
      .readonly(),
  })
  .openapi('PolicyPreview') satisfies z.ZodType<PolicyPreview>;

export const verdictBody = z.strictObject({ isApproved: z.boolean() }).openapi('PolicyVerdict');

export const policyChangeView = z
  .object({
    id: z.int(),
    at: instant,
    authorId: z.int(),
    reason: z.string(),
    changes: settings,
    state: z.enum(['proposed', 'approved', 'rejected', 'expired']),
    decidedAt: instant.nullable(),
    decidedBy: z.int().nullable(),
    version: z.int().nullable(),
    settings,
    expiresAt: instant.nullable(),
  })
  .openapi('PolicyChange') satisfies z.ZodType<PolicyChangeView>;

export const policyView = z
  .object({
    version: z.int(),
    fields: z
      .array(
        z.object({
          name: z.string(),
          value: z.number(),
          least: z.int(),
          most: z.int(),
          isMoney: z.boolean().openapi({ description: 'A change takes two people' }),
        }),
      )
      .readonly(),
    changes: z.array(policyChangeView).readonly(),
  })
  .openapi('Policy') satisfies z.ZodType<PolicyView>;
