import { expect, test } from 'vitest';
import { WsReader, type WsMessage } from './ws-frames.ts';

interface Written {
  readonly opcode: number;
  readonly isLast?: boolean;
  readonly mask?: readonly number[];
  readonly payload: Uint8Array;
}

/** A frame as RFC 6455 writes it. */
function written({ opcode, isLast = true, mask, payload }: Written): number[] {
  const { length } = payload;
  const size =
    length < 126
      ? [length]
      : length < 0x10000
        ? [126, length >> 8, length & 0xff]
        : [127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff];
  const [first = 0, ...rest] = size;
  return [
    (isLast ? 0x80 : 0) | opcode,
    first | (mask ? 0x80 : 0),
    ...rest,
    ...(mask ?? []),
    ...payload.map((byte, i) => byte ^ (mask?.[i % 4] ?? 0)),
  ];
}

const filled = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff);

function readInPieces(bytes: readonly number[], size: number): WsMessage[] {
  const reader = new WsReader();
  const messages: WsMessage[] = [];
  for (let at = 0; at < bytes.length; at += size)
    messages.push(...reader.push(Uint8Array.from(bytes.slice(at, at + size))));
  return messages;
}

test('the example of the RFC: “Hello”, masked', () => {
  const bytes = Uint8Array.of(0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58);
  expect(new WsReader().push(bytes)).toEqual([{ kind: 'text', payload: new TextEncoder().encode('Hello') }]);
});

test.each([3, 7, 1000, 1_000_000])('messages of every length come out whole, read %i bytes at a time', (size) => {
  const lengths = [0, 1, 125, 126, 127, 782, 0xffff, 0x10000];
  const bytes = lengths.flatMap((length, i) =>
    written({ opcode: 2, payload: filled(length), ...(i % 2 && { mask: [9, 8, 7, 6] }) }),
  );
  const messages = readInPieces(bytes, size);
  expect(messages.map(({ payload }) => payload.length)).toEqual(lengths);
  for (const { kind, payload } of messages) {
    expect(kind).toBe('binary');
    expect(payload.every((byte, i) => byte === ((i * 31) & 0xff))).toBe(true);
  }
});

test('a message in parts is one message, and a ping between them another', () => {
  const bytes = [
    ...written({ opcode: 2, isLast: false, payload: filled(3) }),
    ...written({ opcode: 9, payload: filled(1) }),
    ...written({ opcode: 0, payload: filled(2) }),
    ...written({ opcode: 8, payload: filled(2) }),
  ];
  expect(readInPieces(bytes, 3).map(({ kind, payload }) => [kind, payload.length])).toEqual([
    ['ping', 1],
    ['binary', 5],
    ['close', 2],
  ]);
});
