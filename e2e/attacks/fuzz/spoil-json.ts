import { below, type Rng } from '../../../shared/rng.ts';
import { among, between, chance, few, noise } from './dice.ts';
import type { FuzzWorld, JsonSchema } from './world.ts';

/** Values that were somebody's bug once. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  -1e308,
  2 ** 53,
  -(2 ** 53),
  2 ** 31,
  2 ** 32,
  5e-324,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202eevil',
  'a'.repeat(10_000),
  '__proto__',
  'constructor',
  '=1+1',
  '<script>',
  "'; DROP TABLE account; --",
  '../../etc/passwd',
  [],
  {},
  [[]],
  [null],
  Array.from({ length: 2000 }, () => 0),
  { toString: 1, valueOf: null },
  { length: -1 },
];

/** Something of this form, or nearly. */
export function valueFor(schema: JsonSchema | undefined, rng: Rng, world: FuzzWorld): unknown {
  if (!schema) return among(rng, HOSTILE);
  if (schema.example !== undefined && chance(rng, 70)) return structuredClone(schema.example);
  if (schema.enum) return among(rng, schema.enum);
  if (schema.anyOf) return valueFor(among(rng, schema.anyOf), rng, world);
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  switch (type) {
    case 'object': {
      const entries = Object.entries(schema.properties ?? {}).map(([key, part]) => [key, valueFor(part, rng, world)]);
      return Object.fromEntries(entries);
    }
    case 'array':
      return Array.from({ length: few(rng, 24) }, () => valueFor(schema.items, rng, world));
    case 'integer':
    case 'number':
      return among(rng, [schema.minimum ?? 0, schema.maximum ?? 9, below(rng, 100), world.deviceId]);
    case 'boolean':
      return chance(rng, 50);
    default:
      return among(rng, knownTexts(rng, world));
  }
}

const knownTexts = (rng: Rng, { invites, kernelHash, deviceId }: FuzzWorld): readonly string[] => [
  'tiny',
  'route-plan',
  among(rng, invites),
  kernelHash,
  String(deviceId),
  'Ada',
  'fuzz@example.org', // with six digits, what signing in is asked with
  '123456',
  Buffer.from(noise(rng, among(rng, [8, 32, 65]))).toString('base64url'),
];

/** Requests that kinds really read: the schema knows of their form only that it is an object or a text. */
export function jobBody(rng: Rng): unknown {
  const stops = Array.from({ length: few(rng, 60) }, () => [below(rng, 1000), below(rng, 1000)]);
  const numbers = Array.from({ length: few(rng, 400) }, () => below(rng, 1009));
  return among(rng, [
    { kind: 'tiny', placement: 'pool', request: { numbers, units: 1 } },
    { kind: 'route-plan', placement: 'phone', request: { stops } },
    { kind: 'route-plan', request: `x,y\n${stops.map((stop) => stop.join(',')).join('\n')}` },
  ]);
}

/** Puts a hostile value somewhere, takes a field away, or adds one. */
export function spoilValue(value: unknown, rng: Rng): unknown {
  if (typeof value !== 'object' || value === null || chance(rng, 10)) return among(rng, HOSTILE);
  if (Array.isArray(value)) {
    const at = below(rng, value.length + 1);
    return [...value.slice(0, at), spoilValue(value[at], rng), ...value.slice(at + 1)];
  }
  const entries = Object.entries(value);
  const at = below(rng, entries.length + 1);
  const entry = entries[at];
  if (!entry) return { ...value, [among(rng, ['fuzz', '__proto__x', 'constructor', '', 'isAdmin', 'id'])]: 1 };
  if (chance(rng, 25)) return Object.fromEntries(entries.toSpliced(at, 1));
  return { ...value, [entry[0]]: spoilValue(entry[1], rng) };
}

/** The same inside what the kind reads, which is behind the edge's own checks. */
export function spoilRequest(body: unknown, rng: Rng): unknown {
  if (typeof body !== 'object' || body === null || !('request' in body)) return spoilValue(body, rng);
  return { ...body, request: spoilValue(body.request, rng) };
}

/** Ways to spoil the text, whatever it says. */
export const TEXT_MUTATIONS = {
  as_it_is: (text) => text,
  truncated: (text, rng) => text.slice(0, below(rng, text.length + 1)),
  doubled: (text) => text + text,
  duplicate_key: (text) => text.replace('{', `{${text.slice(1, text.indexOf(',') + 1)}`),
  proto_key: (text) => text.replace('{', '{"__proto__":{"isAdmin":true},'),
  deep_array: (_text, rng) => '['.repeat(among(rng, [15, 16, 17, 5000, 100_000])),
  deep_object: (_text, rng) => '{"a":'.repeat(among(rng, [16, 17, 3000])) + '1',
  huge_string: (text) => JSON.stringify({ kind: 'x'.repeat(270_000), of: text.length }),
  huge_number: () => `{"units":${'9'.repeat(5000)},"x":-0,"y":1e999999}`,
  byte_order_mark: (text) => `\ufeff${text}`,
  not_json: (_text, rng) =>
    among(rng, ['', 'null', 'NaN', 'undefined', '""', '0', '\u0000', "{'a':1}", '{a:1}', '{"a":1,}', '// x']),
  spaces: (text, rng) => ' \n\t\r'.repeat(between(rng, 1, 2000)) + text,
} as const satisfies Readonly<Record<string, (text: string, rng: Rng) => string>>;

export type TextMutation = keyof typeof TEXT_MUTATIONS;
export const TEXT_MUTATION_NAMES = Object.keys(TEXT_MUTATIONS) as TextMutation[];
