import { describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { AccountId } from '../../shared/ids.ts';
import { POLICY, type Policy } from '../../shared/model/policy.ts';
import { kindNamed } from '../../wasm/registry.ts';
import { AccountChanges } from '../services/account-changes.ts';
import { Appeals } from '../services/appeals.ts';
import { findAccount } from '../services/find-account.ts';
import { JobChanges } from '../services/job-changes.ts';
import { P2pCoordinator } from '../services/p2pCoordinator.ts';
import { People } from '../services/people.ts';
import {
  fileJob,
  holdBack,
  ONLY_GATES,
  ONLY_SUSPECTS,
  onlyFinding,
  TOO_FAST,
  workThrough,
  workUnits,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, submitTiny, type World } from '../testing/world.ts';
import { OPERATOR } from './found.ts';

const SECRET = /trust|audit|probation|clean|suspect|verified|replica|whole/i;

/** Where a view says one of the words: its names, and what it says in so many words. */
function leaksOf(view: unknown, path = ''): string[] {
  if (typeof view === 'string') return SECRET.test(view) ? [path] : [];
  if (typeof view !== 'object' || view === null) return [];
  return Object.entries(view).flatMap(([name, value]) => [
    ...(SECRET.test(name) ? [`${path}.${name}`] : []),
    ...leaksOf(value, `${path}.${name}`),
  ]);
}

/** Everything that an account may read of itself, as it is sent. */
async function viewsOf(world: World, id: AccountId, phones: readonly Phone[]): Promise<Record<string, unknown>> {
  const { store, coordinator } = world;
  const account = must(await findAccount(store, id), `account ${id}`);
  const clock = (): number => world.now;
  const people = new People({
    ...{ coordinator, store, clock, policy: POLICY },
    changes: new AccountChanges(),
    selfTests: undefined as never, // nobody takes one here
    isKept: () => false,
    endLink: () => undefined,
  });
  const p2p = new P2pCoordinator({
    ...{ coordinator, store, clock, kindNamed },
    changes: new JobChanges(),
    kernelHash: () => world.kernelHash,
    policy: POLICY,
    links: () => 0,
  });
  const views = {
    me: people.me(account),
    credits: await people.credits(id, undefined, 100),
    devices: await Promise.all(phones.map((phone) => people.device(account, phone.id))),
    jobs: await p2p.jobs(account, 100),
  };
  return JSON.parse(JSON.stringify(views)) as typeof views;
}

describe('no view says anything of trust, audits, probation or replicas', () => {
  const worlds: Record<string, Partial<Policy>> = {
    'of a phone on probation': { probationTasks: 5 },
    'of a known one': { probationTasks: 0 },
    'of one that is re-run whole': { audit: { ...ONLY_GATES, wholeFloor: 1 } },
    'of a suspect one': { audit: ONLY_SUSPECTS },
    'of a replicated job': { replicas: { tiny: 2 } },
  };

  test.each(Object.entries(worlds))('%s', async (_name, policy) => {
    const world = await openWorld({ policy });
    const [phone, asker, third] = [await Phone.enrol(world), await Phone.enrol(world), await Phone.enrol(world)];
    await submitTiny(world, asker.accountId, 'a', 2);
    await submitTiny(world, asker.accountId, 'b', 8);
    await workUnits(world, phone, 3, 0, TOO_FAST);
    await third.exchange([], 1);
    const [own, asked] = [
      await viewsOf(world, phone.accountId, [phone]),
      await viewsOf(world, asker.accountId, [asker]),
    ];
    expect([...leaksOf(own), ...leaksOf(asked)]).toEqual([]);
    expect(own).toMatchObject({ credits: { rows: [{}, {}, {}] }, devices: [{ isBanned: false, evidenceId: null }] });
    expect(asked).toMatchObject({ jobs: [{ units: 8 }, { units: 2 }] });
    await workThrough(world, [phone, third]);
    expect(leaksOf(await viewsOf(world, asker.accountId, [asker]))).toEqual([]);
  });

  test('of a driver who was convicted: the void and the finding, and nothing else', async () => {
    const world = await openWorld({ policy: { audit: ONLY_SUSPECTS } });
    await fileJob(world, 'a', 1);
    const phone = await Phone.enrol(world);
    const release = holdBack(world, ({ urgency }) => urgency === 'background');
    await workUnits(world, phone, 1, 8, { aim: 'unseen', ...TOO_FAST });
    const before = await viewsOf(world, phone.accountId, [phone]);
    expect(before).toMatchObject({ credits: { rows: [{ state: 'pending', evidenceId: null }] } });
    release();
    await world.settle();
    await world.coordinator.tick(); // its job is being corrected
    const { id } = await onlyFinding(world, phone);
    const after = await viewsOf(world, phone.accountId, [phone]);
    expect(leaksOf(after)).toEqual([]);
    expect(after).toMatchObject({
      credits: { rows: [{ state: 'void', evidenceId: id }] },
      devices: [{ isBanned: true, evidenceId: id }],
    });
    expect(leaksOf(await viewsOf(world, OPERATOR, []))).toEqual([]);
    const appeals = new Appeals({
      ...{ coordinator: world.coordinator, store: world.store, audit: world.ports.audit },
      kernelHash: () => world.kernelHash,
    });
    const view = await appeals.view(must(await findAccount(world.store, phone.accountId), 'the driver'), id);
    expect(view).toMatchObject({ wrongChunks: 8, ruling: 'fraud', voided: { units: 1 } });
    expect(leaksOf(view)).toEqual([]);
  });

  test('and before anything is found a liar reads what an honest driver reads', async () => {
    const read = async (lie: number): Promise<unknown> => {
      const world = await openWorld({ policy: { audit: ONLY_GATES } });
      await fileJob(world, 'a', 4);
      const phone = await Phone.enrol(world);
      await workUnits(world, phone, 3, lie, { aim: 'unseen' });
      return viewsOf(world, phone.accountId, [phone]);
    };
    expect(await read(1)).toEqual(await read(0));
  });

  test('a word is noticed however deep it stands', () => {
    expect(leaksOf({ credits: { rows: [{ id: 1 }, { wholeDue: 3 }] } })).toEqual(['.credits.rows.1.wholeDue']);
    expect(leaksOf({ job: { replicas: 1, state: 'in audit' } })).toEqual(['.job.replicas', '.job.state']);
    expect(leaksOf({ isOnProbation: false })).toEqual(['.isOnProbation']);
  });
});
