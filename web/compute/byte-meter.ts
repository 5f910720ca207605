import { dayOf } from '../../shared/time.ts';

/**
 * What Shared Compute sends and receives, as the page can know it: payloads, the WebSocket's own framing, an upgrade's
 * and a fetch's headers. What TLS and TCP add is the server's to count.
 */
export class ByteMeter {
  #bytes = 0;
  #today = 0;
  #day = 0;

  /** Since the page opened. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Since the midnight `at` belongs to, in milliseconds of the driver's own clock, and since the page opened. */
  bytesToday(at: number): number {
    this.#turnPage(at);
    return this.#today;
  }

  add(bytes: number, at: number): void {
    this.#turnPage(at);
    this.#bytes += bytes;
    this.#today += bytes;
  }

  #turnPage(at: number): void {
    const day = dayOf(at);
    if (day !== this.#day) this.#today = 0;
    this.#day = day;
  }
}

/** An upgrade: about 500 bytes up and 130 down in Chromium, and the session’s cookie. */
export const UPGRADE_BYTES = 700;

/** A message on the wire (RFC 6455, 5.2): two bytes, the length if it is long, and a mask of four on the way up. */
export function messageBytes(payloadBytes: number, direction: 'up' | 'down'): number {
  const length = payloadBytes < 126 ? 0 : payloadBytes <= 0xffff ? 2 : 8;
  return 2 + length + (direction === 'up' ? 4 : 0) + payloadBytes;
}

/** Either side's closing message: a status of two bytes. */
export const CLOSING_BYTES = messageBytes(2, 'up') + messageBytes(2, 'down');
