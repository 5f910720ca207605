import fc from 'fast-check';
import { blockId, deviceId, jobId } from '../../ids.ts';
import { LEASE_STATUSES } from '../../model/exchange.ts';
import { micros } from '../../money.ts';
import type { Frame, Frames } from '../frames.ts';

/** Arbitrary frames, every field over its whole range (sizes kept small: bytes are bytes). */
const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u53 = fc.maxSafeNat();
const id = fc.integer({ min: 1, max: 0xffff_ffff });
const aJob = id.map(jobId);
const aBlock = id.map(blockId);
const exactly = (count: number) => fc.uint8Array({ minLength: count, maxLength: count });
const some = fc.uint8Array({ maxLength: 600 });

const aReport = fc.record({ reason: u8, duty: u16, bytesToday: u32 });
const terms = fc.record({ keyId: u32, priceMicros: u53.map(micros), leaseUntil: u53, policyVersion: u32 });
const slots = (most: number) => fc.array(fc.record({ taskIndex: u16, token: exactly(16) }), { maxLength: most });
const result = fc.record({ taskIndex: u16, token: exactly(16), cpuMs: u32, output: some });

type BodyOf<F> = F extends Frame ? Omit<F, 'type'> : never;

const of = <Name extends Frame['type']>(type: Name, body: fc.Arbitrary<BodyOf<Frames[Name]>>): fc.Arbitrary<Frame> =>
  body.map((fields) => ({ type, ...fields }) as unknown as Frame);

export const frames: fc.Arbitrary<Frame> = fc.oneof(
  of('hello', fc.record({ deviceId: id.map(deviceId), cores: u8, zone: u16 })),
  of('challenge', fc.record({ nonce: exactly(32) })),
  of(
    'proof',
    fc.record({
      signature: exactly(64),
      awaiting: u32,
      held: fc.array(fc.record({ blockId: aBlock, terms, leases: slots(32) }), { maxLength: 32 }),
    }),
  ),
  of('ready', fc.record({ lastSeq: u32, policyVersion: u32, maxHeld: u8 })),
  of(
    'exchange',
    fc.record({
      seq: id,
      want: u8,
      report: aReport,
      groups: fc.array(fc.record({ blockId: aBlock, terms, results: fc.array(result, { maxLength: 4 }) }), {
        maxLength: 4,
      }),
    }),
  ),
  of(
    'reply',
    fc.record({
      seq: id,
      outcomes: fc.array(fc.constantFrom('accepted', 'bad_token', 'too_late', 'slot_taken', 'invalid_result'), {
        maxLength: 16,
      }),
      leases: fc.array(
        fc.record({
          jobId: aJob,
          blockId: aBlock,
          round: u16,
          firstTask: u32,
          terms,
          leaseMs: u32,
          scoreToBeat: u32,
          leases: slots(16),
        }),
        { maxLength: 16 },
      ),
      status: fc.constantFrom(...LEASE_STATUSES),
      retryMs: u32,
    }),
  ),
  of('need', fc.record({ jobId: aJob, round: u16, holdsJob: fc.boolean() })),
  of(
    'input',
    fc.record({
      jobId: aJob,
      round: u16,
      kind: fc.string({
        minLength: 1,
        maxLength: 32,
        unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      }),
      kindVersion: u16,
      kernelHash: exactly(32),
      jobInput: some,
      roundInput: some,
    }),
  ),
  of('gone', fc.record({ jobId: aJob, round: u16 })),
  of('policy', fc.record({ policyVersion: u32, maxHeld: u8 })),
  of('wake', fc.record({})),
  of('report', fc.record({ report: aReport })),
  of('bye', fc.record({ code: fc.constantFrom('leaving', 'malformed', 'shutting_down', 'replaced') })),
);
