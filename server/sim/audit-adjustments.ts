import type { Adjustment } from '../../shared/model/adjustment.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { WriteSet } from '../core/ports.ts';
import type { AuditedWorld } from './audited-world.ts';
import type { Report } from './observer.ts';

const DAY_MS = 86_400_000;

/**
 * Credits given or taken by hand. Believed is that an admin made or decided one; whether they might, and what moves, is worked
 * out: little alone and never for oneself, else by two people within a day; each once, out of the budget or back.
 */
export class Adjustments {
  readonly #known = new Map<number, Adjustment>();
  readonly #world: AuditedWorld;
  readonly #policy: Policy;
  readonly #report: Report;

  constructor(world: AuditedWorld, policy: Policy, report: Report) {
    this.#world = world;
    this.#policy = policy;
    this.#report = report;
  }

  committed({ adjustments, transfers }: WriteSet, now: number): void {
    const booked = transfers.filter(({ kind }) => kind === 'adjust').map(({ cause }) => cause);
    const done = adjustments.filter(({ state }) => state === 'done').map(({ id }) => `adjust:${id}`);
    if (booked.toSorted().join() !== done.toSorted().join())
      this.#report('adjustments_are_booked_once', `booked ${booked.join()}, done ${done.join()}`);
    for (const one of adjustments) this.#take(one, now);
  }

  #take(one: Adjustment, now: number): void {
    const { world, before } = { world: this.#world, before: this.#known.get(one.id) };
    const isNew = before === undefined && (one.state === 'proposed' || one.state === 'done');
    if (!isNew && before?.state !== 'proposed')
      this.#report('adjustments_go_one_way', `${one.id} was ${before?.state} and is ${one.state}`);
    if (before && contentOf(before) !== contentOf(one))
      this.#report('adjustments_go_one_way', `${one.id} was ${contentOf(before)} and is ${contentOf(one)}`);
    if (one.state === 'expired' && now < one.at + DAY_MS)
      this.#report('proposals_last_a_day', `adjustment ${one.id}, made at ${one.at}, expired at ${now}`);
    if (one.state === 'done') {
      this.#mayBeDone(one, before, now);
      world.counts[one.decidedBy === one.authorId ? 'adjustedAlone' : 'adjustedByTwo']++;
      world.move('budget', `available:${one.accountId}`, one.micros);
    }
    this.#known.set(one.id, one);
  }

  #mayBeDone(one: Adjustment, before: Adjustment | undefined, now: number): void {
    const { id, authorId, accountId, decidedBy } = one;
    if (decidedBy !== authorId) {
      const isSecond = decidedBy !== undefined && decidedBy !== accountId && before?.state === 'proposed';
      if (!isSecond || now >= one.at + DAY_MS)
        this.#report('large_adjustments_take_two', `${id}: made by ${authorId}, done by ${decidedBy} at ${now}`);
      return;
    }
    const { aloneMicros, aloneInAllMicros } = this.#policy.adjustments;
    const alone = [...this.#known.values()].filter(
      (other) =>
        other.state === 'done' &&
        other.authorId === authorId &&
        other.decidedBy === authorId &&
        (other.decidedAt ?? 0) > now - DAY_MS,
    );
    const inAll = sum([...alone, one]);
    const here = sum([...alone, one].filter((other) => other.accountId === accountId));
    if (here > aloneMicros || inAll > aloneInAllMicros || authorId === accountId)
      this.#report(
        'large_adjustments_take_two',
        `${id}: ${authorId} alone moved ${here} of account ${accountId} within a day, ${inAll} in all`,
      );
  }
}

const sum = (all: readonly Adjustment[]): number => all.reduce((total, { micros }) => total + Math.abs(micros), 0);

const contentOf = ({ at, authorId, accountId, micros, idempotencyKey }: Adjustment): string =>
  `${micros} of ${accountId} by ${authorId} at ${at}, ${idempotencyKey}`;
