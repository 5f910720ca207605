import { afterEach, expect, test } from 'vitest';
import type { PeopleView, PersonDetail } from '../../shared/protocol/account.ts';
import type { OverviewView } from '../../shared/protocol/rest.ts';
import { HOUR } from '../../shared/time.ts';
import { openPhone, whenChanged, wrongIn } from './testing/test-phone.ts';
import { closeAll, startServer, tiny } from './testing/test-server.ts';

afterEach(closeAll);

const QUIET = { policy: { mainframeThreads: 0 } };

test('the overview and the people say what the books and the links say', async () => {
  const server = await startServer(QUIET);
  const overview = async (): Promise<OverviewView> =>
    (await server.operator.get<OverviewView>('/api/admin/overview')).body;
  const empty = await overview();
  expect(empty.units).toHaveLength(24);
  expect(empty.waits.every(({ answered, medianMs }) => answered === 0 && medianMs === null)).toBe(true);
  expect(empty).toMatchObject({
    fleet: { linked: 0, computing: 0, optedIn: 0 },
    lastHour: { jobs: 0, phoneUnits: 0, serverUnits: 0 },
    queue: { waitingUnits: 0, runningJobs: 0, oldestAt: null },
    money: { freeMicros: empty.money.phaseBudgetMicros, reservedMicros: 0, pendingMicros: 0, postedMicros: 0 },
  });

  const phone = await openPhone(server);
  const cleo = await server.openAsker('Cleo', 'driver');
  phone.device.start();
  const { jobId } = (await cleo.submit(tiny(6))).body;
  expect((await cleo.settled(jobId)).state).toBe('answered');
  const after = await overview();
  const sum = (of: (hour: OverviewView['units'][number]) => number): number =>
    after.units.reduce((all, hour) => all + of(hour), 0);
  expect([sum(({ units }) => units), sum(({ micros }) => micros)]).toEqual([6, 300_000]);
  expect(after.waits.reduce((all, { answered }) => all + answered, 0)).toBe(1);
  expect(after.lastHour).toEqual({ jobs: 1, phoneUnits: 6, serverUnits: 0 });
  expect(after.fleet).toMatchObject({ linked: 1, computing: 0, optedIn: 1 });
  expect(after.money.pendingMicros).toBe(300_000);
  const { freeMicros, reservedMicros, pendingMicros, phaseBudgetMicros } = after.money;
  expect(freeMicros + reservedMicros + pendingMicros).toBe(phaseBudgetMicros);
  expect(after.checks).toMatchObject({ unitsEver: 6, findings: { day: 0, all: 0 } });

  // The same of the person, whom one finds by a part of the name.
  const list = async (query: string): Promise<PeopleView> =>
    (await server.operator.get<PeopleView>(`/api/admin/people?${query}`)).body;
  const id = phone.accountId;
  expect((await list('search=DRIV')).people).toMatchObject([
    { accountId: id, devices: 1, linked: 1, units: 6, unitsThisMonth: 6, pendingMicros: 300_000, postedMicros: 0 },
  ]);
  expect((await list('sort=units')).people[0]?.accountId).toBe(id);
  expect((await list('sort=seen&limit=1')).people.map(({ accountId }) => accountId)).toEqual([id]);
  expect((await list('sort=name&offset=1')).people.map(({ name }) => name)).toEqual(['Driver']);
  expect(await list('role=admin')).toMatchObject({ people: [], matching: 0 });
  expect((await server.operator.get(`/api/admin/people?sort=trust`)).status).toBe(422);

  // Work of before: an hour that is over, and one that is too long ago.
  const db = server.store.database;
  const yesterday = Math.floor(Date.now() / HOUR) * HOUR - 5 * HOUR;
  db.prepare('UPDATE transfer SET at = ?').run(yesterday + 1);
  db.prepare('UPDATE job SET settled_at = ?, created_at = ?').run(yesterday + 7_000, yesterday + 2_000);
  await server.close();
  const again = await startServer({ ...QUIET, dataDir: server.dataDir });
  const past = (await again.operator.get<OverviewView>('/api/admin/overview')).body;
  expect(past.units.find(({ units }) => units > 0)).toEqual({ from: yesterday, units: 6, micros: 300_000 });
  expect(past.waits.find(({ answered }) => answered > 0)).toEqual({ from: yesterday, answered: 1, medianMs: 5_000 });
});

test('a phone that lied shows what was found, and never how far it is trusted', async () => {
  const server = await startServer(QUIET);
  const phone = await openPhone(server, wrongIn(12));
  const cleo = await server.openAsker('Cleo', 'driver');
  phone.device.start();
  await cleo.submit(tiny(2));
  const person = await whenChanged(server, phone.accountId, async () => {
    const { body } = await server.operator.get<PersonDetail>(`/api/admin/people/${phone.accountId}`);
    return body.phones.some(({ convictions }) => convictions.length > 0) ? body : undefined;
  });
  const [shown] = person.phones;
  expect(shown?.convictions[0]).toMatchObject({ wrongChunks: 12, appeal: null });
  expect(JSON.stringify(person)).not.toMatch(/trust|verified|suspect|probation/i);
  const { body } = await server.operator.get<OverviewView>('/api/admin/overview');
  expect(body.checks.findings).toEqual({ day: 1, all: 1 });
});
