import { z } from '@hono/zod-openapi';
import type {
  AuditTrailPage,
  AuditVerdict,
  AuditView,
  Flags,
  FleetView,
  Health,
  OverviewView,
} from '../../../shared/protocol/rest.ts';
import { count, instant, micros } from './values.ts';

export const health = z
  .object({
    status: z.enum(['ok', 'failing']),
    database: z.enum(['ok', 'failing']),
    uptimeMs: count,
    links: count.openapi({ description: 'Devices on the line now' }),
    queue: z.object({ waitingUnits: count, runningJobs: count }),
  })
  .openapi('Health') satisfies z.ZodType<Health>;

export const fleetView = z
  .object({ linked: z.int(), resting: z.record(z.string(), z.int()) })
  .openapi('Fleet') satisfies z.ZodType<FleetView>;

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
