import { assert } from '../../../../shared/assert.ts';
import { marshal, paddingAt, unmarshal, type Value, type Variant } from './marshal.ts';

/** D-Bus Specification, “Message Format”: the header, padded to 8, then the body. */
export interface Message {
  readonly kind: MessageKind;
  readonly serial: number;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly error?: string;
  readonly replySerial?: number;
  readonly destination?: string;
  readonly sender?: string;
  readonly signature?: string;
  readonly body?: readonly Value[];
}

const KINDS = ['call', 'reply', 'error', 'signal'] as const;
type MessageKind = (typeof KINDS)[number];

/** Header fields by their number, from 1, each with its type. */
const FIELDS = [
  ['path', 'o'],
  ['interface', 's'],
  ['member', 's'],
  ['error', 's'],
  ['replySerial', 'u'],
  ['destination', 's'],
  ['sender', 's'],
  ['signature', 'g'],
] as const;

const LITTLE_ENDIAN = 'l'.charCodeAt(0);
const VERSION = 1;
/** Byte order, kind, flags, version, body length, serial, length of the fields. */
const FIXED_BYTES = 16;

export function encodeMessage(message: Message): Buffer {
  const body = marshal(message.signature ?? '', message.body ?? []);
  const fields = FIELDS.flatMap(([name, type], i): Value[] => {
    const value = message[name];
    return value === undefined ? [] : [[i + 1, { type, value }]];
  });
  const kind = KINDS.indexOf(message.kind) + 1;
  const head = marshal('yyyyuua(yv)', [LITTLE_ENDIAN, kind, 0, VERSION, body.length, message.serial, fields]);
  return Buffer.concat([head, Buffer.alloc(paddingAt(head.length, 8)), body]);
}

/** The first message of what has come so far, and how long it is; nothing while it is not whole. */
export function decodeMessage(bytes: Buffer): { readonly message: Message; readonly length: number } | undefined {
  if (bytes.length < FIXED_BYTES) return undefined;
  assert(bytes[0] === LITTLE_ENDIAN && bytes[3] === VERSION, `expected a little-endian message, got ${bytes[0]}`);
  const fieldsEnd = FIXED_BYTES + bytes.readUInt32LE(12);
  const bodyStart = fieldsEnd + paddingAt(fieldsEnd, 8);
  const length = bodyStart + bytes.readUInt32LE(4);
  if (bytes.length < length) return undefined;
  const [, kind, , , , serial, fields] = unmarshal('yyyyuua(yv)', bytes).values;
  const known: Record<string, Value> = {};
  for (const [number, { value }] of fields as readonly (readonly [number, Variant])[]) {
    const [name] = FIELDS[number - 1] ?? [];
    if (name) known[name] = value; // later fields a reader does not know are left out, as the specification asks
  }
  const signature = (known['signature'] ?? '') as string;
  // From where the body begins: its own alignment is counted from there, and 8 divides that.
  const body = unmarshal(signature, bytes, bodyStart).values;
  return { message: { ...known, kind: KINDS[Number(kind) - 1] ?? 'signal', serial: Number(serial), body }, length };
}
