import { afterEach, describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { jobId } from '../../shared/ids.ts';
import { POLICY, type LimitPolicy } from '../../shared/model/policy.ts';
import { encodeFrame, type Frame } from '../../shared/protocol/frames.ts';
import { closeAll, startServer, tiny, type TestServer } from '../http/testing/test-server.ts';
import { challengeOf, enrol, Line, prove } from './testing/line.ts';

afterEach(closeAll);

/** Each limit at what policy says, and where it says nothing: there the same thing passes. */
const withLimits = (limits: Partial<LimitPolicy>): Promise<TestServer> =>
  startServer({ policy: { mainframeThreads: 0, limits: { ...POLICY.limits, ...limits } } });

async function linked(server: TestServer, { id, key }: Awaited<ReturnType<typeof enrol>>): Promise<Line> {
  const line = new Line(server);
  await line.send(prove(server.url, await challengeOf(line, id), id, key));
  return line;
}

const REPORT = { reason: 0, duty: 150, bytesToday: 0 };

describe('the limits of a link, as they ship:', () => {
  test('16 KB from a device, 64 KB to it, 10 s to prove itself, 20 an address, 4 an account', () => {
    const { deviceFrameBytes, serverFrameBytes, authMs, linksPerAddress, linksPerAccount } = POLICY.limits;
    expect([deviceFrameBytes, serverFrameBytes, authMs, linksPerAddress, linksPerAccount]).toEqual([
      16_384, 65_536, 10_000, 20, 4,
    ]);
  });

  test('a message past 16 KB ends the link before it is read; where more is allowed, it is read and found malformed', async () => {
    const big = new Uint8Array(16 * 1024 + 1);
    const cut = new Line(await withLimits({}));
    await cut.sendRaw(big);
    expect(await cut.next()).toEqual({ type: 'bye', code: 'timed_out' }); // the line just ends
    const read = new Line(await withLimits({ deviceFrameBytes: 32 * 1024 }));
    await read.sendRaw(big);
    expect((await read.next()).type).toBe('bye');
  });

  test('what is too large for a phone is not sent: the link ends, and the operator is told', async () => {
    const server = await withLimits({ serverFrameBytes: 1_000 });
    const asker = await server.openAsker('Cleo', 'driver');
    await asker.submit(tiny(4));
    const device = await enrol(server);
    const line = await linked(server, device);
    expect((await line.next()).type).toBe('ready');
    await line.send({ type: 'exchange', deviceId: device.id, seq: 1, groups: [], want: 1, report: REPORT } as Frame);
    const reply = await line.next();
    const lease = must(reply.type === 'reply' ? reply.leases[0] : undefined, 'a lease');
    await line.send({ type: 'need', jobId: lease.jobId, round: lease.round, holdsJob: false });
    expect(await line.next()).toEqual({ type: 'bye', code: 'overloaded' });
    expect(server.said.join('\n')).toMatch(/a frame of \d+ bytes: expected at most 1000/);
  });

  test('an account has four; the fifth is told to go, and those of before stay', async () => {
    const server = await withLimits({});
    const { id: owner } = await server.coordinator.openAccount('Driver', 'driver');
    const devices = [];
    for (let i = 0; i < 5; i++) devices.push(await enrol(server, owner));
    const lines = [];
    for (const device of devices) lines.push(await linked(server, device));
    const first = await Promise.all(lines.map(async (line) => (await line.next()).type));
    expect(first).toEqual(['ready', 'ready', 'ready', 'ready', 'bye']);
    await must(lines[0], 'a line').send({
      type: 'exchange',
      deviceId: must(devices[0], 'one').id,
      seq: 1,
      groups: [],
      want: 1,
      report: REPORT,
    } as Frame);
    expect((await must(lines[0], 'a line').next()).type).toBe('reply');
  });

  test('addresses are counted behind a proxy that is trusted by what it says, and by itself if it is not', async () => {
    const limits = { ...POLICY.limits, linksPerAddress: 1 };
    const statusOf = async (trustedProxies: number): Promise<number | undefined> => {
      const server = await startServer({ policy: { mainframeThreads: 0, limits }, trustedProxies });
      const { id } = await enrol(server);
      const from = (address: string): Line =>
        new Line(server, server.url, '/link', { headers: { 'X-Forwarded-For': address } });
      await challengeOf(from('198.51.100.1'), id);
      const second = from('198.51.100.2');
      await Promise.race([second.until(() => second.isClosed), challengeOf(second, id)]);
      return second.status;
    };
    expect([await statusOf(0), await statusOf(1)]).toEqual([429, undefined]);
  });
});

test('a device that reads nothing of what it asks for is cut; one that reads gets it all', async () => {
  const server = await withLimits({ unreadBytes: 256 * 1024 });
  const asker = await server.openAsker('Cleo', 'driver');
  const ask = async (reads: boolean): Promise<number> => {
    const device = await enrol(server);
    const line = await linked(server, device);
    expect((await line.next()).type).toBe('ready');
    await line.send({ type: 'exchange', deviceId: device.id, seq: 1, groups: [], want: 1, report: REPORT } as Frame);
    const reply = await line.next();
    const lease = must(reply.type === 'reply' ? reply.leases[0] : undefined, 'a lease');
    if (!reads) line.pause();
    // What loopback holds in its own buffers is some megabytes; an input of this job is ten kilobytes or more.
    const need = encodeFrame({ type: 'need', jobId: jobId(lease.jobId), round: lease.round, holdsJob: false });
    let got = 0;
    for (let sent = 0; sent < 4_000 && !line.isClosed; sent++) {
      await line.sendRaw(need);
      if (reads) got += (await line.next()).type === 'input' ? 1 : 0;
      else if (sent % 50 === 49) await server.coordinator.tick();
      if (reads && got === 200) break;
    }
    if (!reads) {
      await expect
        .poll(async () => (await server.operator.get<{ linked: number }>('/api/admin/fleet')).body.linked)
        .toBe(0);
    }
    line.drop();
    return got;
  };
  await asker.submit({
    kind: 'tiny',
    placement: 'pool',
    request: { numbers: Array.from({ length: 4_000 }, (_, i) => i), units: 4 },
  });
  expect(await ask(true)).toBe(200);
  await expect
    .poll(async () => (await server.operator.get<{ linked: number }>('/api/admin/fleet')).body.linked)
    .toBe(0);
  await asker.submit(tiny(4));
  expect(await ask(false)).toBe(0);
});
