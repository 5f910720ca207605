import type { AccountId } from '../../shared/ids.ts';
import { pcg32, type Rng } from '../../shared/rng.ts';
import { HOUR, MINUTE, SECOND } from '../../shared/time.ts';
import type { JobModel } from './audited-world.ts';
import { between, happens } from './chance.ts';
import type { Phone } from './phone.ts';
import type { World } from './world.ts';

/**
 * Askers who have everything erased while phones compute for them, best of all when something has been handed in and not been
 * checked yet. Half of a world's askers stay.
 */
export class Erasers {
  readonly #world: World;
  readonly #rng: Rng;
  readonly #phones: readonly Phone[];
  readonly #askers: readonly AccountId[];
  readonly #endAt: number;

  /** Chance of its own, so that a world without erasers is what it was. */
  constructor(world: World, seed: number, phones: readonly Phone[], askers: readonly AccountId[], endAt: number) {
    this.#world = world;
    this.#rng = pcg32(BigInt(seed), 1_000_033n);
    this.#phones = phones;
    this.#askers = askers;
    this.#endAt = endAt;
    if ((world.scenario.erasers ?? 0) > 0) this.#later();
  }

  #later(): void {
    const { timeline } = this.#world;
    timeline.in(between(this.#rng, 200, 20 * SECOND), 'an asker looks', () => {
      if (timeline.now >= this.#endAt) return;
      const goes = this.#whoGoes();
      if (goes === undefined) return this.#later();
      timeline.stir();
      void this.#erase(goes).finally(() => this.#later());
    });
  }

  #whoGoes(): AccountId | undefined {
    const { scenario, auditor } = this.#world;
    const { erasedAccounts, jobs } = auditor.world;
    const gone = this.#askers.filter((id) => erasedAccounts.has(id)).length;
    if (gone >= this.#askers.length / 2) return undefined;
    const open = [...jobs.values()].filter(
      ({ asked, state }) => OPEN.has(state) && !erasedAccounts.has(asked.accountId),
    );
    const unchecked = open.find(hasUnchecked);
    const eager = scenario.erasers ?? 0;
    if (unchecked && happens(this.#rng, eager)) return unchecked.asked.accountId;
    return happens(this.#rng, eager / 100) ? open[0]?.asked.accountId : undefined;
  }

  async #erase(accountId: AccountId): Promise<void> {
    const { server, timeline, truthful, counts, report } = this.#world;
    for (const { traits } of this.#phones) if (traits.accountId === accountId) truthful.delete(traits.deviceId); // its escrow goes, by its own wish
    counts.askersErased++;
    try {
      await Promise.race([server.coordinator?.erase(accountId), timeline.sleep(HOUR, 'no answer')]);
      if (happens(this.#rng, 0.2))
        await Promise.race([server.coordinator?.erase(accountId), timeline.sleep(MINUTE, 'none')]);
    } catch (error) {
      const isRefusal = error instanceof Error && error.name === 'Incident';
      if (!isRefusal) report('no_bug', `erasers: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
    }
  }
}

const OPEN: ReadonlySet<string> = new Set(['running', 'correcting', 'cancelling']);

const hasUnchecked = ({ rounds }: JobModel): boolean =>
  [...rounds.values()].some(({ blocks }) => blocks.some(({ slots }) => slots.some(({ state }) => state === 'done')));
