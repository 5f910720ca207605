import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AppealReply, CreditRow, Credits, DeviceView, EvidenceView } from '../../shared/protocol/app.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type { Findings } from '../../shared/protocol/rest.ts';
import { equalDigests } from '../../shared/protocol/output.ts';
import { kernelPath } from '../../wasm/load-node.ts';
import { openPhone, whenChanged, wrongIn, type TestPhone } from './testing/test-phone.ts';
import {
  closeAll,
  startServer,
  temporaryFolder,
  tiny,
  type Asker,
  type Reply,
  type TestServer,
} from './testing/test-server.ts';

// Processes, threads and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 60_000 });

let server: TestServer;
let other: Asker;
let liar: TestPhone;
let evidenceId: number;

beforeEach(async () => {
  server = await startServer({ policy: { mainframeThreads: 0 } });
  other = await server.openAsker('Other', 'driver');
});
afterEach(closeAll);

/** A phone whose first result has been found wrong in `count` chunks. It hands in nothing after that. */
async function convict(count: number): Promise<void> {
  const spoil = wrongIn(count);
  let units = 0;
  liar = await openPhone(server, (output, task) => {
    if (units++ === 0) return spoil(output, task);
    liar.device.stop(); // it was given more at once
    return output;
  });
  liar.device.start();
  const { jobId } = (await other.submit(tiny(1))).body;
  const row = await whenChanged(server, liar.accountId, async () => (await rows(liar.driver)).find(isVoid));
  liar.device.stop();
  await server.coordinator.failJob(jobId as never, 'over');
  evidenceId = row.evidenceId ?? 0;
}

const CHECKER = join(import.meta.dirname, '../../evidence/check-evidence.mjs');

/** What the stand-alone script makes of a file of evidence. */
function checkEvidence(
  evidence: EvidenceView,
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = join(temporaryFolder(), 'evidence.json');
  writeFileSync(file, JSON.stringify(evidence));
  return new Promise((resolve) => {
    execFile(process.execPath, [CHECKER, file, ...args], (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

const isVoid = ({ state }: CreditRow): boolean => state === 'void';
const rows = async (driver: Asker): Promise<readonly CreditRow[]> =>
  (await driver.get<Credits>('/api/credits')).body.rows;
const view = (driver: Asker, id = evidenceId) => driver.get<EvidenceView & ErrorBody>(`/api/evidence/${id}`);
const appeal = (driver: Asker, id = evidenceId): Promise<Reply<AppealReply & ErrorBody>> =>
  driver.send(`/api/evidence/${id}/appeal`, { method: 'POST', headers: {} });
const deviceView = async ({ device, driver }: TestPhone): Promise<DeviceView> =>
  (await driver.get<DeviceView>(`/api/devices/${device.deviceId}`)).body;

describe('a phone that was wrong in a few pieces', () => {
  beforeEach(() => convict(4));

  test('is shown what was found, with all it takes to run the piece again', async () => {
    const { status, body } = await view(liar.driver);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      evidenceId,
      deviceId: liar.device.deviceId,
      kind: 'tiny',
      wrongChunks: 4,
      ruling: 'fault',
      appeal: null,
      voided: { units: 1, amountMicros: 50_000 },
    });
    expect(body.chunkOfRound).toBe(body.task * 64 + body.chunk);
    expect(equalDigests(body.claimed, body.expected)).toBe(false);
    expect((await fetch(server.url + body.kernelUrl)).status).toBe(200);
    expect(await deviceView(liar)).toMatchObject({ isBanned: false, evidenceId });
  });

  test('the evidence convinces a program that shares nothing with ours, and a false one does not', async () => {
    expect(readFileSync(CHECKER, 'utf8').match(/from '[^']+'|import\(/g)).toEqual([
      "from 'node:crypto'",
      "from 'node:fs'",
    ]);
    const { body } = await view(liar.driver);
    const right = await checkEvidence(body, kernelPath('tiny'));
    expect(right).toMatchObject({ code: 0, stdout: expect.stringContaining('The kernel says what the server says.') });
    expect(await checkEvidence(body, '--server', server.url)).toEqual(right);
    expect(await checkEvidence(body, kernelPath('route-plan'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('another kernel'),
    });
    const { claimed, expected } = body;
    const neither = { score: expected.score, hash: (expected.hash ^ 2) >>> 0 };
    const cases: readonly (readonly [Partial<EvidenceView>, string])[] = [
      [{ claimed: expected, expected: claimed }, 'the finding is wrong'],
      [{ expected: neither }, 'the finding proves nothing'],
    ];
    for (const [change, words] of cases) {
      const checked = await checkEvidence({ ...body, ...change }, kernelPath('tiny'));
      expect(checked).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
    }
  });

  test('may have it checked again, once; wrong stays wrong', async () => {
    const first = await appeal(liar.driver);
    expect([first.status, first.body]).toEqual([200, { outcome: 'upheld' }]);
    const second = await appeal(liar.driver);
    expect([second.status, second.body.error.code]).toEqual([409, 'already_appealed']);
    expect((await view(liar.driver)).body.appeal).toEqual({ at: expect.any(Number), outcome: 'upheld' });
    expect((await rows(liar.driver)).filter(isVoid)).toMatchObject([{ evidenceId }]);
  });

  test('two taps are one appeal', async () => {
    const taps = await Promise.all([appeal(liar.driver), appeal(liar.driver)]);
    expect(taps.map(({ body }) => body)).toEqual([{ outcome: 'upheld' }, { outcome: 'upheld' }]);
  });

  test('that was right after all is paid', async () => {
    // As if the first build had been wrong where the second is not.
    server.store.database.exec(
      `UPDATE evidence SET claimed_score = expected_score, claimed_hash = expected_hash WHERE id = ${evidenceId}`,
    );
    expect((await appeal(liar.driver)).body).toEqual({ outcome: 'granted' });
    const { body: credits } = await liar.driver.get<Credits>('/api/credits');
    expect(credits).toMatchObject({ postedMicros: 50_000, pendingMicros: 0 });
    expect(credits.rows).toMatchObject([{ state: 'restored', evidenceId, isHeld: false, postsAt: null }]);
    expect(await server.store.verifyLedger()).toMatchObject({ entriesSumMicros: 0, balancesMatch: true });
  });

  test('computed by a kernel that has been replaced: it cannot be checked by itself, and nothing is decided', async () => {
    server.store.database.exec(
      `UPDATE job SET kernel_hash = zeroblob(32) WHERE id = (SELECT job_id FROM evidence WHERE id = ${evidenceId})`,
    );
    const refused = await appeal(liar.driver);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'kernel_replaced']);
    expect((await view(liar.driver)).body).toMatchObject({ kernelUrl: null, appeal: null });
  });

  test('nobody else sees it or appeals for it; an admin sees it', async () => {
    for (const id of [evidenceId, 999_999, '0', '-1', 'x', '1.5']) {
      for (const refused of [await view(other, id as number), await appeal(other, id as number)]) {
        expect([id, refused.status, refused.body.error.code]).toEqual([id, 404, 'not_found']);
      }
    }
    expect((await view(server.operator)).body).toEqual((await view(liar.driver)).body);
    expect((await appeal(server.operator)).status).toBe(404);
    expect((await appeal(liar.driver)).status).toBe(200); // still its own to make
  });

  test('its findings are listed for admins alone', async () => {
    const path = `/api/admin/evidence?device=${liar.device.deviceId}`;
    const { body } = await server.operator.get<Findings>(path);
    expect(body.findings).toMatchObject([{ evidenceId, ruling: 'fault' }]);
    expect(body.findings[0]).not.toHaveProperty('jobInput');
    expect((await server.operator.get<Findings>('/api/admin/evidence?device=x')).body).toEqual({ findings: [] });
    expect((await server.operator.get<ErrorBody>('/api/admin/evidence')).status).toBe(422);
    expect((await server.operator.get<ErrorBody>(`${path}&page=1`)).body.error.code).toBe('unknown_field');
    for (const asked of [path, '/api/admin/evidence']) {
      expect((await liar.driver.get<ErrorBody>(asked)).status).toBe(404);
    }
  });
});

describe('a phone that was wrong in many pieces', () => {
  beforeEach(() => convict(20));

  test('is stopped: its driver sees why, and it is not let in again', async () => {
    expect(await deviceView(liar)).toMatchObject({ isBanned: true, evidenceId });
    expect((await view(liar.driver)).body).toMatchObject({ ruling: 'fraud', wrongChunks: 20 });
    const { link } = await liar.device.start().until((state) => state.link.state === 'off');
    expect(link).toEqual({ state: 'off', why: 'device_stopped' });
  });

  test('works again when it was right', async () => {
    server.store.database.exec(
      `UPDATE evidence SET claimed_score = expected_score, claimed_hash = expected_hash WHERE id = ${evidenceId}`,
    );
    expect((await appeal(liar.driver)).body).toEqual({ outcome: 'granted' });
    expect(await deviceView(liar)).toMatchObject({ isBanned: false });
    const { link } = await liar.device.start().until((state) => state.link.state === 'ready');
    expect(link.state).toBe('ready');
    liar.device.stop();
  });
});
