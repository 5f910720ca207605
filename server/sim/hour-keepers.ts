import { pcg32, type Rng } from '../../shared/rng.ts';
import { DAY, MINUTE } from '../../shared/time.ts';
import { fullScope } from '../../shared/model/consent-texts.ts';
import type { Hours } from '../../shared/model/hours.ts';
import type { Coordinator } from '../core/coordinator.ts';
import { between, happens, pick } from './chance.ts';
import type { Phone } from './phone.ts';
import { nowAndThen } from './now-and-then.ts';
import type { World } from './world.ts';

/**
 * Drivers who lend only at certain hours, agree to others later, and travel. Their phones have no governor here: they ask at
 * any time and say that they compute, so that what keeps the hours is the server alone.
 */
export class HourKeepers {
  readonly #world: World;
  readonly #rng: Rng;
  readonly #phones: readonly Phone[];

  /** Chance of its own, so that a world without them is what it was. */
  constructor(world: World, seed: number, phones: readonly Phone[], endAt: number) {
    this.#world = world;
    this.#rng = pcg32(BigInt(seed), 1_000_039n);
    const share = world.scenario.hourKeepers ?? 0;
    this.#phones = share > 0 ? phones.filter(() => happens(this.#rng, share)) : [];
    for (const phone of this.#phones) phone.travel(pick(this.#rng, ZONES));
    if (this.#phones.length > 0)
      nowAndThen(world, {
        who: 'hours',
        what: 'a driver looks at the clock',
        gap: () => between(this.#rng, MINUTE, 10 * MINUTE),
        act: (coordinator) => this.#decide(coordinator),
        endAt,
      });
  }

  /** The end of a day: whoever is still here agrees to all of it, so that what is open can be finished. */
  allAgree(): void {
    const { timeline, server } = this.#world;
    if (this.#phones.length === 0) return;
    timeline.in(2 * MINUTE, 'all agree to any hour', () => {
      timeline.stir();
      const { coordinator } = server;
      // No more faults: a refusal is of an erased one.
      for (const phone of this.#phones) if (coordinator) void this.#agree(coordinator, phone).catch(() => undefined);
    });
  }

  async #decide(coordinator: Coordinator): Promise<void> {
    const { scenario, counts } = this.#world;
    const phone = pick(this.#rng, this.#phones);
    const draw = between(this.#rng, 0, 5);
    counts.decisions++;
    if (draw === 0) return phone.travel(pick(this.#rng, ZONES));
    if (draw > 2) return this.#agree(coordinator, phone, this.#hoursAround(phone));
    const { deviceId, accountId } = phone.traits;
    const scope = { ...fullScope(scenario.policy.consentVersion), hours: this.#hoursAround(phone) };
    await coordinator.narrowConsent({ accountId, deviceId, scope }); // refused where it is more than before
  }

  /** By the text, and as the app does then: it asks at once for what it was refused before. */
  async #agree(coordinator: Coordinator, phone: Phone, hours?: Hours): Promise<void> {
    const { deviceId, accountId } = phone.traits;
    const version = this.#world.scenario.policy.consentVersion;
    const scope = { ...fullScope(version), hours };
    await coordinator.consent({ accountId, deviceId, version, isGranted: true, scope });
    phone.askAgain();
  }

  /** Some that begin or end soon, by the clock of the phone: in the day to come both happen. */
  #hoursAround(phone: Phone): Hours {
    const local = (((this.#world.timeline.now + phone.zoneMinutes * MINUTE) % DAY) + DAY) % DAY;
    const from = Math.floor(local / MINUTE) + between(this.#rng, -180, 90);
    return { from: onCircle(from), to: onCircle(from + between(this.#rng, 5, 300)) };
  }
}

const ZONES = [-480, -420, -210, 0, 60, 345, 480];
const onCircle = (minutes: number): number => ((minutes % 1_440) + 1_440) % 1_440;
