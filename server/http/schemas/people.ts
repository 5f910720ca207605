import { z } from '@hono/zod-openapi';
import type {
  DeviceState,
  EraseRequest,
  ErasureView,
  FeedbackRequest,
  InviteRequest,
  InviteView,
  JoinRequest,
  Me,
} from '../../../shared/protocol/app.ts';
import type { FeedbackList } from '../../../shared/protocol/rest.ts';
import { code, count, instant, micros } from './values.ts';

export const joinBody = z
  .strictObject({ invite: z.string().max(100), name: z.string().max(200) })
  .openapi('Join') satisfies z.ZodType<JoinRequest>;

export const inviteBody = z
  .strictObject({ role: z.enum(['driver', 'tester', 'admin']) })
  .openapi('Invite') satisfies z.ZodType<InviteRequest>;

export const inviteView = z
  .object({ code: z.string(), path: z.string() })
  .openapi('Invited') satisfies z.ZodType<InviteView>;

export const meView = z
  .object({
    accountId: z.int(),
    name: z.string(),
    role: z.enum(['driver', 'tester', 'admin']),
    programme: z.object({
      priceMicros: micros,
      consentVersion: z.int(),
      isOn: z.boolean(),
      targetPercent: z.number(),
      ceilingPercent: z.number(),
    }),
    isKept: z.boolean().optional(),
  })
  .openapi('Me') satisfies z.ZodType<Me>;

export const erasure = z
  .object({ devices: count, jobs: count, pendingMicros: micros, postedMicros: micros })
  .openapi('Erasure') satisfies z.ZodType<ErasureView>;

export const eraseBody = z
  .strictObject({ name: z.string().max(200) })
  .openapi('Erase') satisfies z.ZodType<EraseRequest>;

const deviceState = z
  .strictObject({
    version: z.string().regex(/^[\w.+() -]{1,60}$/),
    engine: z.enum(['chromium', 'firefox', 'webkit', 'other']),
    state: code,
    reason: code.nullable(),
    sharePercent: z.number().min(0).max(100),
    isOnline: z.boolean(),
  })
  .openapi('DeviceState', {
    description: 'What the driver was shown that goes along; never a battery level, a place or a name',
  }) satisfies z.ZodType<DeviceState>;

export const feedbackBody = z
  .strictObject({
    kind: z.enum(['problem', 'idea', 'other']),
    text: z.string().openapi({ description: 'At most 2,000 characters' }),
    attached: deviceState,
  })
  .openapi('Feedback') satisfies z.ZodType<FeedbackRequest>;

export const feedbackReply = z.object({ feedbackId: z.int() }).openapi('FeedbackTaken');

export const feedbackQuery = z.strictObject({
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});

export const feedbackList = z
  .object({
    feedback: z
      .array(feedbackBody.extend({ feedbackId: z.int(), at: instant, accountId: z.int(), name: z.string() }))
      .readonly(),
    nextBefore: z.int().nullable(),
  })
  .openapi('FeedbackList') satisfies z.ZodType<FeedbackList>;
