import { assert, must } from '../../../../shared/assert.ts';

/**
 * Values on a D-Bus (D-Bus Specification, “Marshaling (Wire Format)”): every value is aligned to its own size, counted from the
 * start of the message; structs and dictionary entries to 8. Little-endian only, as every machine here is.
 *
 *     y byte · b boolean, 4 bytes · i u 32 bits · x t 64 bits · d double · s o text: u, UTF-8, 0 · g signature: y, ASCII, 0
 *     v signature, then the value · a… array: u = its bytes, without the padding before its first element · (…) struct · {…} entry
 */
export type Value = number | bigint | boolean | string | Variant | readonly Value[];

/** A value that says itself what it is. */
export interface Variant {
  readonly type: string;
  readonly value: Value;
}

const ALIGNMENT: Readonly<Record<string, number>> = {
  ...{ y: 1, g: 1, v: 1 },
  ...{ b: 4, i: 4, u: 4, s: 4, o: 4, a: 4 },
  ...{ x: 8, t: 8, d: 8, '(': 8, '{': 8 },
};

const alignmentOf = (type: string): number => must(ALIGNMENT[type[0] ?? ''], `alignment of “${type}”`);

/** Room to the next multiple of `alignment`. */
export const paddingAt = (offset: number, alignment: number): number => (alignment - (offset % alignment)) % alignment;

/** A signature's types, one by one: `a{sv}(ub)s` is three. */
export function typesOf(signature: string): readonly string[] {
  const types: string[] = [];
  for (let at = 0; at < signature.length; at += must(types.at(-1), 'a type').length)
    types.push(firstType(signature.slice(at)));
  return types;
}

function firstType(signature: string): string {
  if (signature.startsWith('a')) return `a${firstType(signature.slice(1))}`;
  if (!/^[({]/.test(signature)) return signature.slice(0, 1);
  let depth = 0;
  const end = signature
    .split('')
    .findIndex((sign) => (depth += '({'.includes(sign) ? 1 : ')}'.includes(sign) ? -1 : 0) === 0);
  assert(end > 0, `expected a whole type, got ${signature}`);
  return signature.slice(0, end + 1);
}

const membersOf = (type: string): readonly string[] => typesOf(type.slice(1, -1));
const isStruct = (type: string): boolean => /^[({]/.test(type);

/** The values of a signature as bytes, as if they began at `offset` of a message. */
export function marshal(signature: string, values: readonly Value[], offset = 0): Buffer {
  const types = typesOf(signature);
  assert(types.length === values.length, `expected ${types.length} values for ${signature}, got ${values.length}`);
  return types.reduce((bytes, type, i) => {
    const at = offset + bytes.length;
    const padding = Buffer.alloc(paddingAt(at, alignmentOf(type)));
    return Buffer.concat([bytes, padding, bytesOf(type, must(values[i], type), at + padding.length)]);
  }, Buffer.alloc(0));
}

function bytesOf(type: string, value: Value, at: number): Buffer {
  if (type.startsWith('a')) return arrayBytes(type.slice(1), value as readonly Value[], at);
  if (isStruct(type)) return marshal(membersOf(type).join(''), value as readonly Value[], at);
  if (type === 'v') {
    const { type: own, value: inner } = value as Variant;
    const head = marshal('g', [own], at);
    return Buffer.concat([head, marshal(own, [inner], at + head.length)]);
  }
  if (type === 'g') {
    const text = value as string;
    return Buffer.concat([Buffer.from([text.length]), Buffer.from(`${text}\0`, 'ascii')]);
  }
  if (type === 's' || type === 'o') {
    const text = Buffer.from(value as string, 'utf8');
    return Buffer.concat([marshal('u', [text.length]), text, Buffer.from([0])]);
  }
  const bytes = Buffer.alloc(alignmentOf(type));
  if (type === 'd') bytes.writeDoubleLE(value as number);
  else if (type === 'x') bytes.writeBigInt64LE(BigInt(value as number));
  else if (type === 't') bytes.writeBigUInt64LE(BigInt(value as number));
  else if (type === 'i') bytes.writeInt32LE(value as number);
  else bytes.writeUIntLE(Number(value), 0, bytes.length);
  return bytes;
}

function arrayBytes(type: string, elements: readonly Value[], at: number): Buffer {
  const padding = Buffer.alloc(paddingAt(at + 4, alignmentOf(type)));
  const content = marshal(type.repeat(elements.length), elements, at + 4 + padding.length);
  return Buffer.concat([marshal('u', [content.length]), padding, content]);
}

/** The values of a signature from a message's bytes, the first one at `offset`; and where they end. */
export function unmarshal(
  signature: string,
  bytes: Buffer,
  offset = 0,
): { readonly values: Value[]; readonly end: number } {
  const values: Value[] = [];
  let end = offset;
  for (const type of typesOf(signature)) {
    const read = valueOf(type, bytes, end + paddingAt(end, alignmentOf(type)));
    values.push(read.value);
    ({ end } = read);
  }
  return { values, end };
}

function valueOf(type: string, bytes: Buffer, at: number): { readonly value: Value; readonly end: number } {
  if (type.startsWith('a')) return arrayOf(type.slice(1), bytes, at);
  if (isStruct(type)) {
    const { values, end } = unmarshal(membersOf(type).join(''), bytes, at);
    return { value: values, end };
  }
  if (type === 'v') {
    const head = valueOf('g', bytes, at);
    const own = head.value as string;
    const { values, end } = unmarshal(own, bytes, head.end);
    return { value: { type: own, value: must(values[0], own) }, end };
  }
  if (type === 'g' || type === 's' || type === 'o') {
    const start = at + alignmentOf(type);
    const end = start + bytes.readUIntLE(at, alignmentOf(type));
    return { value: bytes.toString('utf8', start, end), end: end + 1 };
  }
  const end = at + alignmentOf(type);
  if (type === 'd') return { value: bytes.readDoubleLE(at), end };
  if (type === 'x') return { value: bytes.readBigInt64LE(at), end };
  if (type === 't') return { value: bytes.readBigUInt64LE(at), end };
  if (type === 'i') return { value: bytes.readInt32LE(at), end };
  const number = bytes.readUIntLE(at, end - at);
  return { value: type === 'b' ? number === 1 : number, end };
}

function arrayOf(type: string, bytes: Buffer, at: number): { readonly value: Value[]; readonly end: number } {
  const start = at + 4 + paddingAt(at + 4, alignmentOf(type));
  const end = start + bytes.readUInt32LE(at);
  const value: Value[] = [];
  for (let next = start; next < end;) {
    const read = unmarshal(type, bytes, next);
    value.push(must(read.values[0], type));
    next = read.end;
  }
  return { value, end };
}
