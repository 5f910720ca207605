import type { Context, MiddlewareHandler } from 'hono';
import { errorReply } from './error-reply.ts';

/**
 * Refuses a body past `mostBytes`: at once when it says its length, else as soon as it has passed it. Hono's own does the
 * latter by making a new Request, which the Node server's requests do not survive without replacing the global class.
 */
export function limitBody(mostBytes: number): MiddlewareHandler {
  return async (c, next) => {
    if (Number(c.req.header('content-length') ?? 0) > mostBytes) return tooLarge(c, mostBytes);
    if (c.req.header('transfer-encoding') !== undefined && c.req.raw.body) {
      const body = await readUpTo(c.req.raw.body, mostBytes);
      if (!body) return tooLarge(c, mostBytes);
      Object.assign(c.req.bodyCache, { arrayBuffer: Promise.resolve(body) }); // where Hono looks before it reads
    }
    return next();
  };
}

async function readUpTo(stream: ReadableStream<Uint8Array>, mostBytes: number): Promise<ArrayBuffer | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > mostBytes) return undefined;
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts)).buffer;
}

function tooLarge(c: Context, mostBytes: number): Response {
  c.header('Connection', 'close'); // the rest of the body is not read, so nothing can follow it
  return errorReply(c, 'too_large', `The body is too large: expected at most ${mostBytes} bytes.`);
}
