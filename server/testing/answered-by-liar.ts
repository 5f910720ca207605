import { expect } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { JobId } from '../../shared/ids.ts';
import type { Round } from '../../shared/model/job.ts';
import { answerOf, fileJob, holdBack, ONLY_SUSPECTS, stateOf, TOO_FAST, workThrough, workUnits } from './tiny-jobs.ts';
import { openWorld, Phone, type Manner, type World, type WorldOptions } from './world.ts';

/** Keeps the best of every result to itself, and is looked at. */
export const HIDES = { hidesBest: true, ...TOO_FAST } as const;

export interface Answered {
  readonly world: World;
  readonly id: JobId;
  readonly liar: Phone;
  /** What its lies were answered with. */
  readonly wrong: unknown;
  /** Lets the whole re-runs come back that find them. */
  readonly convict: () => Promise<void>;
}

/** A job of four units all of which one phone did and lied in; it is answered before anybody looks at all of them. */
export async function answeredByLiar(options: WorldOptions = {}, lie = 0, manner: Manner = HIDES): Promise<Answered> {
  const world = await openWorld({ ...options, policy: { audit: ONLY_SUSPECTS, ...options.policy } });
  const id = await fileJob(world);
  const liar = await Phone.enrol(world, 'Liar');
  const release = holdBack(world, ({ urgency }) => urgency === 'background');
  await workUnits(world, liar, 4, lie, manner);
  expect(await stateOf(world, id)).toBe('answered');
  const convict = async (): Promise<void> => {
    release();
    await world.coordinator.tick(); // asks again for those that a fault kept from being asked for
    await world.settle();
    expect(await world.store.evidenceOf(liar.id)).toHaveLength(1);
  };
  return { world, id, liar, wrong: await answerOf(world, id), convict };
}

/** A job's last round. */
export const lastRound = async (world: World, id: JobId): Promise<Round> =>
  must(must(await world.store.job(id), 'job').rounds.at(-1), 'a round');

/** What the outside was told, by its keys. */
export const topics = ({ delivered }: World): string[] => delivered.map(({ key }) => key);

/** The tick opens what is due, and an honest phone does it. */
export async function correct(world: World, phone?: Phone): Promise<Phone> {
  const honest = phone ?? (await Phone.enrol(world, 'Honest'));
  world.now += 1000;
  await world.coordinator.tick();
  await workThrough(world, [honest]);
  return honest;
}
