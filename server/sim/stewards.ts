import type { AccountId } from '../../shared/ids.ts';
import { pcg32, type Rng } from '../../shared/rng.ts';
import { MINUTE } from '../../shared/time.ts';
import type { Coordinator } from '../core/coordinator.ts';
import { between, happens, pick } from './chance.ts';
import { nowAndThen } from './now-and-then.ts';
import type { World } from './world.ts';

const USD = 1_000_000;

interface Wish {
  readonly by: AccountId;
  readonly accountId: AccountId;
  readonly micros: number;
  readonly idempotencyKey: string;
}

/**
 * Admins who adjust credits by hand, and try what they may not: for themselves, again and again, in small pieces, yes to what
 * they proposed or would get themselves. Whoever hears nothing asks once more, with the same key.
 */
export class Stewards {
  readonly #world: World;
  readonly #rng: Rng;
  readonly #drivers: readonly AccountId[];
  readonly #admins: AccountId[] = [];
  readonly #waiting = new Set<number>();
  #unheard: Wish | undefined;
  #wishes = 0;

  /** Chance of its own, so that a world without them is what it was. */
  constructor(world: World, seed: number, drivers: readonly AccountId[], endAt: number) {
    this.#world = world;
    this.#rng = pcg32(BigInt(seed), 1_000_037n);
    this.#drivers = drivers;
    if ((world.scenario.stewards ?? 0) > 0)
      nowAndThen(world, {
        who: 'stewards',
        what: 'an admin acts',
        gap: () => between(this.#rng, 2 * MINUTE, 40 * MINUTE),
        act: (coordinator) => this.#act(coordinator),
        endAt,
      });
  }

  async #act(coordinator: Coordinator): Promise<void> {
    const { stewards = 0 } = this.#world.scenario;
    if (this.#admins.length < stewards) {
      this.#admins.push((await coordinator.openAccount('Steward', 'admin')).id);
      return;
    }
    if (this.#waiting.size > 0 && happens(this.#rng, 0.4)) return this.#decide(coordinator);
    const wish = this.#unheard ?? this.#wish();
    this.#unheard = wish;
    await this.#ask(coordinator, wish);
    this.#unheard = undefined;
    if (happens(this.#rng, 0.1)) await this.#ask(coordinator, wish);
  }

  async #ask(coordinator: Coordinator, { by, ...wish }: Wish): Promise<void> {
    const made = await coordinator.adjust(by, { ...wish, reason: 'A simulated one' });
    if (!made.ok) this.#world.counts.adjustmentsRefused++;
    else if (made.value.state === 'proposed') this.#waiting.add(made.value.id);
  }

  async #decide(coordinator: Coordinator): Promise<void> {
    const adjustmentId = pick(this.#rng, [...this.#waiting]);
    const by = pick(this.#rng, this.#admins);
    const decided = await coordinator.decideAdjustment({ by, adjustmentId, isApproved: happens(this.#rng, 0.7) });
    if (decided.ok || decided.error === 'no_such_proposal') this.#waiting.delete(adjustmentId);
    else this.#world.counts.adjustmentsRefused++;
  }

  #wish(): Wish {
    const rng = this.#rng;
    const by = pick(rng, this.#admins);
    const isTheirs = happens(rng, 0.2); // their own, or each other's
    const cents = pick(rng, [between(rng, 1, 500), between(rng, 1_000, 5_000), 5_000, between(rng, 5_001, 8_000)]);
    return {
      by,
      // Few: so that one account is adjusted often.
      accountId: pick(rng, isTheirs ? this.#admins : this.#drivers.slice(0, 4)),
      micros: (happens(rng, 0.3) ? -cents : cents) * (USD / 100),
      idempotencyKey: `wish-${++this.#wishes}`,
    };
  }
}
