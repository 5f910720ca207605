import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { NO_LINE } from './record.ts';
import type { KeyRing } from './key-ring.ts';

/**
 * The head checkpoint: how far the log had come when it was last written, under a MAC, in a file of its own. A chain alone
 * cannot tell that its end is missing; a log shorter than its head can.
 */
export interface Head {
  /** Records written. */
  readonly n: number;
  /** SHA-256 of the last one's line. */
  readonly hash: string;
  /** The coordinator's last event among them. */
  readonly eventId: number;
}

export const NO_HEAD: Head = { n: 0, hash: NO_LINE, eventId: 0 };

const HEAD = /^(\d{1,15}) ([0-9a-f]{64}) (\d{1,15}) ([0-9a-f]{64})\n$/;

export function sealHead(head: Head, ring: KeyRing): string {
  return `${textOf(head)} ${macOf(head, ring).toString('hex')}\n`;
}

/** Nothing when it is damaged, or of another log. */
export function openHead(text: string, ring: KeyRing): Head | undefined {
  const [, n, hash = '', eventId, mac = ''] = HEAD.exec(text) ?? [];
  const head = { n: Number(n), hash, eventId: Number(eventId) };
  if (n === undefined || sealHead(head, ring) !== text) return undefined;
  return timingSafeEqual(macOf(head, ring), Buffer.from(mac, 'hex')) ? head : undefined;
}

const textOf = ({ n, hash, eventId }: Head): string => `${n} ${hash} ${eventId}`;

/** The first key of the ring outlives every rotation, so an old head is as good as a new one. */
function macOf(head: Head, { logId, keys }: KeyRing): Buffer {
  const key = hkdfSync('sha256', keys[0] ?? new Uint8Array(), logId, 'zeus-audit-head-1', 32);
  return createHmac('sha256', new Uint8Array(key)).update(textOf(head)).digest();
}
