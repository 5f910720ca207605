import type { RouteAnswer } from '../../wasm/kinds/route-plan/codec.ts';
import type { AskedRoute } from '../kinds/route-plan/asked-route.ts';
import { type Observable, writable } from './observable.ts';

/** Answered on this phone: nobody else has ever seen it. */
export interface LocalAnswer {
  readonly id: number;
  readonly asked: AskedRoute;
  readonly answer: RouteAnswer;
  readonly at: number;
  readonly tookMs: number;
}

/**
 * What was asked from this page, in memory alone: nothing of a task is stored on the phone. Closing the page forgets it;
 * what went to the pool stays with the server.
 */
export interface Asks extends Observable<readonly LocalAnswer[]> {
  answeredHere(asked: AskedRoute, answer: RouteAnswer, tookMs: number): LocalAnswer;
  /** The stops of a request in the pool, while this page is open. */
  sentToPool(jobId: number, asked: AskedRoute): void;
  askedOf(jobId: number): AskedRoute | undefined;
  /** A request to be asked again: what the form shows when it opens next. */
  prepare(asked: AskedRoute | undefined): void;
  prepared(): AskedRoute | undefined;
}

export function openAsks(now: () => number = Date.now): Asks {
  const answers = writable<readonly LocalAnswer[]>([]);
  const inPool = new Map<number, AskedRoute>();
  let prepared: AskedRoute | undefined;
  return {
    read: answers.read,
    subscribe: answers.subscribe,
    answeredHere(asked, answer, tookMs) {
      const made: LocalAnswer = { id: answers.read().length + 1, asked, answer, at: now(), tookMs };
      answers.write([made, ...answers.read()]);
      return made;
    },
    sentToPool: (jobId, asked) => void inPool.set(jobId, asked),
    askedOf: (jobId) => inPool.get(jobId),
    prepare: (asked) => void (prepared = asked),
    prepared: () => prepared,
  };
}
