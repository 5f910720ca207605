import { z } from '@hono/zod-openapi';
import { TASK_CLASSES } from '../../../shared/model/consent.ts';
import type {
  AppealReply,
  ConsentRequest,
  ConsentTextView,
  DeviceView,
  DigestView,
  EnrolRequest,
  EvidenceView,
  Finding,
  ScopeView,
  SelfTest,
  SelfTestAnswer,
} from '../../../shared/protocol/app.ts';
import type { Findings } from '../../../shared/protocol/rest.ts';
import { base64url, count, instant, micros, minute, u32 } from './values.ts';

export const enrolBody = z
  .strictObject({
    publicKey: z.string().max(100).openapi({ description: 'Uncompressed P-256 point, base64url' }),
    cores: z.int().min(1).max(255),
  })
  .openapi('Enrol') satisfies z.ZodType<EnrolRequest>;

export const scope = z
  .strictObject({
    classes: z.array(z.enum(TASK_CLASSES)).max(TASK_CLASSES.length).readonly(),
    hours: z.strictObject({ from: minute, to: minute }).nullable(),
    networks: z.enum(['any', 'wifi']),
  })
  .openapi('Scope', {
    description: 'Task classes; minutes of the driver’s day, null = any hour; networks',
  }) satisfies z.ZodType<ScopeView>;

export const consentBody = z
  .strictObject({
    isGranted: z.boolean(),
    version: z.int().min(1).max(1_000_000),
    scope: z.union([z.literal('all'), scope]).optional(),
  })
  .openapi('Consent') satisfies z.ZodType<ConsentRequest>;

export const consentText = z
  .object({
    version: z.int(),
    hash: z.string().openapi({ description: 'SHA-256 of the text, hex' }),
    covers: z.array(z.enum(TASK_CLASSES)).readonly(),
    sections: z.array(z.object({ title: z.string(), lines: z.array(z.string()).readonly() })).readonly(),
  })
  .openapi('ConsentText') satisfies z.ZodType<ConsentTextView>;

export const deviceView = z
  .object({
    deviceId: z.int(),
    consent: z.object({ version: z.int(), isGranted: z.boolean(), at: instant, scope }).nullable(),
    isBanned: z.boolean().openapi({ description: 'Stopped, because its results did not match ours' }),
    evidenceId: z.int().nullable(),
  })
  .openapi('Device') satisfies z.ZodType<DeviceView>;

const digest = z.strictObject({ score: u32, hash: u32 }).openapi('Digest') satisfies z.ZodType<DigestView>;

export const selfTest = z
  .object({
    ticket: z.string(),
    kind: z.string(),
    kernelHash: z.string(),
    kernelUrl: z.string(),
    jobInput: base64url,
    roundInput: base64url,
    chunks: z.array(u32).readonly(),
  })
  .openapi('SelfTest') satisfies z.ZodType<SelfTest>;

export const selfTestAnswer = z
  .strictObject({
    ticket: z.string().max(100),
    digests: z.array(digest).max(64).readonly(),
    chunkMs: z.number().positive().max(60_000).openapi({ description: 'Milliseconds a chunk took, the median' }),
  })
  .openapi('SelfTestAnswer') satisfies z.ZodType<SelfTestAnswer>;

const outcome = z.enum(['upheld', 'granted']);

const finding = z.object({
  evidenceId: z.int(),
  deviceId: z.int(),
  at: instant,
  kind: z.string(),
  kernelHash: z.string(),
  task: count,
  chunk: count,
  chunkOfRound: count,
  claimed: digest,
  expected: digest,
  wrongChunks: count,
  ruling: z.enum(['fault', 'lenient', 'fraud']),
  appeal: z.object({ at: instant, outcome }).nullable(),
}) satisfies z.ZodType<Finding>;

export const evidenceView = finding
  .extend({
    kernelUrl: z.string().nullable(),
    jobInput: base64url,
    roundInput: base64url,
    voided: z.object({ units: count, amountMicros: micros }),
  })
  .openapi('Evidence') satisfies z.ZodType<EvidenceView>;

export const appealReply = z.object({ outcome }).openapi('Appealed') satisfies z.ZodType<AppealReply>;

export const findings = z
  .object({ findings: z.array(finding).readonly() })
  .openapi('Findings') satisfies z.ZodType<Findings>;
