import { blockId, jobId } from '../../ids.ts';
import type { DeviceReport, ExchangeReply, LeaseGroup, LeaseTerms } from '../../model/exchange.ts';
import { micros } from '../../money.ts';
import type { FinishedTask } from '../build-exchange.ts';

export const A_REPORT: DeviceReport = { reason: 0, duty: 150, bytesToday: 1234 };

export const SOME_TERMS: LeaseTerms = {
  keyId: 1,
  priceMicros: micros(50_000),
  leaseUntil: 1_800_000_000_000,
  policyVersion: 1,
};

export const aFinishedTask = (taskIndex: number, outputBytes: number, block = 1): FinishedTask => ({
  blockId: blockId(block),
  terms: SOME_TERMS,
  taskIndex,
  token: new Uint8Array(16).fill(taskIndex),
  cpuMs: 2100,
  output: new Uint8Array(outputBytes).fill(taskIndex),
});

export const aLeaseGroup = (taskIndices: readonly number[], changes: Partial<LeaseGroup> = {}): LeaseGroup => ({
  jobId: jobId(1),
  blockId: blockId(1),
  round: 0,
  firstTask: 0,
  terms: SOME_TERMS,
  leaseMs: 240_000,
  scoreToBeat: 0xffff_ffff,
  leases: taskIndices.map((taskIndex) => ({ taskIndex, token: new Uint8Array(16).fill(taskIndex) })),
  ...changes,
});

export const aReply = (changes: Partial<ExchangeReply>): ExchangeReply => ({
  seq: 1,
  outcomes: ['accepted'],
  leases: [aLeaseGroup([0])],
  status: 'ok',
  retryMs: 240_000,
  ...changes,
});
