import { concatBytes } from '../../../shared/bytes.ts';
import { below, type Rng } from '../../../shared/rng.ts';
import { among, between, chance, noise } from './dice.ts';
import { makeFrame, type MadeFrame, type Span } from './make-frame.ts';

/** Ways to spoil a frame. Each may leave it as good as it was: then it is content that nobody should believe. */
export const FRAME_MUTATIONS = {
  untouched: ({ bytes }) => bytes,
  bit_flip: ({ bytes }, rng) => changed(bytes, below(rng, bytes.length), (byte) => byte ^ (1 << below(rng, 8))),
  byte_noise({ bytes }, rng) {
    let out = bytes;
    for (let i = between(rng, 1, 8); i > 0; i--) out = changed(out, below(rng, out.length), () => below(rng, 256));
    return out;
  },
  truncated: ({ bytes }, rng) => bytes.subarray(0, below(rng, bytes.length)),
  extended: ({ bytes }, rng) => concatBytes(bytes, noise(rng, between(rng, 1, 64))),
  body_length: ({ bytes }, rng) => changed(bytes, 2 + below(rng, 2), () => below(rng, 256)),
  frame_type: ({ bytes }, rng) => changed(bytes, 0, () => below(rng, 256)),
  version: ({ bytes }, rng) => changed(bytes, 1, (byte) => (byte & 0xf0) | among(rng, [0, 2, 3, 15])),
  flags: ({ bytes }, rng) => changed(bytes, 1, (byte) => byte | (1 << between(rng, 4, 7))),
  seq: ({ bytes }, rng) => changed(bytes, 4 + below(rng, 4), () => below(rng, 256)),
  count: (frame, rng) => inSpan(frame, rng, 'count', () => among(rng, [0, 1, 16, 17, 32, 33, 128, 255])),
  length: (frame, rng) => inSpan(frame, rng, 'length', () => below(rng, 256)),
  zero_id: (frame, rng) => inSpan(frame, rng, 'id', () => 0),
  number: (frame, rng) => inSpan(frame, rng, 'number', () => among(rng, [0, 255, below(rng, 256)])),
  unknown_code: (frame, rng) => inSpan(frame, rng, 'code', () => between(rng, 100, 255)),
  half_flag: (frame, rng) => inSpan(frame, rng, 'flag', () => between(rng, 2, 255)),
  spliced({ bytes }, rng) {
    const other = makeFrame(rng).bytes;
    return concatBytes(bytes.subarray(0, below(rng, bytes.length)), other.subarray(below(rng, other.length)));
  },
  /** Its head from one frame and its body from another: every length is right. */
  transplanted({ bytes }, rng) {
    const out = makeFrame(rng).bytes.slice();
    out[0] = bytes[0] ?? 0;
    return out;
  },
  twice: ({ bytes }) => concatBytes(bytes, bytes),
  oversize: ({ bytes }, rng) => concatBytes(bytes, noise(rng, among(rng, [16_300, 16_384, 16_385, 20_000]))),
  nothing: () => new Uint8Array(),
  pure_noise: (_frame, rng) => noise(rng, between(rng, 1, 200)),
} as const satisfies Readonly<Record<string, (frame: MadeFrame, rng: Rng) => Uint8Array>>;

export type FrameMutation = keyof typeof FRAME_MUTATIONS;
const NAMES = Object.keys(FRAME_MUTATIONS) as FrameMutation[];

export interface MutatedFrame extends Pick<MadeFrame, 'name' | 'isNumbered' | 'bytes'> {
  readonly mutation: FrameMutation;
}

export function mutateFrame(rng: Rng, frame: MadeFrame): MutatedFrame {
  const drawn = among(rng, NAMES);
  const mutation = drawn === 'oversize' && chance(rng, 80) ? 'bit_flip' : drawn; // a large one costs as much as fifty small
  return { name: frame.name, isNumbered: frame.isNumbered, mutation, bytes: FRAME_MUTATIONS[mutation](frame, rng) };
}

function changed(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const out = bytes.slice();
  out[at] = change(out[at] ?? 0);
  return out;
}

/** Spoils one byte of one field of this role; a frame without any has a bit flipped instead. */
function inSpan({ bytes, spans }: MadeFrame, rng: Rng, role: Span['role'], value: () => number): Uint8Array {
  const places = spans.filter((span) => span.role === role && span.size > 0);
  if (places.length === 0) return changed(bytes, below(rng, bytes.length), (byte) => byte ^ 0x80);
  const { at, size } = among(rng, places);
  if (role !== 'id') return changed(bytes, at + below(rng, size), value);
  return bytes.map((byte, i) => (i >= at && i < at + size ? 0 : byte));
}
