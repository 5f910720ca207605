import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { run, type Ended } from '../http/testing/test-process.ts';
import {
  closeAll,
  collect,
  smallestSum,
  startServer,
  temporaryFolder,
  tinyRequest,
  type TestServer,
} from '../http/testing/test-server.ts';
import { CliError } from './cli-error.ts';
import { followJob } from './follow-job.ts';
import { readEvents } from './read-events.ts';

// Processes, threads and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 60_000 });

let server: TestServer;
let files: string;

beforeAll(async () => {
  server = await startServer();
  files = temporaryFolder();
  writeFileSync(join(files, 'tiny.json'), JSON.stringify(tinyRequest()));
  writeFileSync(join(files, 'bad.json'), '{');
  writeFileSync(join(files, 'empty.json'), '{"numbers":[]}');
});
afterAll(closeAll);

const zeus = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  run('cli.ts', args, { DATA_DIR: server.dataDir, PORT: String(server.port), INIT_CWD: files, ...env }).ended;

const lastLine = (text: string): unknown => JSON.parse(text.trim().split('\n').at(-1) ?? '');

test('submit --wait --json ends with one line of JSON on stdout and shows progress on stderr', async () => {
  const { code, stdout, stderr } = await zeus([
    'submit',
    'tiny',
    'tiny.json',
    '--placement',
    'pool',
    '--wait',
    '--json',
  ]);
  expect(code).toBe(0);
  expect(lastLine(stdout)).toEqual({
    jobId: expect.any(Number),
    state: 'answered',
    answer: { column: expect.any(Number), sum: smallestSum(tinyRequest()) },
    units: 4,
    waitMs: expect.any(Number),
  });
  expect(stderr).toContain('4 of 4 units');
});

test('a small route is computed by this process, and nothing is filed', async () => {
  writeFileSync(join(files, 'square.csv'), 'x,y\n0,0\n1,1\n1,0\n0,1\n');
  const { code, stdout, stderr } = await zeus(['submit', 'route-plan', 'square.csv', '--wait', '--json']);
  expect([code, stderr]).toEqual([0, '']);
  expect(lastLine(stdout)).toMatchObject({
    jobId: null,
    state: 'answered',
    units: 0,
    answer: { length: 4, tour: [0, 2, 1, 3] },
  });
  const { stdout: readable } = await zeus(['submit', 'route-plan', 'square.csv']);
  expect(readable).toMatch(/^Computed here, nothing was filed: answered after .* s\.\nlength 4\ntour   0 2 1 3\n$/);
});

test('the same key is the same job', async () => {
  const args = ['submit', 'tiny', 'tiny.json', '--placement', 'pool', '--json', '--key', 'once'];
  const [a, b] = [await zeus(args), await zeus(args)];
  expect((lastLine(b.stdout) as { jobId: number }).jobId).toBe((lastLine(a.stdout) as { jobId: number }).jobId);
});

test('ledger verify says that the book is right, and fails when it is not', async () => {
  const right = await zeus(['ledger', 'verify']);
  expect(right).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ Every balance equals') });
  server.store.database.exec(`UPDATE balance SET micros = micros + 1 WHERE account = 'budget'`);
  const wrong = await zeus(['ledger', 'verify']);
  server.store.database.exec(`UPDATE balance SET micros = micros - 1 WHERE account = 'budget'`);
  expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('✗ budget says 5000000001') });
});

test('invite prints a link that lets one person in', async () => {
  const { code, stdout } = await zeus(['invite', '--role', 'tester', '--json']);
  expect(code).toBe(0);
  const { link, code: invite } = lastLine(stdout) as { link: string; code: string };
  expect(link).toBe(`http://127.0.0.1:${server.port}/join/${invite}`);
  expect((await server.people.join(invite, 'Tess')).ok).toBe(true);
  expect((await zeus(['invite', '--role', 'king'])).stderr).toMatch(/^zeus: bad_argument: --role: expected driver/);
});

test('admin-token prints a link that makes one person an admin, once', async () => {
  const { code, stdout } = await zeus(['admin-token', '--json']);
  expect(code).toBe(0);
  const { link, code: token } = lastLine(stdout) as { link: string; code: string };
  expect(link).toBe(`http://localhost:${server.port}/join/${token}`);
  expect(await server.people.join(token, 'Ada')).toMatchObject({ ok: true, value: { role: 'admin' } });
  expect(await server.people.join(token, 'Eve')).toMatchObject({ ok: false, error: 'invite_used' });
});

test('jobs lists the newest first', async () => {
  const { stdout } = await zeus(['jobs']);
  const ids = stdout
    .trim()
    .split('\n')
    .map((line) => Number.parseInt(line, 10));
  expect(ids).toEqual(ids.toSorted((a, b) => b - a));
  expect(ids.length).toBeGreaterThan(0);
});

test('jobs says which answers were updated since', async () => {
  const changed = Date.UTC(2027, 3, 1, 12);
  server.store.database.exec(`UPDATE job SET corrected_at = ${changed} WHERE id = (SELECT max(id) FROM job)`);
  const lines = (await zeus(['jobs'])).stdout.trim().split('\n');
  expect(lines[0]).toMatch(/\tanswer updated 2027-04-01T12:00:00\.000Z$/);
  expect(lines[1]).not.toContain('updated');
  expect(lastLine((await zeus(['jobs', '--json'])).stdout)).toMatchObject({ jobs: [{ correctedAt: changed }, {}] });
});

test('audit says how much can be checked, and flags who feeds whom', async () => {
  const audit = await zeus(['audit']);
  expect(audit).toMatchObject({ code: 0, stderr: '' });
  expect(audit.stdout).toMatch(/^\d+\.\d\d whole units a second on 1 thread\n\d+ % busy in the last minute\n/);
  expect(audit.stdout).toMatch(/\n0 units leased to new phones in the last hour, of at most \d+\n$/);
  expect(lastLine((await zeus(['audit', '--json'])).stdout)).toMatchObject({ threads: 1, waitingAnswerChunks: 0 });
  expect(await zeus(['flags'])).toEqual({ code: 0, stdout: 'No accounts feed each other.\n', stderr: '' });
  expect(lastLine((await zeus(['flags', '--json'])).stdout)).toEqual({ links: [] });
  const driver = await server.openAsker('Driver', 'driver');
  const token = await server.auth.openSession(driver.account.id);
  for (const command of ['audit', 'flags']) {
    expect((await zeus([command], { ZEUS_TOKEN: token })).stderr).toMatch(/^zeus: not_found: .+\n$/);
  }
});

test('adjust gives and takes credits; what waits for a second person is listed, approved and rejected', async () => {
  const ada = await server.coordinator.openAccount('Ada', 'admin');
  const { id } = await server.coordinator.openAccount('Maria', 'driver');
  expect((await zeus(['adjust'])).stdout).toBe('Nothing was adjusted by hand.\n');
  const given = ['adjust', '--account', String(id), '--give', '5.25', '--reason', 'Sorry', '--key', 'once'];
  const line = new RegExp(`^1\\t\\S+Z\\tdone\\t\\$5\\.25 given to account ${id}\\tby 1\\tSorry\n$`);
  expect((await zeus(given)).stdout).toMatch(line);
  expect((await zeus(given)).stdout, 'the same key').toMatch(line);
  const taken = await zeus(['adjust', '--account', String(id), '--take', '0.000001', '--reason', 'x', '--json']);
  expect(lastLine(taken.stdout)).toMatchObject({ state: 'done', micros: -1 });
  expect((await zeus(['waiting'])).stdout).toBe('Nothing waits for a second person.\n');
  const large = { accountId: id, micros: 60_000_000, reason: 'Large', idempotencyKey: 'large' };
  await server.coordinator.adjust(ada.id, large);
  await server.coordinator.changePolicy({ by: ada.id, changes: { priceMicros: 40_000 }, reason: 'Pilot' });
  const token = await server.auth.openSession(ada.id);
  server.prove(ada.id);
  await fetch(`${server.url}/api/admin/role-changes`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ accountId: id, role: 'tester' }),
  });
  expect((await zeus(['waiting'])).stdout).toBe(
    [
      `role 1\tby account ${ada.id}\taccount ${id} becomes tester`,
      `policy 1\tby account ${ada.id}\t{"priceMicros":40000}: Pilot`,
      `adjustment 3\tby account ${ada.id}\t$60.00 to account ${id}: Large\n`,
    ].join('\n'),
  );
  expect((await zeus(['approve', 'adjustment', '3'])).stdout).toBe('adjustment 3: approved, it holds\n');
  expect((await zeus(['reject', 'role', '1'])).stdout).toBe('role 1: rejected\n');
  expect(lastLine((await zeus(['reject', 'policy', '1', '--json'])).stdout)).toMatchObject({ isApproved: false });
  expect((await zeus(['approve', 'role', '1'])).stderr).toMatch(/^zeus: not_found: /);
  expect((await zeus(['waiting', '--json'])).stdout).toBe('{"waiting":[]}\n');
  expect(await server.store.balance(`available:${id}`)).toBe(65_249_999);
});

/** What was typed, and the code of the one line on stderr. */
const complaints: Readonly<Record<string, readonly [args: readonly string[], code: string]>> = {
  'a command that is none': [['fly'], 'bad_argument'],
  'no file': [['submit', 'tiny'], 'bad_argument'],
  'an option that is none': [['submit', 'tiny', 'tiny.json', '--fast'], 'bad_argument'],
  'a placement that is none': [['submit', 'tiny', 'tiny.json', '--placement', 'moon'], 'bad_argument'],
  'a file that is not there': [['submit', 'tiny', 'none.json'], 'no_file'],
  'a file that is no JSON': [['submit', 'tiny', 'bad.json'], 'bad_json'],
  'a request its kind refuses': [['submit', 'tiny', 'empty.json'], 'too_few_numbers'],
  'a kind that is none': [['submit', 'chess', 'tiny.json'], 'unknown_kind'],
  'a request too large for the phone': [['submit', 'tiny', 'tiny.json', '--placement', 'phone'], 'too_large_for_phone'],
  'an adjustment without a reason': [['adjust', '--account', '2', '--give', '5'], 'bad_argument'],
  'dollars that are none': [['adjust', '--account', '2', '--give', '5,00', '--reason', 'x'], 'bad_argument'],
  'more than may ever be adjusted': [
    ['adjust', '--account', '2', '--give', '1000.01', '--reason', 'x'],
    'out_of_bounds',
  ],
  'a proposal that is none': [['approve', 'job', '1'], 'bad_argument'],
  'a server that is none': [['jobs', '--server', 'nowhere'], 'bad_argument'],
};

test.each(Object.entries(complaints))(
  '%s: one sentence with its code, and exit code 1',
  async (_name, [args, code]) => {
    const ended = await zeus(args);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toMatch(new RegExp(`^zeus: ${code}: .+\n$`));
  },
);

test('no server, no token, a wrong token: one sentence each', async () => {
  expect((await zeus(['jobs'], { PORT: '1' })).stderr).toMatch(/^zeus: no_server: .*npm start.*\n$/);
  expect((await zeus(['jobs'], { DATA_DIR: files })).stderr).toMatch(/^zeus: no_token: .+\n$/);
  expect((await zeus(['jobs'], { ZEUS_TOKEN: 'x' })).stderr).toMatch(/^zeus: unauthorised: .+\n$/);
});

test('help, and nothing at all, show what there is', async () => {
  expect((await zeus(['help'])).stdout).toContain('submit KIND FILE');
  expect(await zeus([])).toMatchObject({ code: 0, stdout: expect.stringContaining('ledger verify') });
});

test('events are read whatever way they arrive, comments skipped', async () => {
  const bytes = new TextEncoder().encode(
    ':\n\nevent: progress\ndata: {"a":"ü"}\n\n:\n\ndata: 1\ndata: 2\n\nevent: cut',
  );
  for (const size of [1, 3, 1000]) {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    expect(await collect(readEvents(body))).toEqual([
      { event: 'progress', data: '{"a":"ü"}' },
      { event: 'message', data: '1\n2' },
    ]);
  }
});

test('following a job goes on over a broken stream, and ends at a refusal', async () => {
  const view = (state: string): { event: string; data: string } => ({
    event: 'x',
    data: JSON.stringify({ state, jobId: 1 }),
  });
  let opened = 0;
  const client = {
    async *events() {
      opened++;
      yield view('running');
      if (opened === 1) throw new TypeError('terminated');
      if (opened === 3) yield view('answered');
    },
  };
  const seen: string[] = [];
  expect(
    (
      await followJob(
        client,
        1,
        ({ state }) => seen.push(state),
        () => Promise.resolve(),
      )
    ).state,
  ).toBe('answered');
  expect(seen).toEqual(['running', 'running', 'running', 'answered']);
  const refusing = {
    // oxlint-disable-next-line require-yield
    async *events() {
      throw new CliError('not_found', 'gone');
    },
  };
  await expect(
    followJob(
      refusing,
      1,
      () => undefined,
      () => Promise.resolve(),
    ),
  ).rejects.toThrow('gone');
});

test('manifest makes a key, signs, shows, and says what is wrong with a key in one sentence', async () => {
  const key = ['manifest', 'key', '--out', 'kernels.pem'];
  const made = await zeus(key);
  expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^KERNEL_KEY=[\w+/]{120,}=*\n$/)]);
  expect((await zeus(key)).stderr).toMatch(/^zeus: file_exists: /);
  const signed = await zeus(['manifest', 'sign', '--key', 'kernels.pem', '--out', 'deep/signed.json']);
  expect([signed.code, signed.stdout]).toEqual([0, expect.stringMatching(/^route-plan 1, tiny 1: signed, in .*\n$/)]);
  const show = ['manifest', 'show', '--file', 'deep/signed.json'];
  const shown = await zeus([...show, '--json'], { KERNEL_KEY: made.stdout.trim().replace('KERNEL_KEY=', '') });
  expect(lastLine(shown.stdout)).toMatchObject({ format: 1, signedBy: 'KERNEL_KEY' });
  expect((await zeus(show)).stdout).toMatch(/^route-plan 1\tsimd\t.*\n(.*\n)+Signed, but not with a key .*\n$/);

  writeFileSync(
    join(files, 'altered.json'),
    readFileSync(join(files, 'deep/signed.json'), 'utf8').replace('tiny', 'tony'),
  );
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  writeFileSync(join(files, 'p384.pem'), p384.export({ type: 'pkcs8', format: 'pem' }));
  const complaints = [
    ['manifest'],
    ['manifest', 'sign'],
    ['manifest', 'sign', '--key', 'none.pem'],
    ['manifest', 'sign', '--key', 'tiny.json'],
    ['manifest', 'sign', '--key', 'p384.pem'],
    ['manifest', 'show', '--file', 'altered.json'],
  ].map(async (args) => (await zeus(args)).stderr.split(':')[1]?.trim());
  expect(await Promise.all(complaints)).toEqual([
    'bad_argument',
    'bad_argument',
    'no_such_file',
    'bad_key',
    'wrong_curve',
    'manifest_altered',
  ]);
});
