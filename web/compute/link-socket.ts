import type { AgentSocket, SocketEars } from '../../shared/agent/run-agent.ts';
import { CLOSING_BYTES, HANDSHAKE_BYTES, messageBytes, UPGRADE_BYTES } from './byte-meter.ts';

/**
 * Four of the largest frames. The agent has one exchange on the way and asks for one input at a time, so more than this
 * waiting to be sent means that the line stands still.
 */
const MOST_UNSENT_BYTES = 64 * 1024;

export interface LinkMeters {
  /** Hears of every byte at the socket's edge. */
  readonly count: (bytes: number) => void;
  /** Milliseconds from a message to the next one from there. */
  readonly roundTrip: (ms: number) => void;
}

/** The device link over the browser's WebSocket. */
export function openLinkSocket(url: string, ears: SocketEars, { count, roundTrip }: LinkMeters): AgentSocket {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  const openingBytes = UPGRADE_BYTES + (url.startsWith('wss:') ? HANDSHAKE_BYTES : 0);
  const deaf = new AbortController();
  const { signal } = deaf;
  let askedAt: number | undefined;

  function gone(): void {
    deaf.abort();
    ears.closed();
  }

  socket.addEventListener('open', () => (count(openingBytes), ears.opened()), { signal });
  socket.addEventListener('close', gone, { signal }); // an error is followed by it
  socket.addEventListener(
    'message',
    ({ data }: MessageEvent<ArrayBuffer | string>) => {
      // A text message is no frame: as the empty one it is refused like any other malformed frame.
      const bytes = typeof data === 'string' ? new Uint8Array() : new Uint8Array(data);
      count(messageBytes(typeof data === 'string' ? data.length : data.byteLength, 'down'));
      if (askedAt !== undefined) roundTrip(performance.now() - askedAt);
      askedAt = undefined;
      ears.received(bytes);
    },
    { signal },
  );

  return {
    send(bytes) {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > MOST_UNSENT_BYTES) {
        socket.close();
        return gone();
      }
      socket.send(new Uint8Array(bytes));
      askedAt ??= performance.now();
      count(messageBytes(bytes.length, 'up'));
    },
    close() {
      deaf.abort();
      if (socket.readyState === WebSocket.OPEN) count(CLOSING_BYTES);
      socket.close(1000);
    },
  };
}
