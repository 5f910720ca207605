import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type { AuditView, Flags } from '../../shared/protocol/rest.ts';
import { openPhone, type TestPhone } from './testing/test-phone.ts';
import { run } from './testing/test-process.ts';
import { closeAll, startServer, tiny, type Asker, type TestServer } from './testing/test-server.ts';

// Processes, threads and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 60_000 });

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ policy: { mainframeThreads: 0 } });
});
afterAll(closeAll);

test('audit says how much can be checked, with everything that waits', async () => {
  const { body } = await server.operator.get<AuditView>('/api/admin/audit');
  expect(body).toEqual({
    unitsPerSecond: expect.any(Number),
    threads: 1,
    busyShare: 0,
    waitingAnswerChunks: 0,
    waitingBackgroundChunks: 0,
    probation: { lastHour: 0, mostPerHour: expect.any(Number) },
  });
  expect(body.unitsPerSecond).toBeGreaterThan(0);
  expect(body.probation.mostPerHour).toBeGreaterThanOrEqual(50);
});

test('accounts that do each other’s work are flagged, and one that does all of another’s; nobody else', async () => {
  expect((await server.operator.get<Flags>('/api/admin/flags')).body).toEqual({ links: [] });
  const [ana, ben] = [await openPhone(server), await openPhone(server)];
  const cleo = await server.openAsker('Cleo', 'driver');
  ana.device.start();
  const answered = async (asker: Asker, units: number): Promise<void> => {
    const { jobId } = (await asker.submit(tiny(units))).body;
    expect((await asker.settled(jobId)).state).toBe('answered');
  };
  await answered(cleo, 20);
  ben.device.start();
  await answered(ana.driver, 20);
  await answered(ben.driver, 19); // one short of saying anything
  const account = ({ accountId }: TestPhone): Flags['links'][number]['asker'] => ({ accountId, name: 'Driver' });
  const forCleo = {
    asker: { accountId: cleo.account.id, name: 'Cleo' },
    worker: account(ana),
    units: 20,
    share: 1,
    isMutual: false,
  };
  const link = (asker: TestPhone, worker: TestPhone, units: number, isMutual: boolean) => ({
    asker: account(asker),
    worker: account(worker),
    units,
    share: 1,
    isMutual,
  });
  const flags = async (): Promise<Flags['links']> =>
    (await server.operator.get<Flags>('/api/admin/flags')).body.links.toSorted((a, b) => a.units - b.units);
  expect(new Set(await flags())).toEqual(new Set([forCleo, link(ana, ben, 20, false)]));

  await answered(ben.driver, 20);
  expect(new Set(await flags())).toEqual(new Set([forCleo, link(ana, ben, 20, true), link(ben, ana, 39, true)]));
  const env = { DATA_DIR: server.dataDir, PORT: String(server.port) };
  const { stdout } = await run('cli.ts', ['flags'], env).ended;
  const [a, b] = [ana.accountId, ben.accountId];
  expect(stdout.trim().split('\n').toSorted()).toEqual(
    [
      `${b} (Driver) did 100 % of the work of ${a} (Driver)\t20 units\tboth ways`,
      `${a} (Driver) did 100 % of the work of ${b} (Driver)\t39 units\tboth ways`,
      `${a} (Driver) did 100 % of the work of ${cleo.account.id} (Cleo)\t20 units\tone way`,
    ].toSorted(),
  );
  ana.device.stop();
  ben.device.stop();
});

test('for everybody else there is no such place', async () => {
  const askers = await Promise.all(['driver', 'tester'].map((role) => server.openAsker('Other', role as 'driver')));
  for (const asker of askers) {
    for (const path of ['/api/admin/audit', '/api/admin/flags', '/api/admin/evidence?device=1', '/api/admin/nothing']) {
      const refused = await asker.get<ErrorBody>(path);
      expect([path, refused.status, refused.body.error.code]).toEqual([path, 404, 'not_found']);
    }
  }
  expect((await fetch(`${server.url}/api/admin/audit`)).status).toBe(401);
});
