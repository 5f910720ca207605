/**
 * What phones and their drivers are like. Only their own side reads this, and the checkers, to know whom nothing may be
 * taken from: no rule of the server sees it.
 */
export type Personality =
  /** Works as shipped. */
  | 'honest'
  /** Honest, and so slow that its leases run out. */
  | 'slow'
  /** Honest; hidden, closed and killed all day long. */
  | 'sleepy'
  /** Honest work; says that it took a fifth of the time it takes. */
  | 'implausible'
  /** Every chunk's digest is made up: hides good candidates, plants better ones, or contradicts itself. */
  | 'liar'
  /** One chunk of 64, and not every unit. */
  | 'sparse_liar'
  /** Computes half of the chunks and makes the rest up, so that it looks right. */
  | 'lazy_skipper'
  /** A few chunks of some tasks, and the same wrong digests as all others of its group. */
  | 'colluder'
  /** Honest for a number of tasks, then one chunk of 64. */
  | 'sleeper'
  /** A sparse liar that comes back as a new device when it is convicted, under a new account if need be. */
  | 're_registrar'
  /** Computes honestly, then claims slots it never leased, with tokens it has or has made up. */
  | 'forger'
  /** Asks for as much as it may have and hardly computes. */
  | 'hoarder'
  /** Computes honestly and hands in late, when its leases have run out. */
  | 'withholder'
  /** Works honestly; sends old messages again, its own and others', and old proofs. */
  | 'replayer'
  /** Its account asks, and it is after that job: asks for it, and hands in what was leased to its friend's phone. */
  | 'league'
  /** The friend: honest work, for that account's jobs too, which it may. */
  | 'league_friend';

const UNTRUTHFUL: ReadonlySet<Personality> = new Set<Personality>([
  'liar',
  'sparse_liar',
  'lazy_skipper',
  'colluder',
  'sleeper',
  're_registrar',
]);

/** Whose every result is what the kernel says: it may be late, forged in its place or refused, never wrong. */
export const isTruthful = (personality: Personality): boolean => !UNTRUTHFUL.has(personality);

/** Who stays when nothing fails any more, and finishes what is left. */
export const isDiligent = (personality: Personality): boolean =>
  personality === 'honest' || personality === 'sleepy' || personality === 'implausible';
