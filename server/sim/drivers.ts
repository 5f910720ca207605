import type { AccountId } from '../../shared/ids.ts';
import type { Rng } from '../../shared/rng.ts';
import { HOUR, MINUTE } from '../../shared/time.ts';
import type { Coordinator } from '../core/coordinator.ts';
import { between, happens } from './chance.ts';
import { planDay } from './driver-day.ts';
import type { Phone, PhoneTraits } from './phone.ts';
import { enrolPhone } from './population.ts';
import type { World } from './world.ts';

/**
 * What drivers do beside driving: those whose phone was convicted see it on their statement. Some appeal; a re-registrar
 * opens a new account and comes back as somebody else.
 */
export class Drivers {
  readonly #world: World;
  readonly #rng: Rng;
  readonly #phones: Phone[];
  readonly #endAt: number;
  readonly #seen = new Set<number>();
  #comebacks = 0;

  constructor(world: World, phones: Phone[], endAt: number) {
    this.#world = world;
    this.#rng = world.stream();
    this.#phones = phones;
    this.#endAt = endAt;
    if (phones.some(({ traits }) => traits.personality === 're_registrar') || world.scenario.appeals > 0)
      this.#lookAgain();
  }

  #lookAgain(): void {
    const { timeline, report } = this.#world;
    timeline.in(between(this.#rng, 20 * MINUTE, 40 * MINUTE), 'drivers look', () => {
      if (timeline.now >= this.#endAt) return;
      timeline.stir();
      void this.#look()
        .catch((error: unknown) => {
          // The server may be down or refuse for a fault of ours: they look again later.
          const isRefusal = error instanceof Error && error.name === 'Incident';
          if (!isRefusal) report('no_bug', `drivers: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
        })
        .finally(() => this.#lookAgain());
    });
  }

  async #look(): Promise<void> {
    const { store } = this.#world;
    for (const phone of [...this.#phones]) {
      const { deviceId, accountId, personality } = phone.traits;
      for (const { id, appeal } of await store.evidenceOf(deviceId)) {
        if (this.#seen.has(id)) continue;
        this.#seen.add(id);
        if (!appeal && happens(this.#rng, this.#world.scenario.appeals)) await this.#appeal(accountId, id);
        if (personality === 're_registrar') await this.#comeBack(phone);
      }
    }
  }

  /** Whoever re-ran the chunk says what it showed. Here a die says it: that we were wrong must be as possible as not. */
  async #appeal(accountId: AccountId, evidenceId: number): Promise<void> {
    const { server, auditor, counts } = this.#world;
    const wasRight = happens(this.#rng, 0.4);
    auditor.appealed(evidenceId, wasRight);
    counts.appeals++;
    await this.#unlessItDies(server.coordinator?.appeal({ accountId, evidenceId, wasRight }));
  }

  async #comeBack(phone: Phone): Promise<void> {
    const { server, timeline, counts } = this.#world;
    const { coordinator } = server;
    if (!coordinator || this.#comebacks >= MOST_COMEBACKS) return;
    this.#comebacks++;
    phone.live('kill');
    const { traits } = phone;
    const again = await this.#unlessItDies(this.#enrolAgain(coordinator, traits));
    if (!again) return;
    counts.comebacks++;
    this.#phones.push(again);
    for (const { at, event } of planDay(traits.personality, timeline.now, this.#endAt, this.#rng))
      if (at < this.#endAt) timeline.at(at, `${event} ${again.traits.deviceId}`, () => again.live(event));
  }

  /** Under the same account if it may, under a new one if not. */
  async #enrolAgain(
    coordinator: Coordinator,
    { accountId, personality, league }: PhoneTraits,
  ): Promise<Phone | undefined> {
    const enrol = (id: AccountId): Promise<Phone | undefined> =>
      enrolPhone(this.#world, coordinator, id, personality, league, this.#rng);
    const own = happens(this.#rng, 0.6) ? await enrol(accountId) : undefined;
    return own ?? enrol((await coordinator.openAccount('Driver', 'driver')).id);
  }

  /** What was asked of a server that dies is never answered: nothing, after an hour. */
  #unlessItDies<T>(answer: Promise<T> | undefined): Promise<T | undefined> {
    const { timeline } = this.#world;
    return Promise.race([answer, timeline.sleep(HOUR, 'no answer').then(() => undefined)]);
  }
}

const MOST_COMEBACKS = 12;
