/**
 * What Shared Compute knows of people, as data: who sees it and how long it is kept. Every field of every frame
 * (`frame-fields.ts`) and every column of every table (`columns.ts`) belongs to one of these; a test fails for one that
 * does not. The screen "What is shared" and docs/SECURITY.md are drawn from here.
 */

/** `phones`: those of other drivers that compute. */
export type Viewer = 'you' | 'phones' | 'admins';

export type Kept =
  /** As long as the account is; erasing it removes it. */
  | 'while_you_are_here'
  /** For good, and after an erasure under a number that nobody is behind any more. */
  | 'in_the_books'
  /** Never written down: it is in memory while a link is open. */
  | 'not_kept'
  /** It is nobody's: about the programme, not about a person. */
  | 'about_nobody';

export interface TopicFacts {
  readonly seenBy: readonly Viewer[];
  readonly kept: Kept;
}

export const TOPICS = {
  /** Name, role, how you came in. */
  person: { seenBy: ['you', 'admins'], kept: 'while_you_are_here' },
  /** How you come back, and where you are signed in: of a browser its name, of an address of the network nothing. */
  way_in: { seenBy: ['you'], kept: 'while_you_are_here' },
  /** A phone's key, cores and speed. No model, no browser, no address, no place. */
  phone: { seenBy: ['you', 'admins'], kept: 'while_you_are_here' },
  /** Today's bytes and units, the clock's zone, why it rests. */
  day: { seenBy: ['you', 'admins'], kept: 'while_you_are_here' },
  /** What was agreed to, when. */
  consent: { seenBy: ['you', 'admins'], kept: 'in_the_books' },
  /** What you asked, as you asked it, and the answer. */
  request: { seenBy: ['you'], kept: 'while_you_are_here' },
  /** The same, blinded: what phones compute on. */
  task: { seenBy: ['you', 'phones'], kept: 'while_you_are_here' },
  /** What a phone handed in, and how it was judged. */
  work: { seenBy: ['you', 'admins'], kept: 'in_the_books' },
  /** Credits, as integer micro-dollars. */
  money: { seenBy: ['you', 'admins'], kept: 'in_the_books' },
  /** What you wrote to us, and what you let us attach. */
  feedback: { seenBy: ['you', 'admins'], kept: 'while_you_are_here' },
  /** How a link is opened, kept open and ended. */
  link: { seenBy: ['you'], kept: 'not_kept' },
  /** The programme's own bookkeeping. */
  house: { seenBy: ['admins'], kept: 'about_nobody' },
} as const satisfies Readonly<Record<string, TopicFacts>>;

export type Topic = keyof typeof TOPICS;

/** One field or column: what it belongs to, and what it is for. */
export interface Shared {
  readonly topic: Topic;
  readonly why: string;
  /** Why an export leaves it out; nothing = it is in there. */
  readonly withheld?: string;
}

export const on = (topic: Topic, why: string): Shared => ({ topic, why });

/** Where each check looks is told to nobody: who knew would know where a lie pays. */
export const silent = (topic: Topic, why: string): Shared => ({
  topic,
  why,
  withheld: 'checks are silent: whoever sees them knows where a lie pays',
});

/** A secret of the server, or bytes that mean nothing outside it. */
export const inner = (topic: Topic, why: string): Shared => ({ topic, why, withheld: 'bytes of the server itself' });
