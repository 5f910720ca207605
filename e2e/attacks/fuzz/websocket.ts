import { concatBytes } from '../../../shared/bytes.ts';

/** The little of RFC 6455 that a rude client needs: it says what it likes, bit by bit, and understands what it hears. */
export interface WebSocketHead {
  readonly fin: boolean;
  readonly reserved: number;
  readonly opcode: number;
  readonly isMasked: boolean;
  /** What the header claims; the payload may be another. */
  readonly length: number | bigint;
  /** How the length is written; the least that holds it unless said otherwise. */
  readonly form?: 7 | 16 | 64;
}

export const BINARY = 2;
export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** A mask of zeros: the bytes on the wire are the bytes that are meant, which keeps a printed case readable. */
const MASK = new Uint8Array(4);

export function webSocketFrame(head: WebSocketHead, payload: Uint8Array): Uint8Array {
  const { fin, reserved, opcode, isMasked, length } = head;
  const size = BigInt(length);
  const form = head.form ?? (size < 126n ? 7 : size <= 0xffffn ? 16 : 64);
  const bytes = new Uint8Array(2 + (form === 16 ? 2 : form === 64 ? 8 : 0));
  const view = new DataView(bytes.buffer);
  bytes[0] = (fin ? 0x80 : 0) | ((reserved & 7) << 4) | (opcode & 15);
  bytes[1] = (isMasked ? 0x80 : 0) | (form === 7 ? Number(size & 127n) : form === 16 ? 126 : 127);
  if (form === 16) view.setUint16(2, Number(size & 0xffffn));
  if (form === 64) view.setBigUint64(2, BigInt.asUintN(64, size));
  return isMasked ? concatBytes(bytes, MASK, payload) : concatBytes(bytes, payload);
}

export const message = (payload: Uint8Array, opcode = BINARY): Uint8Array =>
  webSocketFrame({ fin: true, reserved: 0, opcode, isMasked: true, length: payload.length }, payload);

export interface HeardFrame {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** What a server says after the upgrade, frame by frame, from chunks cut anywhere. */
export class HeardFrames {
  #rest: Buffer = Buffer.alloc(0);

  take(chunk: Buffer): readonly HeardFrame[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const heard: HeardFrame[] = [];
    for (let next = this.#next(); next; next = this.#next()) heard.push(next);
    return heard;
  }

  #next(): HeardFrame | undefined {
    const bytes = this.#rest;
    if (bytes.length < 2) return undefined;
    const short = bytes.readUInt8(1) & 127;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < head) return undefined;
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < head + length) return undefined;
    this.#rest = bytes.subarray(head + length);
    return { opcode: bytes.readUInt8(0) & 15, payload: bytes.subarray(head, head + length) };
  }
}
