import { expect, test } from 'vitest';
import { encodeFrame, type Frame } from '../../shared/protocol/frames.ts';
import { LinkLog } from './link-log.ts';

/** A short message as a server sends it, or a browser with a mask of zeros. */
function onTheWire(payload: Uint8Array, isMasked: boolean): Uint8Array {
  return Uint8Array.from([0x82, payload.length | (isMasked ? 0x80 : 0), ...(isMasked ? [0, 0, 0, 0] : []), ...payload]);
}

const exchange = (seq: number, duty: number): Frame => ({
  type: 'exchange',
  seq,
  want: 1,
  report: { reason: 0, duty, bytesToday: 0 },
  groups: [],
});

test('messages are counted by name and payload; an exchange sent again after a cut is told apart, and paid for', () => {
  const log = new LinkLog();
  const [first, second] = [encodeFrame(exchange(1, 150)), encodeFrame(exchange(2, 100))];
  const reply = encodeFrame({ type: 'reply', seq: 1, outcomes: [], leases: [], status: 'ok', retryMs: 5 });
  const link = log.open();
  link.up(onTheWire(first, true));
  link.down(onTheWire(reply, false));
  link.up(onTheWire(second, true));
  const next = log.open();
  next.up(onTheWire(second, true).subarray(0, 9)); // in two pieces
  next.up(onTheWire(second, true).subarray(9));
  next.down(Uint8Array.of(0x89, 1, 7));
  expect(log.linksOpened).toBe(2);
  expect(log.frames()).toEqual({
    exchange: { count: 2, bytes: first.length + second.length },
    'exchange again': { count: 1, bytes: second.length },
    reply: { count: 1, bytes: reply.length },
    'websocket ping': { count: 1, bytes: 1 },
  });
  expect(log.exchangeBytes()).toBe(first.length + 2 * second.length + reply.length);
  expect(log.duties().map(({ share }) => share)).toEqual([0.015, 0.01, 0.01]);
});
