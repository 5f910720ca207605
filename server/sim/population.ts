import { must } from '../../shared/assert.ts';
import type { AccountId, DeviceId } from '../../shared/ids.ts';
import type { Result } from '../../shared/result.ts';
import type { Rng } from '../../shared/rng.ts';
import { HOUR } from '../../shared/time.ts';
import type { Coordinator } from '../core/coordinator.ts';
import { between, happens, pick, randomBytes } from './chance.ts';
import { deviceKey } from './key-twin.ts';
import { REGIONS } from './network.ts';
import type { Personality } from './personality.ts';
import { Phone, type PhoneTraits } from './phone.ts';
import type { Scenario } from './scenarios.ts';
import type { World } from './world.ts';

export interface Population {
  readonly askers: AccountId[];
  readonly phones: Phone[];
}

/** Accounts and devices, before anything fails. Some askers own a phone: no job of theirs may go there. */
export async function populate(world: World, coordinator: Coordinator): Promise<Population> {
  const { scenario } = world;
  const rng = world.stream();
  const population: Population = { askers: [], phones: [] };
  for (let i = 0; i < scenario.askers; i++)
    population.askers.push((await coordinator.openAccount(`Asker ${i + 1}`, 'driver')).id);
  for (const personality of scenario.phones) {
    const isAskers = happens(rng, 0.2);
    const accountId = isAskers ? pick(rng, population.askers) : (await coordinator.openAccount('Driver', 'driver')).id;
    const cores = pick(rng, [2, 4, 8]);
    const key = deviceKey(randomBytes(rng, 32));
    const deviceId = await enrol(coordinator, { accountId, publicKey: key.publicKey, cores }, scenario);
    const own = { deviceId, accountId, cores, secret: key.secret, personality };
    population.phones.push(openPhone(world, { ...own, ...traitsOf(personality, cores, scenario, rng) }));
  }
  return population;
}

async function enrol(
  coordinator: Coordinator,
  own: Parameters<Coordinator['enrolDevice']>[0],
  { policy }: Scenario,
): Promise<DeviceId> {
  const { id: deviceId, accountId } = taken(await coordinator.enrolDevice(own));
  taken(await coordinator.consent({ accountId, deviceId, version: policy.consentVersion, isGranted: true }));
  return deviceId;
}

function taken<T>(answer: Result<T, string>): T {
  if (!answer.ok) throw new Error(`expected it to be taken, got ${answer.error}`);
  return answer.value;
}

function openPhone(world: World, traits: PhoneTraits): Phone {
  const { timeline, network, kernels, counts, scenario } = world;
  return new Phone(traits, { timeline, network, kernels, limits: scenario.policy.limits, rng: world.stream(), counts });
}

type Nature = Pick<PhoneTraits, 'place' | 'unitMs' | 'clockRate'>;

function traitsOf(personality: Personality, cores: number, { policy }: Scenario, rng: Rng): Nature {
  const pace = must(
    policy.leases.unitMsByCores.find(({ upTo }) => cores <= upTo),
    `a pace for ${cores} cores`,
  );
  const slowness = personality === 'slow' ? between(rng, 40, 120) / 10 : between(rng, 6, 14) / 10;
  return {
    place: { region: between(rng, 0, REGIONS - 1), latencyMs: between(rng, 20, 400) },
    unitMs: Math.round(pace.unitMs * slowness),
    clockRate: happens(rng, 0.2) ? between(rng, 80, 125) / 100 : 1,
  };
}

/** Requests at random times of the day, the last an hour before its end. */
export function planRequests({ scenario, timeline, askers, stream }: World, accounts: readonly AccountId[]): void {
  const rng = stream();
  for (let i = 0; i < scenario.jobs; i++) {
    const accountId = pick(rng, accounts);
    const units = between(rng, 1, scenario.mostUnits);
    const at = timeline.now + between(rng, 0, scenario.durationMs - HOUR);
    timeline.at(at, 'ask', () => askers.ask(accountId, units));
  }
}
