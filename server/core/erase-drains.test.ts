import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { AccountId, JobId } from '../../shared/ids.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { answeredByLiar } from '../testing/answered-by-liar.ts';
import {
  balancesOf,
  deviceOf,
  expectBooksRight,
  holdBack,
  ONLY_GATES,
  onlyFinding,
  passDays,
  stateOf,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, submitTiny, type World, type WorldOptions } from '../testing/world.ts';
import { wrapStore } from '../testing/wrap-store.ts';
import { OPERATOR } from './found.ts';

/** An asker who erases the account while phones compute: nothing is paid unchecked, and nothing is kept longer than it takes. */

const PRICE = POLICY.priceMicros;
const LONGEST = POLICY.leases.mostMs;

const folder = mkdtempSync(join(tmpdir(), 'zeus-drains-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Asked {
  readonly world: World;
  readonly asker: AccountId;
  readonly id: JobId;
}

async function ask(units = 6, options: WorldOptions = {}): Promise<Asked> {
  const world = await openWorld({ policy: { audit: ONLY_GATES }, ...options });
  const { id: asker } = await world.coordinator.openAccount('Asker', 'driver');
  const filed = await submitTiny(world, asker, 'k', units);
  if (!filed.ok) throw new Error(filed.error);
  return { world, asker, id: filed.value.id };
}

async function leased(world: World, name: string, units = 1): Promise<Phone> {
  const phone = await Phone.enrol(world, name);
  await phone.exchange([], units);
  return phone;
}

async function tickAt(world: World, now: number): Promise<void> {
  world.now = now;
  await world.coordinator.tick();
  await world.settle();
}

/** What of a job only its asker, or who computes it, may know. */
const inputsOf = ({ store }: World, id: JobId): unknown =>
  store.database
    .prepare(
      `SELECT length(spec) + length(job_input) + length(blind_key) + length(kernel_hash) + length(request_digest) AS job,
              (SELECT sum(length(round_input) + coalesce(length(candidate), 0)) FROM round WHERE job_id = job.id) AS rounds
       FROM job WHERE id = ?`,
    )
    .get(id);
const GONE = { job: 0, rounds: 0 };

const isDone = ({ store }: World, asker: AccountId): unknown =>
  store.database.prepare('SELECT is_done FROM erasure WHERE account_id = ?').pluck().get(asker);

const events = ({ store }: World): unknown[] =>
  store.database
    .prepare(`SELECT action FROM audit_event WHERE action LIKE 'eras%' OR action LIKE 'account_e%'`)
    .pluck()
    .all();

describe('a request of an erased account that phones are at work on', () => {
  test('is leased to nobody, checked by its gate, and gone with the longest lease', async () => {
    const { world, asker, id } = await ask();
    const [honest, liar, other] = [
      await leased(world, 'Honest'),
      await leased(world, 'Liar'),
      await Phone.enrol(world),
    ];
    expect(await world.coordinator.erase(asker)).toMatchObject({ ok: true, value: { jobs: 1, draining: 1 } });
    expect(await stateOf(world, id)).toBe('cancelling');
    expect((await other.exchange([], 4)).leases).toEqual([]);

    expect((await honest.exchange(honest.work(), 4)).outcomes).toEqual(['accepted']);
    await liar.exchange(liar.work(64), 0);
    await world.settle();
    expect(world.reruns.filter(({ build }) => build === 'first').length, 'both gates were run').toBeGreaterThan(1);
    expect(await onlyFinding(world, liar)).toMatchObject({ ruling: 'fraud' });
    expect([await balancesOf(world, honest), await balancesOf(world, liar)]).toEqual([
      [PRICE, 0],
      [0, 0],
    ]);

    await tickAt(world, world.now + LONGEST);
    expect(await stateOf(world, id), 'a lease may still run').toBe('cancelling');
    await tickAt(world, world.now + 1);
    expect(await stateOf(world, id)).toBe('cancelled');
    expect(inputsOf(world, id)).toEqual(GONE);
    expect(events(world)).toEqual(['account_erased', 'erasure_drained']);
    await passDays(world, 9);
    expect(await balancesOf(world, honest)).toEqual([0, PRICE]);
    expect(world.delivered).toEqual([]);
    await expectBooksRight(world);
  });

  test('that no phone had goes with the account', async () => {
    const { world, asker, id } = await ask();
    expect(await world.coordinator.erase(asker)).toMatchObject({ ok: true, value: { jobs: 1, draining: 0 } });
    expect([await stateOf(world, id), inputsOf(world, id)]).toEqual(['cancelled', GONE]);
    expect(events(world)).toEqual(['account_erased']);
  });

  test('that was called off before drains on, from when it was called off', async () => {
    const { world, asker, id } = await ask();
    const phone = await leased(world, 'Phone');
    await world.coordinator.cancelJob(asker, id);
    await tickAt(world, world.now + LONGEST - 1);
    expect(await world.coordinator.erase(asker)).toMatchObject({ ok: true, value: { draining: 1 } });
    expect((await phone.exchange(phone.work(), 0)).outcomes).toEqual(['accepted']);
    await world.settle();
    await tickAt(world, world.now + 2);
    expect([await stateOf(world, id), inputsOf(world, id)]).toEqual(['cancelled', GONE]);
    expect(await balancesOf(world, phone)).toEqual([PRICE, 0]);
  });

  test('waits for a check that takes longer', async () => {
    const { world, asker, id } = await ask();
    const liar = await leased(world, 'Liar');
    await world.coordinator.erase(asker);
    const release = holdBack(world, () => true);
    await liar.exchange(liar.work(64), 0);
    await tickAt(world, world.now + LONGEST + 1);
    expect(await stateOf(world, id)).toBe('cancelling');
    release();
    await world.settle();
    expect(await balancesOf(world, liar)).toEqual([0, 0]);
    await tickAt(world, world.now + 1);
    expect([await stateOf(world, id), inputsOf(world, id)]).toEqual(['cancelled', GONE]);
  });

  test('drains through a crash, and its erasure is done after it, not before', async () => {
    const { world, asker, id } = await ask();
    const phone = await leased(world, 'Phone');
    await world.coordinator.erase(asker);
    await world.coordinator.erasedOutside(asker);
    expect(isDone(world, asker)).toBe(0);
    world.erased.clear();
    await world.restart();
    await world.coordinator.tick();
    expect([...world.erased], 'sessions may not have gone before the crash').toEqual([asker]);
    expect(world.coordinator.isDraining(asker)).toBe(true);
    expect((await phone.exchange(phone.work(), 0)).outcomes, 'its token proves its lease').toEqual(['accepted']);
    await world.settle();
    world.erased.clear();
    await tickAt(world, world.now + LONGEST + 1);
    expect([...world.erased]).toEqual([asker]);
    expect([inputsOf(world, id), world.coordinator.isDraining(asker)]).toEqual([GONE, false]);
    expect(isDone(world, asker), 'the log beside the database may still hold it').toBe(0);
    await world.coordinator.erasedOutside(asker);
    expect(isDone(world, asker)).toBe(1);
    expect(await world.coordinator.erase(asker)).toMatchObject({ ok: true, value: { jobs: 0, draining: 0 } });
    expect([isDone(world, asker), await balancesOf(world, phone)]).toEqual([1, [PRICE, 0]]);
  });

  test('ends once, though the commit that ends it was stored and reported as failed', async () => {
    let failsNext = false;
    const around: WorldOptions['around'] = (store) =>
      wrapStore(store, {
        async commit(writes) {
          await store.commit(writes);
          if (failsNext && writes.erased.length > 0) {
            failsNext = false;
            throw new Error('the reply was lost');
          }
        },
      });
    const { world, asker, id } = await ask(6, { around });
    await leased(world, 'Phone');
    await world.coordinator.erase(asker);
    failsNext = true;
    await tickAt(world, world.now + LONGEST + 1);
    expect([failsNext, await stateOf(world, id), inputsOf(world, id)]).toEqual([false, 'cancelled', GONE]);
    expect(events(world)).toEqual(['account_erased', 'erasure_drained']);
    expect(world.incidents).toEqual([]);
  });

  test('blames nobody when its kernel has changed meanwhile, and goes with it', async () => {
    const { world, asker, id } = await ask();
    const phone = await leased(world, 'Phone');
    await world.coordinator.erase(asker);
    const release = holdBack(world, () => true);
    await phone.exchange(phone.work(), 0);
    world.kernelHash = world.kernelHash.map((byte) => byte ^ 1);
    await world.restart();
    release();
    await world.settle();
    expect([await stateOf(world, id), inputsOf(world, id)]).toEqual(['cancelled', GONE]);
    expect(await balancesOf(world, phone)).toEqual([PRICE, 0]);
    expect(world.delivered).toEqual([]);
  });

  test('leaves nothing of its input in the file, nor beside it', async () => {
    const path = join(folder, 'drains.db');
    const { world, asker, id } = await ask(6, { store: SqliteStore.open(path) });
    const phone = await leased(world, 'Phone', 4);
    const { jobInput, spec, blindKey } = must(await world.store.job(id), 'the job').job;
    const isThere = (): boolean[] => {
      const files = [path, `${path}-wal`].map((file) => readFileSync(file));
      return [jobInput, spec, blindKey].map((trace) => files.some((file) => file.includes(Buffer.from(trace))));
    };
    await world.coordinator.erase(asker);
    await phone.exchange(phone.work(), 0);
    await world.settle();
    await world.store.scrub();
    expect(isThere()).toEqual([true, true, true]);
    await tickAt(world, world.now + LONGEST + 1);
    await world.store.scrub();
    expect(isThere()).toEqual([false, false, false]);
    world.store.close();
  });
});

describe('an answer of an erased account', () => {
  test('that is being corrected goes at once; what is done again is checked and paid, and corrects nothing', async () => {
    const { world, id, convict } = await answeredByLiar();
    await convict();
    await world.coordinator.tick();
    expect(await stateOf(world, id)).toBe('correcting');
    const honest = await leased(world, 'Honest');
    const liar = await leased(world, 'Liar');
    const asker = await own(world, id);
    expect(await world.coordinator.erase(asker)).toMatchObject({ ok: true, value: { draining: 1 } });
    expect(await stateOf(world, id)).toBe('cancelling');
    expect(world.store.database.prepare('SELECT answer FROM job WHERE id = ?').pluck().get(id)).toBeNull();
    await honest.exchange(honest.work(), 0);
    await liar.exchange(liar.work(64), 0);
    await world.settle();
    expect([await balancesOf(world, honest), await balancesOf(world, liar)]).toEqual([
      [PRICE, 0],
      [0, 0],
    ]);
    await tickAt(world, world.now + LONGEST + 1);
    expect([await stateOf(world, id), inputsOf(world, id)]).toEqual(['cancelled', GONE]);
    await passDays(world, 2);
    expect(await world.store.correctionsOf(id)).toEqual([]);
    expect(world.delivered.map(({ topic }) => topic)).toEqual(['job_answered']);
    await expectBooksRight(world);
  });

  test('is not corrected when who worked on it is convicted afterwards', async () => {
    const { world, id, liar, convict } = await answeredByLiar();
    const asker = await own(world, id);
    await world.coordinator.tick(); // what will find it is under way when the inputs go
    await world.coordinator.erase(asker);
    expect(inputsOf(world, id)).toEqual(GONE);
    await convict();
    await passDays(world, 1);
    expect((await deviceOf(world, liar)).convictions).toBe(1);
    expect([await stateOf(world, id), await world.store.correctionsOf(id)]).toEqual(['answered', []]);
    await expectBooksRight(world);
  });
});

/** The operator asked in these stories, and the house stays: the request becomes somebody's. */
async function own(world: World, id: JobId): Promise<AccountId> {
  const { id: asker } = await world.coordinator.openAccount('Asker', 'driver');
  world.store.database
    .prepare('UPDATE job SET account_id = ? WHERE id = ? AND account_id = ?')
    .run(asker, id, OPERATOR);
  await world.restart();
  return asker;
}
