import { describe, expect, it } from 'vitest';
import { marshal, typesOf, unmarshal, type Value } from './marshal.ts';
import { decodeMessage, encodeMessage, type Message } from './message.ts';

/** Bytes written out by the rules of the D-Bus Specification, “Marshaling (Wire Format)”; not made by the code under test. */
const VECTORS: readonly (readonly [what: string, signature: string, values: readonly Value[], hex: string])[] = [
  ['a byte is not aligned', 'yy', [1, 255], '01 ff'],
  ['a boolean takes four bytes', 'b', [true], '01000000'],
  ['32 bits are aligned to 4', 'yu', [7, 0x0102_0304], '07 000000 04030201'],
  ['a negative integer', 'i', [-2], 'feffffff'],
  ['64 bits are aligned to 8', 'yx', [1, -1n], '01 00000000000000 ffffffffffffffff'],
  ['64 bits without a sign', 't', [0xffff_ffff_ffff_fffen], 'feffffffffffffff'],
  ['a double is IEEE 754', 'yd', [1, 19], '01 00000000000000 0000000000003340'],
  // The specification's own example of a string.
  ['text has its length before and a 0 behind', 's', ['foo'], '03000000 666f6f 00'],
  ['text after text is aligned to 4', 'ss', ['+', 'bar'], '01000000 2b 00 0000 03000000 626172 00'],
  ['a length counts bytes, not letters', 's', ['é'], '02000000 c3a9 00'],
  ['a signature has a length of one byte', 'g', ['a{sv}'], '05 61 7b 73 76 7d 00'],
  ['a variant is a signature and a value, aligned', 'v', [{ type: 'u', value: 2 }], '01 75 00 00 02000000'],
  ['a struct is aligned to 8', 'y(yu)', [9, [1, 2]], '09 00000000000000 01 000000 02000000'],
  // The specification's own example of an array: its length leaves out the padding before the first element.
  ['an array of 64 bits', 'ax', [[5n]], '08000000 00000000 0500000000000000'],
  ['an empty array still pads to its first element', 'axy', [[], 3], '00000000 00000000 03'],
  [
    'a dictionary is an array of entries aligned to 8',
    'a{sv}',
    [[['b', { type: 'b', value: true }]]],
    '10000000 00000000 01000000 62 00 01 62 00 000000 01000000',
  ],
];

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('values on the bus', () => {
  it.each(VECTORS)('%s', (_what, signature, values, hex) => {
    expect(marshal(signature, values).toString('hex')).toBe(bytesOf(hex).toString('hex'));
    expect(unmarshal(signature, bytesOf(hex))).toEqual({ values, end: bytesOf(hex).length });
  });

  it('takes a signature apart', () => {
    expect(typesOf('a{sv}(u(yb)s)aasi')).toEqual(['a{sv}', '(u(yb)s)', 'aas', 'i']);
  });

  it('refuses too few values', () => {
    expect(() => marshal('us', [1])).toThrow('expected 2 values for us, got 1');
  });
});

describe('a message on the bus', () => {
  const hello: Message = {
    kind: 'call',
    serial: 1,
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'Hello',
    destination: 'org.freedesktop.DBus',
  };
  const HELLO = [
    ['6c 01 00 01', 'little-endian, a call, no flags, version 1'],
    ['00000000 01000000 6d000000', 'no body, serial 1, 109 bytes of fields'],
    ['01 01 6f 00 15000000 2f6f72672f667265656465736b746f702f44427573 00 0000', 'path, padded to 8'],
    ['02 01 73 00 14000000 6f72672e667265656465736b746f702e44427573 00 000000', 'interface, padded to 8'],
    ['03 01 73 00 05000000 48656c6c6f 00 0000', 'member, padded to 8'],
    ['06 01 73 00 14000000 6f72672e667265656465736b746f702e44427573 00', 'destination'],
    ['000000', 'the header ends at a multiple of 8'],
  ] as const;
  const helloBytes = bytesOf(HELLO.map(([hex]) => hex).join(''));

  it('is the Hello that every connection begins with', () => {
    expect(encodeMessage(hello).toString('hex')).toBe(helloBytes.toString('hex'));
  });

  it('comes in pieces, and with the next one behind it', () => {
    for (const length of [0, 15, 16, 100, helloBytes.length - 1])
      expect(decodeMessage(helloBytes.subarray(0, length))).toBeUndefined();
    const two = Buffer.concat([helloBytes, helloBytes]);
    expect(decodeMessage(two)).toEqual({ message: { ...hello, body: [] }, length: helloBytes.length });
  });

  it('has a body whose alignment begins anew', () => {
    const reply: Message = { kind: 'reply', serial: 7, replySerial: 3, signature: 'yx', body: [1, 2n] };
    const bytes = encodeMessage(reply);
    expect(bytes.subarray(-16).toString('hex')).toBe('01000000000000000200000000000000');
    expect(decodeMessage(bytes)?.message).toEqual(reply);
  });

  it('keeps what it knows of a header with fields from a later version', () => {
    const bytes = marshal('yyyyuua(yv)', [0x6c, 4, 0, 1, 0, 9, [[42, { type: 's', value: 'new' }]]]);
    const padded = Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);
    expect(decodeMessage(padded)?.message).toEqual({ kind: 'signal', serial: 9, body: [] });
  });
});
