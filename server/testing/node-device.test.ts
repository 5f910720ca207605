import { afterEach, describe, expect, it } from 'vitest';
import type { AgentState, Link } from '../../shared/agent/agent-state.ts';
import { undelivered } from '../../shared/agent/outbox.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { bestChunk } from '../../shared/protocol/output.ts';
import { closeAll, startServer, temporaryFolder, tiny, tinyRequest, smallestSum } from '../http/testing/test-server.ts';
import { enrolledDevice } from './enrolled-device.ts';
import { makeNodeKey, type NodeDevice } from './node-device.ts';

const devices: NodeDevice[] = [];

/** Stopped after the test, whatever became of it. */
const kept = async (opening: Promise<NodeDevice>): Promise<NodeDevice> => {
  const device = await opening;
  devices.push(device);
  return device;
};

afterEach(async () => {
  for (const device of devices.splice(0)) device.stop();
  await closeAll();
});

const ONLY_PEERS = { policy: { mainframeThreads: 0 } };
const isReady = ({ link }: AgentState): boolean => link.state === 'ready';
const isOff = ({ link }: AgentState): boolean => link.state === 'off';

describe('a device in Node', () => {
  it('links, computes what it is leased and is paid for it, with nobody else at work', async () => {
    const server = await startServer(ONLY_PEERS);
    const asker = await server.openAsker('Asker', 'driver');
    const [one, two] = await Promise.all([kept(enrolledDevice(server)), kept(enrolledDevice(server))]);
    one.start();
    two.start();
    await Promise.all([one.until(isReady), two.until(isReady)]);
    const { body: job } = await asker.submit(tiny(6));
    const settled = await asker.settled(job.jobId);
    expect(settled).toMatchObject({ state: 'answered', answer: { sum: smallestSum(tinyRequest(6)) } });
    expect(one.unitsDone() + two.unitsDone()).toBeGreaterThanOrEqual(6);
  });

  it.each<[string, Parameters<typeof enrolledDevice>[1], Link['state'], string | undefined]>([
    ['a device that is not opted in', { isOptedIn: false }, 'off', 'not_opted_in'],
    ['a page of another origin', { origin: 'https://elsewhere.example' }, 'backing_off', undefined],
  ])('is refused: %s', async (_, options, state, why) => {
    const server = await startServer(ONLY_PEERS);
    const device = await kept(enrolledDevice(server, options));
    const { link } = await device.start().until((now) => now.link.state === state);
    expect('why' in link ? link.why : undefined).toBe(why);
  });

  it('is refused with a key that is not the one it enrolled with', async () => {
    const server = await startServer(ONLY_PEERS);
    const { deviceId } = await kept(enrolledDevice(server));
    const stranger = await kept(enrolledDevice(server, { deviceId, key: makeNodeKey() }));
    const { link } = await stranger.start().until(isOff);
    expect(link).toEqual({ state: 'off', why: 'bad_signature' });
  });

  it.each<[string, (device: NodeDevice) => void]>([
    ['the line is cut', (device) => device.cut()],
    ['garbage is sent', (device) => device.write(Uint8Array.of(1, 2, 3))],
    ['text is sent', (device) => device.write('hello')],
    ['too much is sent', (device) => device.write(new Uint8Array(17 * 1024))],
  ])('comes back by itself after %s', async (_, disturb) => {
    const server = await startServer(ONLY_PEERS);
    const device = await kept(enrolledDevice(server));
    const { linkNo } = await device.start().until(isReady);
    disturb(device);
    const back = await device.until((state) => state.linkNo > linkNo && isReady(state));
    expect(back.link.state).toBe('ready');
  });

  it('throws its own older link out', async () => {
    const server = await startServer(ONLY_PEERS);
    const key = makeNodeKey();
    const older = await kept(enrolledDevice(server, { key }));
    await older.start().until(isReady);
    const newer = await kept(enrolledDevice(server, { key, deviceId: older.deviceId }));
    await newer.start().until(isReady);
    expect((await older.until(isOff)).link).toEqual({ state: 'off', why: 'replaced' });
  });

  it('lies, and gets in nobody’s way: idle devices are woken in turn, so a spoiled slot goes to another', async () => {
    const server = await startServer(ONLY_PEERS);
    const liar = await kept(
      enrolledDevice(server, {
        alter(output) {
          const { chunk } = bestChunk(output);
          return output.map((byte, i) => (i < 512 && i % 8 === 4 && i >> 3 !== chunk ? byte ^ 1 : byte));
        },
      }),
    );
    const honest = await kept(enrolledDevice(server));
    await liar.start().until(isReady); // first on the line
    await honest.start().until(isReady);
    const asker = await server.openAsker('Asker', 'driver');
    const { body: job } = await asker.submit(tiny(3));
    expect((await asker.settled(job.jobId)).state).toBe('answered');
    const account = async (deviceId: DeviceId): Promise<unknown> =>
      server.store.database
        .prepare(
          `SELECT coalesce(sum(micros), 0) AS micros FROM balance JOIN device ON id = ? AND account = 'pending:' || account_id`,
        )
        .get(deviceId);
    expect(await account(liar.deviceId)).toEqual({ micros: 0 });
    expect(await account(honest.deviceId)).toEqual({ micros: 3 * POLICY.priceMicros });
  });

  it('finishes a job across a restart of the server, on the same port and data', async () => {
    const dataDir = temporaryFolder();
    const first = await startServer({ ...ONLY_PEERS, dataDir });
    const asker = await first.openAsker('Asker', 'driver');
    const device = await kept(enrolledDevice(first));
    await device.start().until(isReady);
    const { body: job } = await asker.submit(tiny(6));
    await device.until(() => device.unitsDone() > 0);
    const { linkNo } = device.state();
    await first.close();

    const { port } = first;
    const second = await startServer({ ...ONLY_PEERS, dataDir, port });
    await device.until((state) => state.linkNo > linkNo && isReady(state));
    await device.until(({ outbox }) => device.unitsDone() >= 6 && undelivered(outbox).length === 0);
    expect(await asker.settled(job.jobId)).toMatchObject({ state: 'answered' });
    expect((await second.store.verifyLedger()).entriesSumMicros).toBe(0);
  });
});
