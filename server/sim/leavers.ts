import type { AccountId, DeviceId } from '../../shared/ids.ts';
import { pcg32, type Rng } from '../../shared/rng.ts';
import { MINUTE } from '../../shared/time.ts';
import { fullScope } from '../../shared/model/consent-texts.ts';
import type { Coordinator } from '../core/coordinator.ts';
import { between, happens, pick } from './chance.ts';
import type { Phone } from './phone.ts';
import { nowAndThen } from './now-and-then.ts';
import type { World } from './world.ts';

/**
 * Drivers who change their minds: who withdraw while work is on its way, agree to less, agree again, and now and then have
 * everything erased. Not those who ask: `erasers.ts` has them.
 */
export class Leavers {
  readonly #world: World;
  readonly #rng: Rng;
  readonly #phones: readonly Phone[];
  readonly #askers: ReadonlySet<AccountId>;
  #erased = 0;

  /** Chance of its own, so that a world without leavers is what it was. */
  constructor(world: World, seed: number, phones: readonly Phone[], askers: readonly AccountId[], endAt: number) {
    this.#world = world;
    this.#rng = pcg32(BigInt(seed), 1_000_003n);
    this.#phones = phones;
    this.#askers = new Set(askers);
    if (world.scenario.leavers > 0)
      nowAndThen(world, {
        who: 'leavers',
        what: 'a driver decides',
        gap: () => between(this.#rng, 2 * MINUTE, 25 * MINUTE),
        act: (coordinator) => this.#decide(coordinator),
        endAt,
      });
  }

  /** The end of a day: whoever is still here agrees again, so that what is open can be finished. */
  allAgree(): void {
    const { timeline, server, scenario } = this.#world;
    const version = scenario.policy.consentVersion;
    if (scenario.leavers === 0) return;
    timeline.in(2 * MINUTE, 'all agree', () => {
      timeline.stir();
      for (const { traits } of this.#phones) {
        const { deviceId, accountId } = traits;
        const consent = { accountId, deviceId, version, isGranted: true, scope: fullScope(version) };
        void server.coordinator?.consent(consent).catch(() => undefined); // no more faults: a refusal is of an erased one
      }
    });
  }

  #mayGo = (accountId: AccountId): boolean => !this.#askers.has(accountId);
  #hasRows = (deviceId: DeviceId): boolean =>
    this.#world.auditor.world.devices.get(deviceId)?.rows.some(({ state }) => state === 'pending') ?? false;

  async #decide(coordinator: Coordinator): Promise<void> {
    const { scenario, counts, truthful } = this.#world;
    const version = scenario.policy.consentVersion;
    const drawn = pick(this.#rng, this.#phones).traits;
    const isErasing = happens(this.#rng, scenario.leavers) && this.#erased < MOST_ERASED;
    // Whoever has done something has something to lose: those go sooner.
    const worked = this.#phones.find(({ traits }) => this.#mayGo(traits.accountId) && this.#hasRows(traits.deviceId));
    const { deviceId, accountId } = isErasing && worked && happens(this.#rng, 0.7) ? worked.traits : drawn;
    if (isErasing && this.#mayGo(accountId)) {
      this.#erased++;
      for (const { traits } of this.#phones) if (traits.accountId === accountId) truthful.delete(traits.deviceId); // its escrow goes, by its own wish
      await coordinator.erase(accountId);
      return;
    }
    const scope = fullScope(version);
    const draw = between(this.#rng, 0, 2);
    counts.decisions++;
    if (draw === 0)
      await coordinator.narrowConsent({ accountId, deviceId, scope: { ...scope, classes: ['high_value'] } });
    else await coordinator.consent({ accountId, deviceId, version, isGranted: draw === 1, scope });
  }
}

/** The others finish the work. */
const MOST_ERASED = 2;
