import { z } from '@hono/zod-openapi';
import { deviceId, isId, jobId, type DeviceId, type JobId } from '../../shared/ids.ts';
import { TASK_CLASSES } from '../../shared/model/consent.ts';
import { SETTABLE, SETTABLE_FIELDS, type SettableField } from '../../shared/model/policy-change.ts';
import { TRANSFER_KINDS } from '../../shared/model/ledger.ts';
import type {
  AppealReply,
  ConsentRequest,
  ConsentTextView,
  Credits,
  DeviceView,
  DigestView,
  DeviceState,
  EnrolRequest,
  EraseRequest,
  ErasureView,
  EvidenceView,
  FeedbackRequest,
  Finding,
  InviteRequest,
  InviteView,
  JoinRequest,
  Me,
  ScopeView,
  SelfTest,
  SelfTestAnswer,
} from '../../shared/protocol/app.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import {
  CONSEQUENCE_CODES,
  type AdjustmentBody,
  type AdjustmentsView,
  type AdjustmentView,
  type AuditTrailPage,
  type AuditView,
  type FeedbackList,
  type AuditVerdict,
  type FleetView,
  type OverviewView,
  type PolicyPreview,
  type PolicyPreviewBody,
  type ProgrammeBody,
  type ProgrammeView,
  type Findings,
  type Flags,
  type Health,
  type JobList,
  type JobView,
  type LedgerAccountView,
  type LedgerCheck,
  type LedgerEntries,
  type PhoneReply,
  type QueueView,
  type PolicyBody,
  type PolicyChangeView,
  type PolicyView,
  type SubmitBody,
} from '../../shared/protocol/rest.ts';

/** The bodies of `shared/protocol/rest.ts` as schemas: what is refused at the edge, and the OpenAPI document. */

const count = z.int().min(0);
const instant = z.int().min(0).openapi({ description: 'Milliseconds since 1970-01-01 UTC' });
const micros = z.int().openapi({ description: 'Micro-dollars: 1 USD = 1,000,000' });

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

export const health = z
  .object({
    status: z.enum(['ok', 'failing']),
    database: z.enum(['ok', 'failing']),
    uptimeMs: count,
    links: count.openapi({ description: 'Devices on the line now' }),
    queue: z.object({ waitingUnits: count, runningJobs: count }),
  })
  .openapi('Health') satisfies z.ZodType<Health>;

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

export const fleetView = z
  .object({ linked: z.int(), resting: z.record(z.string(), z.int()) })
  .openapi('Fleet') satisfies z.ZodType<FleetView>;

const programme = z.object({ version: z.int(), isOn: z.boolean(), targetPercent: z.number(), at: z.int() });

export const programmeView = programme
  .extend({ changes: z.array(programme.extend({ authorId: z.int().nullable(), reason: z.string() })).readonly() })
  .openapi('Programme') satisfies z.ZodType<ProgrammeView>;

const reason = z.string().trim().min(1).max(500).openapi({ description: 'Why: for the history and the audit log' });

export const programmeBody = z
  .strictObject({ isOn: z.boolean(), targetPercent: z.number(), reason })
  .openapi('Lever') satisfies z.ZodType<ProgrammeBody>;

const settings = z.record(z.string(), z.int());

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

const why = z.string().trim().min(1).max(300);

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

export const auditTrailQuery = z.strictObject({
  since: z.coerce.number().int().min(0).optional(),
  action: z.string().max(60).optional(),
  actor: z.coerce.number().int().min(1).optional(),
  before: z.coerce.number().int().min(1).optional().openapi({ description: 'Records older than this one' }),
  after: z.coerce.number().int().min(0).optional().openapi({ description: 'Records newer than this one' }),
  limit: z.coerce.number().int().min(1).max(500).optional(),
});

export const auditVerdict = z
  .object({
    at: instant,
    count,
    head: z.string(),
    fault: z.object({ code: z.string(), record: z.int(), byte: z.int(), device: z.int().optional() }).nullable(),
  })
  .openapi('AuditVerdict') satisfies z.ZodType<AuditVerdict>;

export const auditTrailPage = z
  .object({
    records: z
      .array(
        z.object({
          n: z.int(),
          at: instant,
          actorId: z.int().nullable(),
          action: z.string(),
          target: z.string(),
          detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
        }),
      )
      .readonly(),
    matching: count,
    older: z.int().nullable(),
    newer: z.int().nullable(),
    actions: z.array(z.string()).readonly(),
    verdict: auditVerdict,
  })
  .openapi('AuditTrail') satisfies z.ZodType<AuditTrailPage>;

export const enrolBody = z
  .strictObject({
    publicKey: z.string().max(100).openapi({ description: 'Uncompressed P-256 point, base64url' }),
    cores: z.int().min(1).max(255),
  })
  .openapi('Enrol') satisfies z.ZodType<EnrolRequest>;

const minute = z.int().min(0).max(1439);

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

export const erasure = z
  .object({ devices: count, jobs: count, pendingMicros: micros, postedMicros: micros })
  .openapi('Erasure') satisfies z.ZodType<ErasureView>;

export const eraseBody = z
  .strictObject({ name: z.string().max(200) })
  .openapi('Erase') satisfies z.ZodType<EraseRequest>;

export const deviceView = z
  .object({
    deviceId: z.int(),
    consent: z.object({ version: z.int(), isGranted: z.boolean(), at: instant, scope }).nullable(),
    isBanned: z.boolean().openapi({ description: 'Stopped, because its results did not match ours' }),
    evidenceId: z.int().nullable(),
  })
  .openapi('Device') satisfies z.ZodType<DeviceView>;

const u32 = z.int().min(0).max(0xffff_ffff);
const base64url = z.string().openapi({ format: 'base64url' });

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

export const auditView = z
  .object({
    unitsPerSecond: z.number(),
    threads: count,
    busyShare: z.number(),
    waitingAnswerChunks: count,
    waitingBackgroundChunks: count,
    probation: z.object({ lastHour: count, mostPerHour: z.number() }),
  })
  .openapi('Audit') satisfies z.ZodType<AuditView>;

const namedAccount = z.object({ accountId: z.int(), name: z.string() });

export const flags = z
  .object({
    links: z
      .array(
        z.object({
          asker: namedAccount,
          worker: namedAccount,
          units: count,
          share: z.number(),
          isMutual: z.boolean(),
        }),
      )
      .readonly(),
  })
  .openapi('Flags') satisfies z.ZodType<Flags>;

export const overviewView = z
  .object({
    at: instant,
    programme: z.object({ isOn: z.boolean(), targetPercent: z.number(), priceMicros: micros }),
    fleet: fleetView.extend({ computing: count, optedIn: count }),
    queue: z.object({ waitingUnits: count, runningJobs: count, oldestAt: instant.nullable() }),
    waits: z.array(z.object({ from: instant, answered: count, medianMs: z.number().nullable() })).readonly(),
    units: z.array(z.object({ from: instant, units: count, micros })).readonly(),
    lastHour: z.object({ jobs: count, phoneUnits: count, serverUnits: count }),
    checks: z.object({ findings: z.object({ day: count, all: count }), unitsEver: count, audit: auditView }),
    money: z.object({
      phaseBudgetMicros: micros,
      freeMicros: micros,
      reservedMicros: micros,
      pendingMicros: micros,
      postedMicros: micros,
    }),
    waiting: z.object({ roles: count, policy: count, adjustments: count }),
    feedbackToday: count,
    log: auditVerdict.nullable(),
  })
  .openapi('Overview') satisfies z.ZodType<OverviewView>;

const code = z.string().regex(/^[a-z_]{1,40}$/);

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
