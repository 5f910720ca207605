import { z } from '@hono/zod-openapi';
import type { JobList, JobView, PhoneReply, QueueView, SubmitBody } from '../../../shared/protocol/rest.ts';
import { count, instant } from './values.ts';

export const submitBody = z
  .strictObject({
    kind: z.string().max(100).openapi({ example: 'route-plan' }),
    placement: z.enum(['auto', 'phone', 'pool']).optional().openapi({
      description:
        'Where it runs. `auto` (as a rule): on the asking phone if the kind says that it fits, else the pool.',
    }),
    request: z
      .union([z.string(), z.record(z.string(), z.unknown())], { error: 'expected an object, or the text of a file' })
      .openapi({
        description: 'What the kind reads: JSON, or the text of a file (CSV, TSPLIB) as one string.',
        example: {
          stops: [
            [0, 0],
            [3, 4],
            [6, 0],
          ],
        },
      }),
  })
  .openapi('Submit') satisfies z.ZodType<SubmitBody>;

export const phoneReply = z.object({ placement: z.literal('phone') }).openapi('Phone', {
  description: 'The asking phone computes this itself; nothing was filed.',
}) satisfies z.ZodType<PhoneReply>;

export const jobView = z
  .object({
    jobId: z.int(),
    kind: z.string(),
    state: z.enum(['running', 'answered', 'failed']),
    placement: z.literal('pool'),
    units: count,
    unitsDone: count.openapi({ description: 'Units with an accepted result' }),
    unitsChecked: count.openapi({ description: 'Units whose check has passed' }),
    round: z.int(),
    rounds: z.int(),
    roundLengths: z
      .array(z.number())
      .readonly()
      .openapi({ description: 'Worth of the best candidate after each closed round' }),
    executors: z.object({ mainframe: count, peers: count, devices: count }),
    answer: z.unknown().optional().openapi({ description: "The kind's own, e.g. `{length, tour}`; when answered" }),
    failure: z.string().optional().openapi({ description: '`cancelled` when its asker called it off' }),
    spentUnits: count.optional().openapi({ description: 'When cancelled: units of the day that it took all the same' }),
    correctedAt: instant.nullable().openapi({
      description: 'When the answer last changed, because a phone that worked on it was found to err',
    }),
    createdAt: instant,
    waitMs: count,
  })
  .openapi('Job') satisfies z.ZodType<JobView>;

export const queueView = z
  .object({
    waitingUnits: count,
    phones: count,
    typicalWaitMs: count.nullable(),
    unitsLeft: count,
    closed: z.enum(['quota_exceeded', 'too_many_running']).nullable(),
    dayEndsAt: instant,
  })
  .openapi('Queue') satisfies z.ZodType<QueueView>;

export const jobList = z.object({ jobs: z.array(jobView).readonly() }).openapi('Jobs') satisfies z.ZodType<JobList>;
