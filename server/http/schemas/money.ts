import { z } from '@hono/zod-openapi';
import { TRANSFER_KINDS } from '../../../shared/model/ledger.ts';
import type { Credits } from '../../../shared/protocol/app.ts';
import type {
  AdjustmentBody,
  AdjustmentView,
  AdjustmentsView,
  LedgerAccountView,
  LedgerCheck,
  LedgerEntries,
} from '../../../shared/protocol/rest.ts';
import { count, instant, micros, why } from './values.ts';

export const ledgerAccount = z
  .object({ id: z.string(), micros })
  .openapi('LedgerAccount') satisfies z.ZodType<LedgerAccountView>;

const ledgerEntry = z.object({
  id: z.int(),
  transferId: z.int(),
  kind: z.enum(TRANSFER_KINDS),
  cause: z.string(),
  at: instant,
  micros,
});

export const ledgerEntries = z
  .object({
    entries: z.array(ledgerEntry).readonly(),
    before: z.int().optional().openapi({ description: 'Pass it on for older entries; absent at the end' }),
  })
  .openapi('LedgerEntries') satisfies z.ZodType<LedgerEntries>;

export const ledgerCheck = z
  .object({
    transfers: count,
    entries: count,
    entriesSumMicros: micros,
    balancesMatch: z.boolean(),
    mismatches: z.array(z.string()).readonly(),
  })
  .openapi('LedgerCheck') satisfies z.ZodType<LedgerCheck>;

export const adjustmentBody = z
  .strictObject({
    accountId: z.int().min(1),
    micros: z
      .int()
      .refine((amount) => amount !== 0, { error: 'expected micro-dollars to give (positive) or to take (negative)' })
      .openapi({ description: 'Given, or taken: micro-dollars with their sign', example: 5_000_000 }),
    reason: why.openapi({ description: 'The driver reads it' }),
  })
  .openapi('AdjustmentBody') satisfies z.ZodType<AdjustmentBody>;

export const adjustmentView = z
  .object({
    id: z.int(),
    at: instant,
    authorId: z.int(),
    accountId: z.int(),
    micros,
    reason: z.string(),
    state: z.enum(['proposed', 'done', 'rejected', 'expired']),
    decidedAt: instant.nullable(),
    decidedBy: z.int().nullable(),
    expiresAt: instant.nullable(),
  })
  .openapi('Adjustment') satisfies z.ZodType<AdjustmentView>;

export const adjustmentsQuery = z.strictObject({
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});

export const adjustmentsView = z
  .object({
    adjustments: z.array(adjustmentView).readonly(),
    nextBefore: z.int().nullable(),
    limits: z.object({ aloneMicros: micros, aloneInAllMicros: micros, mostMicros: micros }),
  })
  .openapi('Adjustments') satisfies z.ZodType<AdjustmentsView>;

export const creditsQuery = z.strictObject({
  before: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});

const creditRow = z.object({
  id: z.string(),
  at: instant,
  kind: z.string(),
  units: count,
  amountMicros: micros,
  state: z.enum(['pending', 'posted', 'void', 'restored']),
  postsAt: instant.nullable(),
  isHeld: z.boolean(),
  evidenceId: z.int().nullable(),
  adjusted: z.object({ reason: z.string() }).nullable(),
});

export const creditsPage = z
  .object({
    pendingMicros: micros,
    postedMicros: micros,
    unitsToday: count,
    units: count,
    rows: z.array(creditRow).readonly(),
    nextBefore: z.string().nullable(),
  })
  .openapi('Credits') satisfies z.ZodType<Credits>;
