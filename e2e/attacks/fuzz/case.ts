/** What a case is counted as. */
export type Group =
  | 'frame_before_proof'
  | 'frame_as_proof'
  | 'frame_linked'
  | 'websocket'
  | 'upgrade'
  | 'http'
  | 'http_framing'
  | 'stream';

/**
 * How far a connection is taken before the case begins: not at all, to an open WebSocket, to the server's challenge, or
 * through the whole proof, with the key of an enrolled device.
 */
export type Opening = 'tcp' | 'websocket' | 'challenged' | 'linked';

export interface Message {
  readonly bytes: Uint8Array;
  /** `message`: one masked WebSocket message. `raw`: as it is, on the socket. */
  readonly as: 'message' | 'raw';
  /** What only the open link knows: the next seq, the last one again, or the signature of its challenge. Written over the frame's own. */
  readonly patch?: 'seq' | 'same_seq' | 'signature';
  /** Whether what comes next waits for an answer (a reply, or the end). */
  readonly awaits?: boolean;
}

/** One conversation. Plain data: it can be printed, played again and made smaller. */
export interface Case {
  readonly group: Group;
  /** Which mutations are in it, for the count. */
  readonly kinds: readonly string[];
  readonly opening: Opening;
  readonly messages: readonly Message[];
  /**
   * `answered`: waits until the server ends it. `reset`: goes without a word once something was answered, or nothing for a
   * moment. `half_close`: says that no more will come, and waits.
   */
  readonly ending: 'answered' | 'reset' | 'half_close';
}

/** For people: text where it is text. */
export function describeCase({ group, kinds, opening, messages, ending }: Case): unknown {
  const shown = messages.map(({ bytes, as, patch }) => {
    const latin = Buffer.from(bytes).toString('latin1');
    const isText = opening === 'tcp' || /^[\x20-\x7e\r\n]*$/.test(latin);
    const text = isText ? JSON.stringify(latin) : `hex ${Buffer.from(bytes).toString('hex')}`;
    return `${as}${patch === undefined ? '' : ` (${patch})`}: ${text.length > 1200 ? `${text.slice(0, 1200)}… (${bytes.length} bytes)` : text}`;
  });
  return { group, kinds, opening, ending, messages: shown };
}
