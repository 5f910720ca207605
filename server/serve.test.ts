import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { POLICY } from '../shared/model/policy.ts';
import type { ErrorBody } from '../shared/protocol/errors.ts';
import type { JobList, LedgerCheck } from '../shared/protocol/rest.ts';
import { readEvents } from './cli/read-events.ts';
import { StartError } from './adapters/start-error.ts';
import { run, runServer, type TestProcess } from './http/testing/test-process.ts';
import {
  closeAll,
  collect,
  smallestSum,
  startServer,
  temporaryFolder,
  tiny,
  tinyRequest,
} from './http/testing/test-server.ts';

// Processes, threads and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 180_000 });

const processes: TestProcess[] = [];
afterEach(async () => {
  for (const { kill } of processes) kill('SIGKILL');
  await Promise.all(processes.splice(0).map(({ ended }) => ended));
  await closeAll();
});

async function own<P extends TestProcess>(process: P | Promise<P>): Promise<P> {
  const started = await process;
  processes.push(started);
  return started;
}

const isRight = { entriesSumMicros: 0, balancesMatch: true, mismatches: [] };

describe('starting', () => {
  test('a busy port is one sentence and exit code 1, and nothing was written', async () => {
    const busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const { port } = busy.address() as AddressInfo;
    const dataDir = join(temporaryFolder(), 'data');
    const { ended } = await own(run('main.ts', [], { DATA_DIR: dataDir, PORT: String(port) }));
    expect(await ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `Port ${port} is in use: stop whatever listens there, or set PORT to another.\n`,
    });
    expect(existsSync(dataDir)).toBe(false);
    busy.close();
  });

  test('a second server on the same data folder is one sentence with the first one’s process', async () => {
    const { dataDir, operator } = await startServer();
    const { ended } = await own(run('main.ts', [], { DATA_DIR: dataDir, PORT: '0' }));
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toBe(
      `Another server (process ${process.pid}) is using the data folder ${dataDir}: stop it, or set DATA_DIR to another folder.\n`,
    );
    await expect(startServer({ dataDir })).rejects.toThrow(StartError); // within one process too
    expect((await operator.get('/api/jobs')).status).toBe(200);
  });

  test('settings that make no sense, and production without a secret, are one sentence each', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const complaint = async (env: Record<string, string>): Promise<string> => {
      const { code, stdout, stderr } = await (
        await own(run('main.ts', [], { DATA_DIR: dataDir, PORT: '0', ...env }))
      ).ended;
      expect([code, stdout]).toEqual([1, '']);
      return stderr;
    };
    const complaints = [
      { PORT: 'x' },
      { MAINFRAME_THREADS: '-1' },
      { ZEUS_SECRET: 'hunter2' },
      { NODE_ENV: 'production' },
      { NODE_ENV: 'production', AUDIT_KEY: '0f'.repeat(32) },
      { AUDIT_KEY: 'short' },
      { TLS_CERT: 'cert.pem' },
      { TRUST_PROXY: 'yes' },
      { DATA_DIR: '/dev/null/data' },
    ].map((env, i) => complaint({ DATA_DIR: `${dataDir}-${i}`, ...(env as Record<string, string>) }));
    expect(await Promise.all(complaints)).toEqual([
      'PORT: expected a whole number from 0 to 65535, got “x”.\n',
      'MAINFRAME_THREADS: expected a whole number from 0 to 256, got “-1”.\n',
      'ZEUS_SECRET does not hold a secret: expected 64 hexadecimal digits.\n',
      expect.stringMatching(/^In production .* ZEUS_SECRET: .*\n$/),
      expect.stringMatching(/^In production .* ZEUS_SECRET: .*\n$/),
      'AUDIT_KEY does not hold a secret: expected 64 hexadecimal digits.\n',
      'TLS_CERT and TLS_KEY: expected both, the certificate and its key, or neither.\n',
      'TRUST_PROXY: expected a whole number from 0 to 8, got “yes”.\n',
      expect.stringMatching(/^The data folder \/dev\/null\/data cannot be used: .*\n$/),
    ]);
  });

  test('in production it serves kernels that its operator signed, and no others', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const keyFile = join(temporaryFolder(), 'kernels.pem');
    const production = { NODE_ENV: 'production', ZEUS_SECRET: '0f'.repeat(32) };
    const zeus = (...args: string[]) => run('cli.ts', ['manifest', ...args], { DATA_DIR: dataDir }).ended;
    const complaint = async (env: Record<string, string>): Promise<string> => {
      const { code, stderr } = await (
        await own(run('main.ts', [], { DATA_DIR: dataDir, PORT: '0', ...production, ...env }))
      ).ended;
      expect(code).toBe(1);
      return stderr;
    };
    expect(await complaint({})).toMatch(/^There is no signed manifest of kernels, .*\n$/);
    const made = await zeus('key', '--out', keyFile);
    expect([made.code, statSync(keyFile).mode & 0o777]).toEqual([0, 0o600]);
    const KERNEL_KEY = made.stdout.trim().replace('KERNEL_KEY=', '');
    expect(await zeus('sign', '--key', keyFile)).toMatchObject({ code: 0, stderr: '' });
    expect(await complaint({})).toMatch(/^KERNEL_KEY: expected the line that .*\n$/);

    const { url } = await own(runServer(dataDir, { ...production, KERNEL_KEY }));
    expect(existsSync(join(dataDir, 'secrets.json'))).toBe(false);
    const published = await (await fetch(`${url}/kernels/manifest.json`)).text();
    expect(published).toBe(readFileSync(join(dataDir, 'kernel-manifest.json'), 'utf8'));
    expect(JSON.parse(published)).toMatchObject({ key: KERNEL_KEY });
  });

  test('the data folder and its secrets are for their owner alone, and a new secret is said', async () => {
    const { dataDir, said } = await startServer();
    const modeOf = (file: string): string => (statSync(join(dataDir, file)).mode & 0o777).toString(8);
    expect(['.', 'secrets.json', 'operator-token'].map(modeOf)).toEqual(['700', '600', '600']);
    expect(said).toEqual([expect.stringContaining('A new secret was generated')]);
  });
});

test('the first start of all shows the main job from request to checked answer and balanced book, the second does not', async () => {
  const dataDir = join(temporaryFolder(), 'data');
  const first = await own(runServer(dataDir, { MAINFRAME_THREADS: '2' }));
  first.kill('SIGTERM');
  const { stdout } = await first.ended;
  expect(stdout).toMatch(/First start: a sample request, the shortest round trip of 150 places/);
  expect(stdout).toMatch(/round 1 of 1: 8 of 8 units done/);
  expect(stdout).toMatch(/answer: 1\d\d\.\d\d km through all 150/);
  expect(stdout).toMatch(/This link makes one, once, within 30 minutes: http:\/\/localhost:\d+\/join\/[\w-]{20}\n/);
  expect(stdout).toMatch(/ledger: 1 transfers, 2 entries that sum to 0, every balance equals its entries/);
  const second = await own(runServer(dataDir, { MAINFRAME_THREADS: '2' }));
  second.kill('SIGTERM');
  expect((await second.ended).stdout).not.toContain('First start');
});

describe('a server that dies', () => {
  test('killed in mid-job it goes on where it was, and the book is right', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const first = await own(runServer(dataDir));
    const key = { 'Idempotency-Key': 'k' };
    const { jobId } = (await first.operator.submit(tiny(), key)).body;
    first.kill('SIGKILL');
    await first.ended;

    const second = await own(runServer(dataDir, { MAINFRAME_THREADS: '1' }));
    expect((await second.operator.submit(tiny(), key)).body.jobId).toBe(jobId); // acknowledged is acknowledged
    const job = await second.operator.settled(jobId);
    expect(job).toMatchObject({ state: 'answered', answer: { sum: smallestSum(tinyRequest()) } });
    expect((await second.operator.get<LedgerCheck>('/api/ledger/verify')).body).toMatchObject(isRight);
    second.kill('SIGTERM');
    expect(await second.ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('asked to stop it ends open streams, exits with 0 and leaves the folder to the next one', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const server = await own(runServer(dataDir));
    const { jobId } = (await server.operator.submit(tiny())).body;
    const { body } = await server.operator.openEvents(jobId);
    server.kill('SIGINT');
    const events = await collect(readEvents(body!));
    expect(events.map(({ event }) => event)).toEqual(['progress']);
    expect(await server.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('SIGINT: stopping.') });
    const again = await startServer({ dataDir });
    expect((await again.operator.settled(jobId)).state).toBe('answered');
  });
});

describe('a full disk', () => {
  test('is told as such, leaves nothing half-done, and once there is room all goes on', async () => {
    const server = await startServer({ policy: { mainframeThreads: 1 } });
    const { operator, store } = server;
    const pages = store.database.pragma('page_count', { simple: true }) as number;
    store.database.pragma(`max_page_count = ${pages}`);
    const large = { kind: 'tiny', placement: 'pool', request: tinyRequest(64, 4096) };
    const refusals = await Promise.all([1, 2, 3].map(() => operator.submit<ErrorBody>(large)));
    for (const { status, body } of refusals) {
      expect([status, body.error.code]).toEqual([507, 'disk_full']);
      expect(body.error.incident).toMatch(/./);
    }
    expect((await operator.get<JobList>('/api/jobs')).body.jobs).toEqual([]);
    expect((await operator.get<LedgerCheck>('/api/ledger/verify')).body).toMatchObject(isRight);
    expect((await operator.get('/api/health')).status).toBe(200); // it still reads

    store.database.pragma('max_page_count = 1000000');
    const filed = await operator.submit(large);
    expect(filed.status).toBe(202);
    expect(await operator.settled(filed.body.jobId)).toMatchObject({ state: 'answered' });
    expect((await operator.get<LedgerCheck>('/api/ledger/verify')).body).toMatchObject(isRight);
  });

  test('that fills up under a running job only holds it up', async () => {
    const server = await startServer({ policy: { mainframeThreads: 0 } });
    const { operator, store, dataDir } = server;
    const { jobId } = (await operator.submit({ kind: 'tiny', placement: 'pool', request: tinyRequest(64, 4096) })).body;
    await server.close();

    const next = await startServer({ dataDir });
    const pages = next.store.database.pragma('page_count', { simple: true }) as number;
    next.store.database.pragma(`max_page_count = ${pages}`);
    while (!next.said.some((line) => line.includes('disk_full'))) await new Promise((resolve) => setImmediate(resolve));
    next.store.database.pragma('max_page_count = 1000000');
    expect(await next.operator.settled(jobId)).toMatchObject({ state: 'answered', unitsDone: 64 });
    expect((await next.operator.get<LedgerCheck>('/api/ledger/verify')).body).toMatchObject(isRight);
    expect(store).not.toBe(next.store);
  });
});

describe('quotas', () => {
  test('a day’s units and running jobs are bounded per account', async () => {
    const limits = { ...POLICY.limits, driverUnitsPerDay: 12, runningJobs: 2 };
    const server = await startServer({ policy: { mainframeThreads: 0, limits } });
    const driver = await server.openAsker('Driver', 'driver');
    const codes: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const { status, body } = await driver.submit(tiny());
      codes.push([status, status === 202 ? body.state : body.error.code]);
    }
    expect(codes).toEqual([
      [202, 'running'],
      [202, 'running'],
      [429, 'too_many_running'],
    ]);
    const strict = { ...limits, driverUnitsPerDay: 7, runningJobs: 50 };
    await server.close();
    const next = await startServer({ dataDir: server.dataDir, policy: { mainframeThreads: 0, limits: strict } });
    const another = await next.openAsker('Another', 'driver');
    expect((await another.submit(tiny())).status).toBe(202);
    const { status, body } = await another.submit(tiny());
    expect([status, body.error.code]).toEqual([429, 'quota_exceeded']);
  });
});
