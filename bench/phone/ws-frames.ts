/** A whole message of one side of a WebSocket, or one of its own small talk (ping, pong, close). */
export interface WsMessage {
  readonly kind: 'text' | 'binary' | 'ping' | 'pong' | 'close' | 'unknown';
  readonly payload: Uint8Array;
}

const KINDS: Readonly<Record<number, WsMessage['kind']>> = {
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

/**
 * One side of a WebSocket after its upgrade, cut into messages (RFC 6455, 5.2), however the bytes come in. Without
 * extensions: the link uses none.
 */
export class WsReader {
  #rest: Uint8Array = new Uint8Array();
  #begun: { readonly kind: WsMessage['kind']; readonly parts: Uint8Array[] } | undefined;

  push(bytes: Uint8Array): readonly WsMessage[] {
    this.#rest = joined([this.#rest, bytes]);
    const messages: WsMessage[] = [];
    for (;;) {
      const frame = frameIn(this.#rest);
      if (!frame) return messages;
      this.#rest = this.#rest.slice(frame.wireBytes);
      const message = this.#take(frame);
      if (message) messages.push(message);
    }
  }

  #take({ opcode, isLast, payload }: WsFrame): WsMessage | undefined {
    if (opcode >= 8) return { kind: KINDS[opcode] ?? 'unknown', payload }; // may come between the parts of another
    if (opcode !== 0) this.#begun = { kind: KINDS[opcode] ?? 'unknown', parts: [] };
    const begun = this.#begun ?? { kind: 'unknown', parts: [] };
    begun.parts.push(payload);
    if (!isLast) return undefined;
    this.#begun = undefined;
    return { kind: begun.kind, payload: joined(begun.parts) };
  }
}

interface WsFrame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Uint8Array;
  readonly wireBytes: number;
}

/** The first frame in `bytes`, unmasked; nothing while it is not all there. */
function frameIn(bytes: Uint8Array): WsFrame | undefined {
  const [first = 0, second = 0] = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const short = second & 0x7f;
  const lengthBytes = short < 126 ? 0 : short === 126 ? 2 : 8;
  const maskBytes = second & 0x80 ? 4 : 0;
  const headBytes = 2 + lengthBytes + maskBytes;
  if (bytes.length < headBytes) return undefined;
  const length = lengthBytes === 0 ? short : lengthBytes === 2 ? view.getUint16(2) : Number(view.getBigUint64(2));
  const wireBytes = headBytes + length;
  if (bytes.length < wireBytes) return undefined;
  const payload = bytes.slice(headBytes, wireBytes);
  const mask = bytes.subarray(headBytes - maskBytes, headBytes);
  if (maskBytes > 0) for (let i = 0; i < length; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0);
  return { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, payload, wireBytes };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
