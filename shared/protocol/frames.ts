import { assert, must } from '../assert.ts';
import { viewOf } from '../bytes.ts';
import type { ExchangeReply } from '../model/exchange.ts';
import { ok, refuse, type Result } from '../result.ts';
import { readFields, writeFields, type Field, type RecordOf } from './fields.ts';
import { Reader, Writer } from './frame-bytes.ts';
import { FRAMES, WIRE_VERSION, type FrameName } from './frame-table.ts';

/**
 * Frames to bytes and back. Every frame starts with eight bytes:
 *
 * | offset | bytes | meaning                                                                       |
 * |--------|-------|-------------------------------------------------------------------------------|
 * | 0      | 1     | type                                                                          |
 * | 1      | 1     | version in the low four bits; flags in the high four, 0 so far                |
 * | 2      | 2     | length of the body                                                            |
 * | 4      | 4     | seq of the exchange, in `exchange` and `reply`; 0 in every other frame        |
 *
 * Ping and pong are the WebSocket's own.
 */
export const HEADER_BYTES = 8;
const MAX_BODY_BYTES = 0xffff;

type Definitions = typeof FRAMES;
type Numbering<Numbered> = Numbered extends true ? { readonly seq: number } : unknown;
type FrameOf<Name extends FrameName> = { readonly type: Name } & Numbering<Definitions[Name]['numbered']> &
  RecordOf<Definitions[Name]['fields']>;

export type Frames = { readonly [Name in FrameName]: FrameOf<Name> };
export type Frame = Frames[FrameName];

/**
 * In precedence order: the first that holds is the code. `bad_length` also stands for a frame beyond the caller's limit;
 * `bad_field` for a count past the end, bytes left over, an id of 0, an unknown code, a flag bit, a seq where none belongs.
 */
export type FrameRefusal = 'too_short' | 'bad_version' | 'unknown_type' | 'bad_length' | 'bad_field';

interface Codec {
  readonly name: FrameName;
  readonly type: number;
  readonly numbered: boolean;
  readonly parts: readonly (readonly [string, Field<unknown>])[];
}

const CODECS = new Map<FrameName, Codec>();
const CODECS_BY_TYPE: (Codec | undefined)[] = [];
for (const [name, { type, numbered, fields }] of Object.entries(FRAMES) as [FrameName, Definitions[FrameName]][]) {
  const codec: Codec = { name, type, numbered, parts: Object.entries(fields) };
  assert(!CODECS_BY_TYPE[type], `type ${type} is given twice`);
  CODECS.set(name, codec);
  CODECS_BY_TYPE[type] = codec;
}

/** One buffer for every frame this thread writes: encoding is synchronous and copies out. */
const scratch = new Writer(HEADER_BYTES + MAX_BODY_BYTES);

/** The frame's bytes. Throws on a value its field cannot hold: our own bug, never input. */
export function encodeFrame(frame: Frame): Uint8Array {
  const codec = must(CODECS.get(frame.type), `a frame called ${frame.type}`);
  const seq = 'seq' in frame ? frame.seq : 0;
  if (codec.numbered && !(Number.isInteger(seq) && seq >= 1 && seq <= 0xffff_ffff))
    assert(false, `seq counts from 1, got ${seq}`);
  scratch.rewind(HEADER_BYTES);
  writeFields(scratch, codec.parts, frame as Readonly<Record<string, unknown>>);
  const length = scratch.length;
  scratch.rewind(0);
  scratch.u8(codec.type);
  scratch.u8(WIRE_VERSION);
  scratch.u16(length - HEADER_BYTES);
  scratch.u32(seq);
  return scratch.copy(length);
}

/** The frame in `bytes`, which must hold exactly one. Never throws, and allocates no more than a small multiple of `bytes`. */
export function decodeFrame(bytes: Uint8Array, limitBytes: number): Result<Frame, FrameRefusal> {
  if (bytes.length < HEADER_BYTES) return refuse('too_short');
  const header = viewOf(bytes);
  const versionAndFlags = header.getUint8(1);
  if ((versionAndFlags & 0x0f) !== WIRE_VERSION) return refuse('bad_version');
  const codec = CODECS_BY_TYPE[header.getUint8(0)];
  if (!codec) return refuse('unknown_type');
  if (bytes.length > limitBytes || bytes.length !== HEADER_BYTES + header.getUint16(2, true))
    return refuse('bad_length');
  const seq = header.getUint32(4, true);
  if (versionAndFlags >> 4 !== 0 || codec.numbered !== seq > 0) return refuse('bad_field');

  const reader = new Reader(bytes.subarray(HEADER_BYTES));
  const frame: Record<string, unknown> = codec.numbered ? { type: codec.name, seq } : { type: codec.name };
  readFields(reader, codec.parts, frame);
  return reader.failed || reader.left > 0 ? refuse('bad_field') : ok(frame as unknown as Frame);
}

/** What the coordinator stores and sends: the same bytes for every copy of the exchange. */
export const encodeReply = (reply: ExchangeReply): Uint8Array => encodeFrame({ type: 'reply', ...reply });
