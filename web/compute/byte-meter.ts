import { dayOf } from '../../shared/time.ts';

/** Where a day's bytes are kept, so that a reload does not forget them. */
export interface DayMemory {
  read(): DayBytes | undefined;
  write(bytes: DayBytes): void;
}

interface DayBytes {
  /** Days since 1970 by the driver's own clock. */
  readonly day: number;
  readonly bytes: number;
}

/**
 * What Shared Compute sends and receives, as the page can know it: payloads, the WebSocket's own framing, an upgrade's
 * and a fetch's headers, and what a connection's TLS handshake was measured to take. TLS records' own 22 bytes a message
 * and TCP's headers are in no figure of ours.
 */
export class ByteMeter {
  readonly #memory: DayMemory;
  #bytes = 0;

  constructor(memory: DayMemory = keptHere()) {
    this.#memory = memory;
  }

  /** Since the page opened. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Since the midnight `at` belongs to, in milliseconds of the driver's own clock, in this browser. */
  bytesToday(at: number): number {
    const kept = this.#memory.read();
    return kept?.day === dayKept(kept, at) ? kept.bytes : 0;
  }

  /** Another tab may have added since: what is kept counts, not what this page remembers. */
  add(bytes: number, at: number): void {
    this.#bytes += bytes;
    this.#memory.write({ day: dayKept(this.#memory.read(), at), bytes: this.bytesToday(at) + bytes });
  }
}

/** Zones lie up to 26 hours apart: crossing all of them moves the date by two days. */
const MOST_DAYS_BACK = 2;

/**
 * The day a byte belongs to: the driver's, or a later one that has begun already, in the zone or by the clock of before.
 * Else whoever crosses midnight to and fro has a new day's bytes each time. A day further ahead was a clock set wrong.
 */
function dayKept(kept: DayBytes | undefined, at: number): number {
  const today = dayOf(at);
  return kept && kept.day > today && kept.day - today <= MOST_DAYS_BACK ? kept.day : today;
}

/** As long as the page lives. */
function keptHere(): DayMemory {
  let kept: DayBytes | undefined;
  return { read: () => kept, write: (bytes) => (kept = bytes) };
}

const KEY = 'bytes-today';

/** In this browser's storage; as long as the page lives where it keeps nothing. What is kept and makes no sense is 0. */
export function browserDayMemory(storage: () => Storage = () => localStorage): DayMemory {
  const fallback = keptHere();
  return {
    read() {
      try {
        const { day, bytes } = JSON.parse(storage().getItem(KEY) ?? '{}') as Partial<DayBytes>;
        if (Number.isSafeInteger(day) && typeof bytes === 'number' && bytes >= 0) return { day: day ?? 0, bytes };
      } catch {
        // Nothing is kept here.
      }
      return fallback.read();
    },
    write(bytes) {
      fallback.write(bytes);
      try {
        storage().setItem(KEY, JSON.stringify(bytes));
      } catch {
        // Full, or refused: this page remembers.
      }
    },
  };
}

/** An upgrade: about 500 bytes up and 130 down in Chromium, and the session’s cookie. */
export const UPGRADE_BYTES = 700;

/** A TLS 1.3 handshake with a small certificate and a hybrid key share, both directions: `npm run bench -- phone`. */
export const HANDSHAKE_BYTES = 5_000;

/** A message on the wire (RFC 6455, 5.2): two bytes, the length if it is long, and a mask of four on the way up. */
export function messageBytes(payloadBytes: number, direction: 'up' | 'down'): number {
  const length = payloadBytes < 126 ? 0 : payloadBytes <= 0xffff ? 2 : 8;
  return 2 + length + (direction === 'up' ? 4 : 0) + payloadBytes;
}

/** Either side's closing message: a status of two bytes. */
export const CLOSING_BYTES = messageBytes(2, 'up') + messageBytes(2, 'down');
