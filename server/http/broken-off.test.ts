import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { closeAll, startServer } from './testing/test-server.ts';

afterEach(closeAll);

const FRAMED = {
  'its length told': 'Content-Length: 500\r\n\r\n{"kind":',
  'in chunks': 'Transfer-Encoding: chunked\r\n\r\n8\r\n{"kind":\r\n',
};

describe('a request whose sender leaves in the middle', () => {
  /** Found by the fuzzer: it was an incident, so that whoever liked could fill the operator's log. */
  test.each(Object.entries(FRAMED))('is nobody’s bug: its body with %s', async (_name, rest) => {
    const server = await startServer();
    const socket = connect({ port: server.port, host: '127.0.0.1' }).on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(`POST /api/accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${rest}`);
    await server.operator.get('/api/me'); // by then the other has been begun
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect((await server.operator.get('/api/health')).status).toBe(200);
    await server.close(); // waits for what is under way
    expect(server.said.filter((line) => line.startsWith('incident'))).toEqual([]);
  });
});
