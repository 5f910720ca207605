import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frames } from './testing/frames.ts';
import { buildExchange, mostOutputBytes } from './build-exchange.ts';
import { decodeFrame, encodeFrame, encodeReply, HEADER_BYTES, type Frame } from './frames.ts';
import { aFinishedTask, aReply, A_REPORT } from './testing/examples.ts';

const DEVICE_LIMIT = 16 * 1024;
const SERVER_LIMIT = 64 * 1024;
const MAX_FRAME = HEADER_BYTES + 0xffff;

const refusalOf = (bytes: Uint8Array, limit = SERVER_LIMIT): string => {
  const decoded = decodeFrame(bytes, limit);
  return decoded.ok ? `accepted ${decoded.value.type}` : decoded.error;
};

const bytesWith = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
  const changed = bytes.slice();
  changed[at] = value;
  return changed;
};

describe('the frame codec', () => {
  it('gives back every frame it wrote', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeFrame(encodeFrame(frame), MAX_FRAME)).toEqual({ ok: true, value: frame });
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, and takes nothing but what it would write itself', () => {
    const check = (bytes: Uint8Array): void => {
      const decoded = decodeFrame(bytes, MAX_FRAME);
      if (decoded.ok) expect(encodeFrame(decoded.value)).toEqual(bytes);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), check), { numRuns: 3000 });
    // Random bytes behind a valid header reach the fields.
    const bodies = fc.tuple(
      fc.integer({ min: 0, max: 14 }),
      fc.integer({ min: 0, max: 1 }),
      fc.uint8Array({ maxLength: 200 }),
    );
    const behindHeader = bodies.map(([type, seq, body]) =>
      Uint8Array.of(type, 1, body.length, 0, seq, 0, 0, 0, ...body),
    );
    fc.assert(fc.property(behindHeader, check), { numRuns: 5000 });
    const flipped = fc.tuple(frames, fc.nat(), fc.nat(7)).map(([frame, at, bit]) => {
      const bytes = encodeFrame(frame);
      const position = at % bytes.length;
      return bytesWith(bytes, position, bytes[position]! ^ (1 << bit));
    });
    fc.assert(fc.property(flipped, check), { numRuns: 3000 });
  });

  it('refuses every frame cut short or with bytes left over', () => {
    fc.assert(
      fc.property(frames, fc.nat(), (frame, cut) => {
        const bytes = encodeFrame(frame);
        const kept = cut % bytes.length;
        expect(refusalOf(bytes.subarray(0, kept), MAX_FRAME)).toBe(kept < HEADER_BYTES ? 'too_short' : 'bad_length');
        expect(refusalOf(Uint8Array.of(...bytes, 0), MAX_FRAME)).toBe('bad_length');

        // The same with a header that agrees: the fields find out.
        const relengthened = Uint8Array.of(...bytes, 0);
        new DataView(relengthened.buffer).setUint16(2, bytes.length - HEADER_BYTES + 1, true);
        expect(refusalOf(relengthened, MAX_FRAME)).toBe('bad_field');
      }),
    );
  });

  it('reports the first refusal in the documented order', () => {
    const good = encodeFrame({ type: 'wake' });
    const all = Uint8Array.of(99, 0xff, 1, 0, 0, 0, 0);
    expect(refusalOf(all)).toBe('too_short');
    expect(refusalOf(Uint8Array.of(...all, 0))).toBe('bad_version');
    expect(refusalOf(bytesWith(Uint8Array.of(...all, 0), 1, 0xf1))).toBe('unknown_type');
    expect(refusalOf(bytesWith(bytesWith(good, 2, 1), 1, 0xf1))).toBe('bad_length');
    expect(refusalOf(bytesWith(good, 1, 0xf1))).toBe('bad_field');
    expect(refusalOf(good)).toBe('accepted wake');
  });

  it.each<[string, Uint8Array]>([
    ['an id of 0', bytesWith(encodeFrame({ type: 'gone', jobId: 1 as never, round: 0 }), HEADER_BYTES, 0)],
    ['a code nobody knows', bytesWith(encodeFrame({ type: 'bye', code: 'leaving' }), HEADER_BYTES, 200)],
    [
      'a flag of 2',
      bytesWith(encodeFrame({ type: 'need', jobId: 1 as never, round: 0, holdsJob: true }), HEADER_BYTES + 6, 2),
    ],
    ['a count past the end', bytesWith(encodeReply(aReply({ outcomes: [], leases: [] })), HEADER_BYTES, 9)],
    ['a seq where none belongs', bytesWith(encodeFrame({ type: 'wake' }), 4, 1)],
    ['a missing seq', bytesWith(encodeReply(aReply({ seq: 1 })), 4, 0)],
    ['an instant past 2^53', bytesWith(encodeReply(aReply({})), encodeReply(aReply({})).length - 37, 0xff)],
  ])('refuses %s as a bad field', (_, bytes) => {
    expect(refusalOf(bytes)).toBe('bad_field');
  });

  it('keeps to the limit of its caller', () => {
    const frame = encodeFrame({ type: 'bye', code: 'leaving' });
    expect(refusalOf(frame, frame.length)).toBe('accepted bye');
    expect(refusalOf(frame, frame.length - 1)).toBe('bad_length');
  });

  it('copies what it decodes, also out of a Node Buffer', () => {
    const bytes = Buffer.from(encodeFrame({ type: 'challenge', nonce: new Uint8Array(32).fill(7) }));
    const decoded = decodeFrame(bytes, SERVER_LIMIT);
    bytes.fill(0);
    expect(decoded).toEqual({ ok: true, value: { type: 'challenge', nonce: new Uint8Array(32).fill(7) } });
  });

  it.each<[string, Frame]>([
    ['a fraction', { type: 'policy', policyVersion: 1.5, maxHeld: 1 }],
    ['a negative number', { type: 'policy', policyVersion: -1, maxHeld: 1 }],
    ['a number too large', { type: 'policy', policyVersion: 1, maxHeld: 256 }],
    ['too few bytes', { type: 'challenge', nonce: new Uint8Array(31) }],
    ['a seq of 0', { type: 'reply', ...aReply({ seq: 0 }) }],
    [
      'too many items',
      { type: 'reply', ...aReply({ outcomes: Array.from({ length: 17 }, () => 'accepted' as const) }) },
    ],
  ])('refuses to write %s: that would be our own bug', (_, frame) => {
    expect(() => encodeFrame(frame)).toThrow();
  });
});

describe('an exchange that is built', () => {
  it('takes as many results as fit, oldest first', () => {
    const results = Array.from({ length: 20 }, (_, i) => aFinishedTask(i, 2560));
    const { bytes, taken } = buildExchange({ seq: 1, want: 1, report: A_REPORT }, results, DEVICE_LIMIT);
    expect(taken).toBe(6);
    const decoded = decodeFrame(bytes, DEVICE_LIMIT);
    expect(
      decoded.ok &&
        decoded.value.type === 'exchange' &&
        decoded.value.groups.flatMap((group) => group.results.map((result) => result.taskIndex)),
    ).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('fills the limit to the byte and never passes it', () => {
    const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 512, max: 3000 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(sizes, (list) => {
        const results = list.map(([block, size], i) => aFinishedTask(i, size, block));
        const { bytes, taken } = buildExchange({ seq: 1, want: 0, report: A_REPORT }, results, DEVICE_LIMIT);
        expect(bytes.length).toBeLessThanOrEqual(DEVICE_LIMIT);
        if (taken < Math.min(results.length, 16)) {
          const withOneMore = buildExchange({ seq: 1, want: 0, report: A_REPORT }, results.slice(0, taken + 1), 60_000);
          expect(withOneMore.bytes.length).toBeGreaterThan(DEVICE_LIMIT);
        }
      }),
    );
    const largest = aFinishedTask(0, mostOutputBytes(DEVICE_LIMIT));
    expect(buildExchange({ seq: 1, want: 0, report: A_REPORT }, [largest], DEVICE_LIMIT).bytes.length).toBe(
      DEVICE_LIMIT,
    );
  });
});
