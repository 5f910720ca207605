import { z } from '@hono/zod-openapi';
import { type DeviceId, type JobId, deviceId, isId, jobId } from '../../../shared/ids.ts';
import type { ErrorBody } from '../../../shared/protocol/errors.ts';

const errorBody = z
  .object({ error: z.object({ code: z.string(), message: z.string(), incident: z.string().optional() }) })
  .openapi('Error') satisfies z.ZodType<ErrorBody>;

/** A path that names a thing by its number; anything that is no id names none. */
export const idParams = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, example: '1' }),
});

const readId = (id: string): number | undefined =>
  /^[1-9]\d{0,9}$/.test(id) && isId(Number(id)) ? Number(id) : undefined;

export function readJobId(text: string): JobId | undefined {
  const id = readId(text);
  return id === undefined ? undefined : jobId(id);
}

export function readDeviceId(text: string): DeviceId | undefined {
  const id = readId(text);
  return id === undefined ? undefined : deviceId(id);
}

export const readEvidenceId = readId;

export const readChangeId = readId;

export const readAdjustmentId = readId;

export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[!-~]{1,200}$/)
    .optional()
    .openapi({ description: 'The same key with the same request gives the same job, however often it is sent.' }),
});

export const bearer = [{ bearer: [] as string[] }];

/** A JSON reply and, for everything else, the error body. */
export const replies = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  200: { description, content: { 'application/json': { schema } } },
  default: errorReplies,
});

export const errorReplies = {
  description: 'What went wrong: a stable code and a sentence',
  content: { 'application/json': { schema: errorBody } },
};
