import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, vi } from 'vitest';
import WebSocket, { type ServerOptions } from 'ws';
import type * as Ws from 'ws';
import { closeAll, tiny, type TestServer } from '../../server/http/testing/test-server.ts';
import { challengeOf, enrol, Line } from '../../server/link/testing/line.ts';
import { attack, count } from './attack.ts';
import { withLimits } from './target.ts';

/** Holding what the server has few of: sockets, memory, turns. */

/** While this is off, the library under the links answers pings without end. */
const pongs = vi.hoisted(() => ({ areBounded: true }));
vi.mock('ws', async (original) => {
  const real = await original<typeof Ws>();
  class WebSocketServer extends real.WebSocketServer {
    constructor(options: ServerOptions) {
      super({ ...options, ...(!pongs.areBounded && { maxPendingAutoPongs: 0 }) } as ServerOptions);
    }
  }
  return { ...real, WebSocketServer };
});

const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await closeAll();
});

interface Raw {
  readonly socket: Socket;
  heard(): string;
  readonly closed: Promise<unknown>;
}

function openRaw({ port }: TestServer, said: string): Raw {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  let heard = '';
  socket.on('data', (data) => (heard += data));
  socket.write(said);
  return { socket, heard: () => heard, closed: once(socket, 'close') };
}

const HEAD = 'GET /api/health HTTP/1.1\r\nHost: x\r\n';
const SLOW = `${HEAD}X-Slow: `;

attack('slow links: headers that never end (slowloris)', { control: 'limits.headerMs' }, async (control) => {
  const short = { headerMs: 100, requestMs: 100 };
  const server = await withLimits(control === 'on' ? short : { headerMs: 60_000, requestMs: 60_000 });
  const slow = Array.from({ length: 5 }, () => openRaw(server, SLOW));
  // As long as the control takes, measured by another server that has it.
  await openRaw(await withLimits(short), SLOW).closed;
  if (control === 'on') await Promise.all(slow.map(({ closed }) => closed));
  return count(slow.length, async (i) => {
    const one = slow[i];
    if (!one || one.socket.destroyed) return false;
    one.socket.write('\r\nConnection: close\r\n\r\n'); // it was held all the while, and is served at last
    await one.closed;
    return one.heard().startsWith('HTTP/1.1 200');
  });
});

attack('slow links: links that never prove who they are', { control: 'limits.authMs' }, async (control) => {
  const server = await withLimits({ authMs: control === 'on' ? 100 : 60_000 });
  const { id } = await enrol(server);
  const silent = Array.from({ length: 5 }, () => new Line(server));
  const other = await withLimits({ authMs: 100 });
  const reference = new Line(other);
  await reference.until(() => reference.isClosed);
  if (control === 'on') for (const line of silent) await line.until(() => line.isClosed);
  const tries = await count(silent.length, async (i) => {
    const line = silent[i];
    return line !== undefined && !line.isClosed && (await challengeOf(line, id)).length === 32;
  });
  for (const line of silent) line.drop();
  return tries;
});

attack('flood: connections of one address', { control: 'limits.socketsPerAddress', passes: 10 }, async (control) => {
  const server = await withLimits({ socketsPerAddress: control === 'on' ? 10 : 1_000 });
  return count(20, async () => {
    const { socket, closed } = openRaw(server, `${HEAD}\r\n`);
    return Promise.race([closed.then(() => false), once(socket, 'data').then(() => true)]);
  });
});

attack(
  'flood: pings whose answers nobody reads',
  { control: 'maxPendingAutoPongs of ws: 60 answers unsent, and the link ends' },
  async (control) => {
    pongs.areBounded = control === 'on';
    const server = await withLimits({});
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/link`, { origin: server.url });
    socket.on('error', () => undefined);
    await once(socket, 'open');
    socket.pause();
    // What loopback's own buffers hold is some megabytes: past that the server would keep every answer in memory.
    const [payload, most] = [Buffer.alloc(125), 80_000];
    let sent = 0;
    while (sent < most && socket.readyState === WebSocket.OPEN) {
      for (let i = 0; i < 999; i++) socket.ping(payload, true, () => undefined);
      await new Promise<void>((resolve) => socket.ping(payload, true, () => resolve()));
      sent += 1_000;
    }
    socket.terminate();
    return { tried: 1, through: sent >= most ? 1 : 0 };
  },
);

attack('flood: writes of one account', { control: 'limits.writesPerMinute', passes: 3 }, async (control) => {
  const server = await withLimits({ writesPerMinute: control === 'on' ? 3 : 10_000 }); // the next one in 20 s
  const asker = await server.openAsker('Eve', 'driver');
  const tries = await count(
    8,
    async () => (await asker.send('/api/nowhere', { method: 'DELETE', headers: {} })).status === 404,
  );
  expect((await asker.get('/api/jobs')).status, 'reading goes on').toBe(200);
  return tries;
});

attack('flood: dear reads of one account', { control: 'limits.readsPerMinute', passes: 3 }, async (control) => {
  const server = await withLimits({ readsPerMinute: control === 'on' ? 3 : 10_000 }); // the next one in 20 s
  const asker = await server.openAsker('Eve', 'driver');
  const tries = await count(8, async () => (await asker.get('/api/jobs?limit=100')).status === 200);
  expect((await asker.submit(tiny(1))).status, 'writing goes on').toBe(202);
  return tries;
});
