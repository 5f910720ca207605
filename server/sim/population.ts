import { must } from '../../shared/assert.ts';
import type { AccountId, DeviceId } from '../../shared/ids.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';
import type { Result } from '../../shared/result.ts';
import type { Rng } from '../../shared/rng.ts';
import { HOUR } from '../../shared/time.ts';
import type { Coordinator } from '../core/coordinator.ts';
import { between, happens, pick, randomBytes } from './chance.ts';
import { deviceKey } from './key-twin.ts';
import { REGIONS } from './network.ts';
import type { Personality } from './personality.ts';
import { Phone, type PhoneTraits } from './phone.ts';
import type { Scenario } from './scenario.ts';
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
  const league = must(population.askers[0], 'an asker');
  const enrolled = new Map<AccountId, number>();
  for (const [i, personality] of scenario.phones.entries()) {
    const isAskers = happens(rng, 0.2) && i >= OF_OTHERS;
    const asker = personality === 'league' ? league : pick(rng, population.askers);
    const hasRoom = (enrolled.get(asker) ?? 0) < scenario.policy.limits.newDevicesPerDay;
    const isOfAsker = hasRoom && (personality === 'league' || (isAskers && personality !== 'league_friend'));
    const accountId = isOfAsker ? asker : (await coordinator.openAccount('Driver', 'driver')).id;
    enrolled.set(accountId, (enrolled.get(accountId) ?? 0) + 1);
    const phone = await enrolPhone(world, coordinator, accountId, personality, league, rng);
    population.phones.push(must(phone, `room for a phone of account ${accountId}`));
  }
  return population;
}

/** The first phones are nobody's who asks: any job can be finished, copies of it too. */
const OF_OTHERS = 3;

/** A new phone as the app takes it in: its key, its self-test, its driver's consent. Nothing when the account has too many. */
export async function enrolPhone(
  world: World,
  coordinator: Coordinator,
  accountId: AccountId,
  personality: Personality,
  league: AccountId,
  rng: Rng,
): Promise<Phone | undefined> {
  const { scenario, timeline, network, kernels, counts, tape } = world;
  const cores = pick(rng, [2, 4, 8]);
  const key = deviceKey(randomBytes(rng, 32));
  const nature = natureOf(personality, cores, scenario, rng);
  const enrolled = await coordinator.enrolDevice({ accountId, publicKey: key.publicKey, cores });
  if (!enrolled.ok && enrolled.error === 'too_many_devices') {
    counts.devicesRefused++;
    return undefined;
  }
  const { id: deviceId } = taken(enrolled);
  const chunkMs = Math.max(1, Math.round(nature.cpuMs / CHUNKS_PER_TASK));
  taken(await coordinator.calibrate({ accountId, deviceId, chunkMs }));
  await consent(coordinator, accountId, deviceId, scenario);
  const traits: PhoneTraits = { deviceId, accountId, cores, secret: key.secret, personality, league, ...nature };
  const { limits } = scenario.policy;
  return new Phone(traits, { timeline, network, kernels, limits, rng: world.stream(), tape, counts });
}

async function consent(
  coordinator: Coordinator,
  accountId: AccountId,
  deviceId: DeviceId,
  { policy }: Scenario,
): Promise<void> {
  taken(await coordinator.consent({ accountId, deviceId, version: policy.consentVersion, isGranted: true }));
}

function taken<T>(answer: Result<T, string>): T {
  if (!answer.ok) throw new Error(`expected it to be taken, got ${answer.error}`);
  return answer.value;
}

type Nature = Pick<PhoneTraits, 'place' | 'unitMs' | 'cpuMs' | 'clockRate'>;

function natureOf(personality: Personality, cores: number, { policy }: Scenario, rng: Rng): Nature {
  const pace = must(
    policy.leases.unitMsByCores.find(({ upTo }) => cores <= upTo),
    `a pace for ${cores} cores`,
  );
  const slowness = between(rng, ...(SLOWNESS[personality] ?? [6, 14])) / 10;
  const unitMs = Math.round(pace.unitMs * slowness);
  return {
    place: { region: between(rng, 0, REGIONS - 1), latencyMs: between(rng, 20, 400) },
    unitMs,
    cpuMs: Math.round((unitMs * cores * policy.share.targetPercent) / 100),
    clockRate: happens(rng, 0.2) ? between(rng, 80, 125) / 100 : 1,
  };
}

/** Tenths of the pace that is expected of its cores. */
const SLOWNESS: Readonly<Partial<Record<Personality, readonly [from: number, to: number]>>> = {
  slow: [40, 120],
  hoarder: [200, 600],
};

/** Requests at random times of the day, the last an hour before its end. */
export function planRequests({ scenario, timeline, askers, stream }: World, accounts: readonly AccountId[]): void {
  const rng = stream();
  for (let i = 0; i < scenario.jobs; i++) {
    const accountId = pick(rng, accounts);
    const units = between(rng, 1, scenario.mostUnits);
    const at = timeline.now + between(rng, 0, Math.max(0, scenario.durationMs - HOUR));
    timeline.at(at, 'ask', () => askers.ask(accountId, units));
  }
}
