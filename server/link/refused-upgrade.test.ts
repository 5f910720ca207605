import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { closeAll, temporaryFolder } from '../http/testing/test-server.ts';
import { runServer } from '../http/testing/test-process.ts';

const UPGRADE = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

describe('an upgrade that is refused', () => {
  const sockets: Socket[] = [];
  let server: Awaited<ReturnType<typeof runServer>>;
  beforeAll(async () => {
    server = await runServer(temporaryFolder());
  });
  afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));
  afterAll(async () => {
    server.kill('SIGTERM');
    await server.ended;
    await closeAll();
  });

  const dial = (): Socket => {
    const { port, hostname: host } = new URL(server.url);
    const socket = connect({ port: Number(port), host, allowHalfOpen: true }).on('error', () => undefined);
    sockets.push(socket);
    return socket;
  };
  const say = async (text: string): Promise<string> => {
    const socket = dial();
    socket.write(text);
    let heard = '';
    socket.on('data', (data: Buffer) => (heard += data.toString()));
    await once(socket, 'end');
    return heard;
  };

  /** Found by the fuzzer: what `new URL` does not take ended the process. */
  test.each(['//', '///', 'http://[/link', '//@', '/link%00', '*'])('of the target %s is not found', async (target) => {
    expect(await say(`GET ${target} HTTP/1.1\r\n${UPGRADE}`)).toMatch(/^HTTP\/1\.1 404 /);
  });

  /** Found by the fuzzer: nobody listened to the errors of a socket that was no longer Node's and not yet a link's. */
  test('by a peer that has reset the connection meanwhile leaves the server up', async () => {
    for (let i = 0; i < 100; i++) {
      const socket = dial();
      await once(socket, 'connect');
      socket.write(`GET /elsewhere HTTP/1.1\r\n${UPGRADE}`);
      await new Promise(setImmediate);
      socket.resetAndDestroy();
    }
    expect(await say('GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('is over for both sides, also when the peer keeps its own open', async () => {
    const socket = dial();
    socket.write(`GET /link HTTP/1.1\r\n${UPGRADE}`);
    socket.resume();
    await once(socket, 'end');
    // A server that has gone answers with a reset, which the write after it meets.
    while (!socket.destroyed)
      await new Promise<void>((resolve) => socket.write('still here', () => setImmediate(resolve)));
    expect(socket.destroyed).toBe(true);
  });
});
