import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface FrontServer {
  readonly url: string;
  /** Where `/api`, `/kernels` and `/link` go: known once the server that must know this address is up. */
  server: string | undefined;
  /** Answers a path here instead. */
  readonly instead: Map<string, (response: ServerResponse) => void>;
  /** TCP payload of all device links so far, both ways. */
  linkBytes(): number;
  /** Device links that are open now. */
  linkCount(): number;
  /** Cuts every device link without a word. */
  cutLinks(): void;
  close(): Promise<void>;
}

/**
 * One origin for a page that Vite serves and a server that does not know Vite: the page's sources come from one, API,
 * kernels and link from the other, and what passes on the link is counted.
 */
export async function openFront(vite: string): Promise<FrontServer> {
  const links = new Set<{ readonly socket: Socket; readonly counted: () => number }>();
  const upgraded = new Set<Socket>();
  let bytesOfClosed = 0;
  const targetOf = (path: string): string => (/^\/(api|kernels|link)/.test(path) ? (front.server ?? vite) : vite);

  function forward(from: IncomingMessage, to: ServerResponse): void {
    const path = from.url ?? '/';
    const own = front.instead.get(path.split('?')[0] ?? path);
    if (own) return own(to);
    const { hostname, port } = new URL(targetOf(path));
    const headers = { ...from.headers };
    const onward = request({ hostname, port, path, method: from.method, headers }, (reply) => {
      to.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(to);
    });
    onward.on('error', () => to.destroy());
    from.pipe(onward);
  }

  function upgrade(from: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { hostname, port } = new URL(targetOf(from.url ?? '/'));
    const onward = connect(Number(port), hostname);
    const lines = from.rawHeaders.flatMap((name, i) => (i % 2 ? [] : [`${name}: ${from.rawHeaders[i + 1]}`]));
    const opening = `${[`${from.method} ${from.url} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`;
    const link = { socket: onward, counted: () => onward.bytesRead + onward.bytesWritten };
    if (from.url === '/link') links.add(link); // Vite has a socket of its own, and reloads the page when it is cut
    upgraded.add(onward);
    onward.write(opening);
    onward.write(head);
    onward.pipe(socket).pipe(onward);
    const end = (): void => {
      if (links.delete(link)) bytesOfClosed += link.counted();
      upgraded.delete(onward);
      socket.destroy();
      onward.destroy();
    };
    for (const one of [socket, onward]) one.on('error', end).on('close', end);
  }

  const http = createServer(forward).on('upgrade', upgrade);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const front: FrontServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    server: undefined,
    instead: new Map(),
    linkBytes: () => [...links].reduce((sum, link) => sum + link.counted(), bytesOfClosed),
    linkCount: () => links.size,
    cutLinks() {
      for (const { socket } of links) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        for (const socket of upgraded) socket.destroy();
        http.closeAllConnections();
      }),
  };
  return front;
}
