import { expect } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { JobId } from '../../shared/ids.ts';
import type { Device, ExchangeRow } from '../../shared/model/device.ts';
import type { Evidence } from '../../shared/model/evidence.ts';
import { OPERATOR } from '../core/found.ts';
import type { Reran, RerunRequest } from '../core/ports.ts';
import { POLICY, type AuditPolicy } from '../../shared/model/policy.ts';
import { DAY } from '../../shared/time.ts';
import { Phone, submitTiny, type Manner, type World } from './world.ts';

/** Nothing but gates: no result is drawn for a whole re-run, until it is settled. */
export const ONLY_GATES: AuditPolicy = { ...POLICY.audit, wholeFloor: 0, wholeTrust: 0, suspectRate: 0 };

/** … and exactly those exchanges are re-run whole that say something implausible. */
export const ONLY_SUSPECTS: AuditPolicy = { ...ONLY_GATES, suspectRate: 1, suspectTasks: 1 };
export const TOO_FAST = { cpuMs: 0.4 } as const;

/** A job of the tiny kind, asked for by the operator. */
export async function fileJob(world: World, key = 'k', units = 4): Promise<JobId> {
  const filed = await submitTiny(world, OPERATOR, key, units);
  if (!filed.ok) throw new Error(filed.error);
  return filed.value.id;
}

/** Phones take turns until nobody holds anything any more. */
export async function workThrough(
  world: World,
  phones: readonly Phone[],
  lies: readonly number[] = [],
  manner: Manner = {},
): Promise<void> {
  for (let turn = 0; turn < 60; turn++) {
    for (const [i, phone] of phones.entries()) await phone.exchange(phone.work(lies[i] ?? 0, manner), 4);
    await world.settle();
    if (world.coordinator.waitingUnits() === 0 && phones.every(({ held }) => held.length === 0)) return;
  }
}

/** One unit after another, each checked before the next is leased. */
export async function workUnits(
  world: World,
  phone: Phone,
  units: number,
  lie = 0,
  manner: Manner = {},
): Promise<void> {
  for (let i = 0; i < units; i++) {
    if (phone.held.length === 0) await phone.exchange([], 1);
    expect(phone.held).toHaveLength(1);
    world.now += 1000; // as long as it says it took, and longer
    await phone.exchange(phone.work(lie, manner), i + 1 < units ? 1 : 0);
    await world.settle();
  }
}

export const stateOf = async (world: World, id: JobId): Promise<string> =>
  must(await world.store.job(id), 'job').job.state.name;

export const answerOf = async (world: World, id: JobId): Promise<unknown> => {
  const { state } = must(await world.store.job(id), 'job').job;
  return 'answer' in state ? must(world.ports.kindNamed('tiny'), 'tiny').answer.decode(state.answer) : state;
};

/** What `submitTiny` asks for, by plain addition. */
export const smallestColumnSum = (units: number): number => {
  const sums = Array<number>(units * 64).fill(0);
  for (let i = 0; i < 500; i++) sums[i % sums.length]! += (i * 7919) % 1009;
  return Math.min(...sums);
};

/** Pending and available of a phone's account. */
export const balancesOf = async (world: World, phone: Phone): Promise<[number, number]> => [
  (await world.store.balance(`pending:${phone.accountId}`)) ?? 0,
  (await world.store.balance(`available:${phone.accountId}`)) ?? 0,
];

export const deviceOf = async (world: World, phone: Phone): Promise<Device> =>
  must(await world.store.deviceByKey(phone.publicKey), `device ${phone.id}`);

/** All of a phone's exchanges that were credited, oldest first. */
export const rowsOf = async (world: World, phone: Phone): Promise<readonly ExchangeRow[]> =>
  (await world.store.statement(phone.accountId, undefined, 1000)).toReversed();

/** The one finding about a phone. */
export async function onlyFinding(world: World, phone: Phone): Promise<Evidence> {
  const findings = await world.store.evidenceOf(phone.id);
  expect(findings).toHaveLength(1);
  return must(findings[0], 'a finding');
}

export async function expectBooksRight(world: World): Promise<void> {
  expect(await world.store.verifyLedger()).toMatchObject({ entriesSumMicros: 0, balancesMatch: true, mismatches: [] });
  expect(world.incidents).toEqual([]);
}

/** Keeps back every re-run that `isHeld` names, until what it returns is called: then they run, and nothing is held any more. */
export function holdBack(world: World, isHeld: (request: RerunRequest) => boolean): () => void {
  const { audit } = world.ports;
  const rerun = audit.rerun.bind(audit);
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  world.ports.audit.rerun = async (request): Promise<Reran> => {
    if (isHeld(request)) await released;
    return rerun(request);
  };
  return () => {
    world.ports.audit.rerun = rerun;
    release();
  };
}

/** So many midnights pass: at each, what is due is done, and what that asks for comes back. */
export async function passDays(world: World, days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    world.now = (Math.floor(world.now / DAY) + 1) * DAY;
    await world.coordinator.tick();
    await world.settle();
  }
}

/** A second phone of the same driver. */
export async function secondPhone(world: World, { accountId: owner }: Phone): Promise<Phone> {
  const publicKey = new Uint8Array(65).fill(9);
  const enrolled = await world.coordinator.enrolDevice({ accountId: owner, publicKey, cores: 8 });
  if (!enrolled.ok) throw new Error(enrolled.error);
  const named = { accountId: owner, deviceId: enrolled.value.id };
  await world.coordinator.calibrate({ ...named, chunkMs: 1 });
  await world.coordinator.consent({ ...named, version: 1, isGranted: true });
  return new Phone(world, named.deviceId, owner, publicKey);
}
