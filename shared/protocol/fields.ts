import { assert } from '../assert.ts';
import type { Reader, Writer } from './frame-bytes.ts';

/**
 * What a frame's table is made of. A field knows four things: how it is written, read, named in the layout (which is
 * hashed and printed) and how few bytes it can take. The closures are made once, when the table is; nothing interprets
 * the table afterwards.
 *
 * Writing a value that does not fit is our bug and throws. Reading never throws: it marks the reader as failed and goes
 * on with zeros, and the codec looks at the mark once, at the end.
 */
export interface Field<T> {
  /** Canonical and complete: two tables with equal layouts are the same wire. */
  readonly layout: string;
  /** For people: the layout without the innards of records, which the document lists apart. */
  readonly label: string;
  readonly note: string;
  /** The fewest bytes it takes. Bounds how many items a list can hold in what is left of a frame. */
  readonly leastBytes: number;
  /** True when it never takes more: what follows it has a fixed offset. */
  readonly fixed: boolean;
  /** The named records inside, for the document. */
  readonly records: readonly NamedRecord[];
  write(to: Writer, value: T): void;
  read(from: Reader): T;
}

export interface NamedRecord {
  readonly name: string;
  readonly fields: Fields;
}

export type ValueOf<F> = F extends Field<infer T> ? T : never;
export type Fields = Readonly<Record<string, Field<unknown>>>;
export type RecordOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

/** The same field with a sentence for the document. Notes are not part of the layout. */
export const about = <T>(field: Field<T>, note: string): Field<T> => ({ ...field, note });

const plain = { note: '', fixed: true, records: [] } as const;

/** A number that does not fit is reported apart, so that the check itself builds no string. */
const outOfRange = (layout: string, value: unknown): never => {
  throw new RangeError(`${layout}: cannot hold ${String(value)}`);
};

function unsigned(layout: 'u8' | 'u16' | 'u32', leastBytes: 1 | 2 | 4): Field<number> {
  const most = 2 ** (8 * leastBytes) - 1;
  const fits = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= most;
  const name = { ...plain, layout, label: layout, leastBytes };
  switch (leastBytes) {
    case 1:
      return { ...name, write: (to, n) => (fits(n) ? to.u8(n) : outOfRange(layout, n)), read: (from) => from.u8() };
    case 2:
      return { ...name, write: (to, n) => (fits(n) ? to.u16(n) : outOfRange(layout, n)), read: (from) => from.u16() };
    case 4:
      return { ...name, write: (to, n) => (fits(n) ? to.u32(n) : outOfRange(layout, n)), read: (from) => from.u32() };
  }
}

export const u8 = unsigned('u8', 1);
export const u16 = unsigned('u16', 2);
export const u32 = unsigned('u32', 4);

/** 0 … 2^53 - 1 in eight bytes: instants and money. Two halves, because BigInt is ten times slower and floats round. */
export const u53: Field<number> = {
  ...plain,
  layout: 'u53',
  label: 'u53 (8 bytes)',
  leastBytes: 8,
  write(to, n) {
    if (!Number.isSafeInteger(n) || n < 0) outOfRange('u53', n);
    to.u32(n % 0x1_0000_0000);
    to.u32(Math.floor(n / 0x1_0000_0000));
  },
  read(from) {
    const low = from.u32();
    const high = from.u32();
    if (high > 0x1f_ffff) from.fail();
    return (high & 0x1f_ffff) * 0x1_0000_0000 + low;
  },
};

/** One byte, 0 or 1. */
export const flag: Field<boolean> = {
  ...plain,
  layout: 'flag',
  label: 'u8 (0 or 1)',
  leastBytes: 1,
  write: (to, value) => to.u8(value ? 1 : 0),
  read(from) {
    const value = from.u8();
    if (value > 1) from.fail();
    return value === 1;
  },
};

/** A whole number kept apart by a brand; `make` throws on what is not one, so `valid` is asked first. */
export function branded<T extends number>(
  name: string,
  field: Field<number>,
  valid: (n: number) => boolean,
  make: (n: number) => T,
): Field<T> {
  return {
    ...field,
    layout: `${field.layout}:${name}`,
    label: `${field.label} ${name}`,
    write(to, value) {
      if (!valid(value)) outOfRange(name, value);
      field.write(to, value);
    },
    read(from) {
      const value = field.read(from);
      if (valid(value)) return make(value);
      from.fail();
      return make(1);
    },
  };
}

/** One of a closed set of codes, as its position. Codes are only ever added at the end. */
export function oneOf<const Code extends string>(...codes: readonly Code[]): Field<Code> {
  const positions = new Map<string, number>(codes.map((code, i) => [code, i]));
  return {
    ...plain,
    layout: `oneOf(${codes.join('|')})`,
    label: `u8: ${codes.map((code, i) => `${i} \`${code}\``).join(', ')}`,
    leastBytes: 1,
    write: (to, code) => to.u8(positions.get(code) ?? outOfRange(codes.join('|'), code)),
    read(from) {
      const code = codes[from.u8()];
      if (code !== undefined) return code;
      from.fail();
      return codes[0]!;
    },
  };
}

/** Exactly `count` bytes. Read as a copy: what is kept must not hold or share the socket's buffer. */
export const bytes = (count: number): Field<Uint8Array> => ({
  ...plain,
  layout: `bytes(${count})`,
  label: `${count} bytes`,
  leastBytes: count,
  write(to, value) {
    if (value.length !== count) outOfRange(`bytes(${count})`, `${value.length} bytes`);
    to.bytes(value);
  },
  read: (from) => from.bytes(count),
});

/** A u16 length and that many bytes, at most `most`. */
export const sizedBytes = (most: number): Field<Uint8Array> => ({
  ...plain,
  layout: `sizedBytes(${most})`,
  label: `u16 n, n bytes (n ≤ ${most})`,
  leastBytes: 2,
  fixed: false,
  write(to, value) {
    if (value.length > most) outOfRange(`sizedBytes(${most})`, `${value.length} bytes`);
    to.u16(value.length);
    to.bytes(value);
  },
  read(from) {
    const count = from.u16();
    if (count > most) from.fail();
    return from.bytes(count);
  },
});

/** A u8 length and that many printable ASCII characters (0x21 … 0x7e), at least one. */
export const ascii = (most: number): Field<string> => ({
  ...plain,
  layout: `ascii(${most})`,
  label: `u8 n, n ASCII characters (1 ≤ n ≤ ${most})`,
  leastBytes: 2,
  fixed: false,
  write(to, text) {
    if (text.length < 1 || text.length > most || !/^[\x21-\x7e]*$/.test(text)) outOfRange(`ascii(${most})`, text);
    to.u8(text.length);
    for (let i = 0; i < text.length; i++) to.u8(text.charCodeAt(i));
  },
  read(from) {
    const count = from.u8();
    const codes = from.bytes(count);
    if (count < 1 || count > most || !codes.every((code) => code >= 0x21 && code <= 0x7e)) {
      from.fail();
      return '';
    }
    return String.fromCharCode(...codes);
  },
});

/** A u8 count and that many items, at most `most`. */
export function list<T>(item: Field<T>, most: number): Field<readonly T[]> {
  assert(most <= 0xff && item.leastBytes > 0, `a list counts in a byte and its items take some`);
  return {
    ...plain,
    layout: `list(${most},${item.layout})`,
    label: `u8 n, n × ${item.label} (n ≤ ${most})`,
    leastBytes: 1,
    fixed: false,
    records: item.records,
    write(to, items) {
      if (items.length > most) outOfRange(`list of ${item.label}`, `${items.length} items`);
      to.u8(items.length);
      for (const one of items) item.write(to, one);
    },
    read(from) {
      const count = from.u8();
      // Refused before the first item is read: a count never allocates more than the frame could hold.
      if (count > most || count * item.leastBytes > from.left) {
        from.fail();
        return [];
      }
      const items: T[] = [];
      for (let i = 0; i < count; i++) items.push(item.read(from));
      return items;
    },
  };
}

/** Fields one after another, in the order of the table. */
export function record<F extends Fields>(name: string, fields: F): Field<RecordOf<F>> {
  const parts = Object.entries(fields);
  return {
    note: '',
    layout: `{${parts.map(([key, field]) => `${key}:${field.layout}`).join(',')}}`,
    label: name,
    leastBytes: parts.reduce((sum, [, field]) => sum + field.leastBytes, 0),
    fixed: parts.every(([, field]) => field.fixed),
    records: [{ name, fields }, ...parts.flatMap(([, field]) => field.records)],
    write: (to, value) => writeFields(to, parts, value),
    read: (from) => readFields(from, parts, {}) as RecordOf<F>,
  };
}

type Parts = readonly (readonly [string, Field<unknown>])[];

export function writeFields(to: Writer, parts: Parts, value: Readonly<Record<string, unknown>>): void {
  for (const [key, field] of parts) field.write(to, value[key]);
}

/** Reads into `target`, so that a frame's body and its type become one object without a copy. */
export function readFields(from: Reader, parts: Parts, target: Record<string, unknown>): Record<string, unknown> {
  for (const [key, field] of parts) target[key] = field.read(from);
  return target;
}
