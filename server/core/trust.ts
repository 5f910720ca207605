import type { Device, ExchangeRow, VerifiedChunks } from '../../shared/model/device.ts';
import type { Evidence, Ruling } from '../../shared/model/evidence.ts';
import type { AuditPolicy, Policy } from '../../shared/model/policy.ts';
import { DAY } from '../../shared/time.ts';

/**
 * What a device's record leads to: how much of its work is re-run, and what follows from a finding. Trust is the number of
 * its chunks that were re-run and right within 90 days. It is never shown and never sent; stopping never changes it.
 */
const SPAN_MS = 10 * DAY;

export const NO_TRUST: VerifiedChunks = { span: 0, counts: [] };

/** Chunks verified within `trustMs`, to the ten days. */
export function trustOf({ span, counts }: VerifiedChunks, now: number, trustMs: number): number {
  const oldest = Math.floor((now - trustMs) / SPAN_MS);
  return counts.reduce((sum, count, age) => (span - age >= oldest ? sum + count : sum), 0);
}

export function withVerified(record: VerifiedChunks, chunks: number, now: number, trustMs: number): VerifiedChunks {
  const span = Math.floor(now / SPAN_MS);
  const kept = Math.floor(trustMs / SPAN_MS) + 1;
  const moved = record.counts.length === 0 ? 0 : Math.min(kept, Math.max(0, span - record.span));
  const counts = [...Array.from({ length: moved }, () => 0), ...record.counts].slice(0, kept);
  return { span: Math.max(span, record.span), counts: [(counts[0] ?? 0) + chunks, ...counts.slice(1)] };
}

/** Whether a device's results are re-run whole: its first, and the first after a finding. */
export const isOnProbation = (device: Device): boolean => device.probationLeft > 0;

/** Chunks of a result that are re-run before it counts as checked. */
export const gateSize = (device: Device, audit: AuditPolicy): number =>
  isOnProbation(device) ? audit.probationGateChunks : audit.gateChunks;

/** How likely a result accepted now is to be re-run whole, later. */
export function wholeRate(device: Device, now: number, audit: AuditPolicy): number {
  if (isOnProbation(device)) return 1;
  const least = device.taskCount < device.suspectUntil ? audit.suspectRate : 0;
  const trust = trustOf(device.verified, now, audit.trustMs);
  return Math.min(1, Math.max(least, audit.wholeFloor + (audit.wholeTrust / Math.max(1, trust)) ** 2));
}

/** A result's first re-run was right. */
export const afterCleanGate = (device: Device, chunks: number, now: number, audit: AuditPolicy): Device => ({
  ...device,
  cleanTasks: device.cleanTasks + 1,
  verified: withVerified(device.verified, chunks, now, audit.trustMs),
});

/** All of a result was right. */
export const afterCleanTask = (device: Device, chunks: number, now: number, audit: AuditPolicy): Device => ({
  ...device,
  probationLeft: Math.max(0, device.probationLeft - 1),
  verified: withVerified(device.verified, chunks, now, audit.trustMs),
});

/**
 * A finding's ruling. Hardware errs: one wrong chunk costs what is pending and no more. Fraud is what chance does not
 * make: again at once, many chunks of one task, the very same wrong digest as another device, or more from one banned.
 */
export function ruleOn(device: Device, wrongChunks: number, sameLie: readonly Evidence[], audit: AuditPolicy): Ruling {
  const isAgain = device.convictions > 0 && device.cleanTasks < audit.banWithinTasks;
  if (device.status === 'banned' || isAgain || wrongChunks >= audit.skipChunks || sameLie.length > 0) return 'fraud';
  return device.cleanTasks >= audit.lenientTasks ? 'lenient' : 'fault';
}

/** The device after a finding: trust begins again. */
export const convicted = (device: Device, ruling: Ruling, now: number, probationTasks: number): Device => ({
  ...(ruling === 'fraud' ? banned(device, now) : device),
  convictions: device.convictions + 1,
  probationLeft: probationTasks,
  cleanTasks: 0,
  verified: NO_TRUST,
});

/** No leases, and its escrow is held. Of an erased one neither is left. */
export const banned = (device: Device, now: number): Device =>
  device.status === 'erased' ? device : { ...device, status: 'banned', frozenAt: device.frozenAt ?? now };

/** Every result of the row has been re-run as far as was drawn for it. */
const isAudited = (row: ExchangeRow): boolean => row.audit === 'passed' && row.wholeDue === row.wholeDone;

type Maturity = Pick<Policy, 'maturityTasks' | 'maturityMs'>;

const isMatureByTasks = (row: ExchangeRow, device: Device, policy: Maturity): boolean =>
  device.taskCount >= row.taskNo + policy.maturityTasks;

const isOld = (row: ExchangeRow, now: number, policy: Maturity): boolean => now >= row.acceptedAt + policy.maturityMs;

/** A row may post when its device has done enough further tasks, or time enough has passed and that was settled. */
export const isMature = (row: ExchangeRow, device: Device, now: number, policy: Maturity): boolean =>
  row.state === 'pending' &&
  isAudited(row) &&
  (isMatureByTasks(row, device, policy) || (row.isSettled && isOld(row, now, policy)));

/** A row that only time makes mature, and of which nothing has been drawn for that yet. */
export const needsSettling = (row: ExchangeRow, device: Device, now: number, policy: Maturity): boolean =>
  row.state === 'pending' &&
  row.audit === 'passed' &&
  !row.isSettled &&
  isOld(row, now, policy) &&
  !isMatureByTasks(row, device, policy);

/** How likely each result of such a row is to be re-run whole: what neither further tasks nor earlier ones have shown. */
export function settleRate(row: ExchangeRow, device: Device, now: number, { audit, maturityTasks }: Policy): number {
  const unseen = (maturityTasks + 1) / (device.taskCount - row.taskNo + 1);
  const trust = trustOf(device.verified, now, audit.trustMs);
  return Math.min(1, audit.settleRate * unseen * Math.min(1, audit.settleTrust / Math.max(1, trust)) ** 2);
}
