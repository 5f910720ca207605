import type { ResultGroup } from '../../shared/model/exchange.ts';
import { MAX_UNITS } from '../../shared/protocol/frame-table.ts';
import { decodeFrame, encodeFrame, type Frames } from '../../shared/protocol/frames.ts';
import type { Rng } from '../../shared/rng.ts';
import { MINUTE } from '../../shared/time.ts';
import { between, happens, pick } from './chance.ts';
import type { Personality } from './personality.ts';

/** What a phone's socket carries instead of what its agent said: messages, each some time later. */
export interface Carried {
  readonly bytes: Uint8Array;
  readonly afterMs: number;
}

/** Messages that phones have sent, for those who send them again. One tape for all: what one has heard the others have. */
export interface Tape {
  readonly exchanges: Uint8Array[];
  readonly proofs: Uint8Array[];
  /** Results of an account's friends, by the account that is after them. */
  readonly friends: Map<number, ResultGroup[]>;
}

export const emptyTape = (): Tape => ({ exchanges: [], proofs: [], friends: new Map() });

const LATEST = 40;

/** `league` names the account that a league phone and its friend play for. */
export function carry(
  bytes: Uint8Array,
  personality: Personality,
  league: number,
  tape: Tape,
  rng: Rng,
): readonly Carried[] {
  const decoded = decodeFrame(bytes, bytes.length);
  if (!decoded.ok) return now(bytes);
  const frame = decoded.value;
  record(bytes, frame.type, tape);
  if (frame.type === 'proof') return personality === 'replayer' ? replayProof(bytes, tape, rng) : now(bytes);
  if (frame.type !== 'exchange') return now(bytes);
  switch (personality) {
    case 'forger':
      return now(forge(frame, rng) ?? bytes);
    case 'hoarder':
      return now(encodeFrame({ ...frame, want: MAX_UNITS }));
    case 'withholder':
      return frame.groups.length === 0 ? now(bytes) : [{ bytes, afterMs: between(rng, MINUTE, 45 * MINUTE) }];
    case 'replayer':
      return replay(bytes, tape, rng);
    case 'league':
      return now(claimFriends(frame, tape.friends.get(league) ?? [], rng) ?? bytes);
    case 'league_friend':
      tape.friends.set(league, frame.groups.slice(0, 2));
      return now(bytes);
    default:
      return now(bytes);
  }
}

const now = (bytes: Uint8Array): readonly Carried[] => [{ bytes, afterMs: 0 }];

function record(bytes: Uint8Array, type: string, { exchanges, proofs }: Tape): void {
  const list = type === 'exchange' ? exchanges : type === 'proof' ? proofs : [];
  list.push(bytes);
  if (list.length > LATEST) list.shift();
}

/** A result under another slot's number, or with a made-up token. */
function forge(frame: Frames['exchange'], rng: Rng): Uint8Array | undefined {
  if (frame.groups.length === 0 || !happens(rng, 0.3)) return undefined;
  const groups = frame.groups.map((group) => ({
    ...group,
    results: group.results.map((result) =>
      happens(rng, 0.5)
        ? { ...result, taskIndex: (result.taskIndex + 1) % 4 }
        : { ...result, token: result.token.map((byte) => byte ^ (rng.u32() & 255)) },
    ),
  }));
  return encodeFrame({ ...frame, groups });
}

/** Its own message and one from the tape, before it or behind it. */
function replay(bytes: Uint8Array, { exchanges }: Tape, rng: Rng): readonly Carried[] {
  if (!happens(rng, 0.25)) return now(bytes);
  const again = { bytes: pick(rng, exchanges), afterMs: between(rng, 0, 5_000) };
  return happens(rng, 0.5) ? [{ bytes, afterMs: 0 }, again] : [again, { bytes, afterMs: 0 }];
}

/** A proof made for another link, instead of this one's. */
const replayProof = (bytes: Uint8Array, { proofs }: Tape, rng: Rng): readonly Carried[] =>
  now(happens(rng, 0.1) ? pick(rng, proofs) : bytes);

/** What was leased to the friend, handed in as one's own. */
function claimFriends(frame: Frames['exchange'], friends: readonly ResultGroup[], rng: Rng): Uint8Array | undefined {
  const results = [...frame.groups, ...friends].reduce((sum, group) => sum + group.results.length, 0);
  if (friends.length === 0 || results > MAX_UNITS || !happens(rng, 0.5)) return undefined;
  return encodeFrame({ ...frame, want: MAX_UNITS, groups: [...frame.groups, ...friends] });
}
