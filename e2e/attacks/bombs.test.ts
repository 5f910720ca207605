import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { closeAll, tiny } from '../../server/http/testing/test-server.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import { attack, count } from './attack.ts';
import { openTarget, withLimits } from './target.ts';

/** Small requests that would cost much. */

afterEach(closeAll);

const nested = (levels: number): string =>
  `{"kind":"tiny","placement":"pool","request":{"numbers":${'['.repeat(levels)}1${']'.repeat(levels)}}}`;

attack('input bomb: JSON that nests without end', { control: 'limits.jsonDepth' }, async (control) => {
  const server = await withLimits(control === 'on' ? {} : { jsonDepth: 1_000_000 });
  const asker = await server.openAsker('Eve', 'driver');
  expect((await asker.submit(tiny(1))).status).toBe(202);
  const levels = [15, 100, 500];
  return count(levels.length, async (i) => {
    const { body } = await asker.submit<ErrorBody>(nested(must(levels[i], 'levels')));
    return body.error.code === 'not_a_number'; // it came to the kind itself
  });
});

attack('input bomb: a body of megabytes', { control: 'limits.requestBytes' }, async (control) => {
  const server = await withLimits(control === 'on' ? {} : { requestBytes: 16 * 1024 * 1024 });
  const asker = await server.openAsker('Eve', 'driver');
  return count(2, async (i) => {
    const body = { kind: 'tiny', placement: 'pool', request: 'x'.repeat((i + 1) * 1024 * 1024) };
    return (await asker.submit<ErrorBody>(body)).body.error.code === 'bad_shape'; // it was read
  });
});

/** What no policy turns on or off: parsers are built so. Each stands beside a request that is taken. */
test('input bombs that find nothing to set off: huge numbers, 90 kB of text, repeated keys, prototypes, zipped bodies', async () => {
  const server = await openTarget();
  const asker = await server.openAsker('Eve', 'driver');
  const codeOf = async (body: string, headers: Record<string, string> = {}): Promise<string> => {
    const reply = await asker.submit<Partial<ErrorBody>>(body, headers);
    return reply.body.error?.code ?? String(reply.status);
  };
  const fine = JSON.stringify(tiny(1));
  expect(await codeOf(fine)).toBe('202');
  expect(await codeOf('{"kind":"tiny","placement":"pool","request":{"numbers":[1e999]}}')).toBe('not_a_number');
  expect(await codeOf(`{"kind":"tiny","request":{"numbers":[1],"units":${'9'.repeat(100_000)}}}`)).not.toBe('202');
  expect(await codeOf(JSON.stringify({ kind: 'route-plan', request: 'x'.repeat(90_000) }))).not.toMatch(/^2|internal/);
  // Of repeated keys the last one counts, for every reader: there is one parser.
  expect(await codeOf(fine.replace('{', '{"kind":"chess",'))).toBe('202');
  expect(await codeOf(fine.replace(/}$/, ',"kind":"chess"}'))).toBe('unknown_kind');
  expect(await codeOf(fine.replace('{', '{"__proto__":{"role":"admin"},'))).not.toBe('internal');
  expect(({} as { role?: string }).role).toBeUndefined();
  // Nothing is unzipped, so nothing grows a thousandfold.
  const zipped = await fetch(`${server.url}/api/accounts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
    body: gzipSync(Buffer.alloc(1024 * 1024, 0x20)),
  });
  expect(((await zipped.json()) as ErrorBody).error.code).toBe('bad_json');
});
