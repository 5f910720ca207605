import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectRoutes } from 'hono/dev';
import { afterEach, expect, test } from 'vitest';
import { closeAll, startServer, temporaryFolder, type TestServer } from '../../../server/http/testing/test-server.ts';
import { NO_ROUTES, OUTSIDE_OPENAPI } from './outside-openapi.ts';
import { operationsOf } from './world.ts';

afterEach(closeAll);

async function served(options: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  return startServer({ policy: { mainframeThreads: 0 }, ...options });
}

/** What answers, by Hono's own table: guards only pass on, but for the site's, which answers where it has a file. */
const answering = ({ app }: TestServer): readonly string[] =>
  inspectRoutes(app)
    .filter(({ isMiddleware, path, method }) => !isMiddleware || (method === 'GET' && path === '/*'))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);

async function documented({ url }: TestServer): Promise<readonly string[]> {
  const document: unknown = await (await fetch(`${url}/api/openapi.json`)).json();
  return operationsOf(document).map(({ method, path }) => `${method} ${path}`);
}

test('every route the server answers is in the document it serves, or named with what the fuzzer sends there', async () => {
  const siteDir = join(temporaryFolder(), 'site');
  mkdirSync(siteDir);
  writeFileSync(join(siteDir, 'index.html'), '<!doctype html>');
  const [bare, withSite] = [await served(), await served({ siteDir })];
  const routes = [...new Set([...answering(bare), ...answering(withSite)])];
  const known = await documented(bare);
  expect(known.length).toBeGreaterThan(50);
  expect(routes.filter((route) => !known.includes(route)).toSorted()).toEqual(Object.keys(OUTSIDE_OPENAPI).toSorted());
  expect(known.filter((route) => !routes.includes(route))).toEqual([]);
});

test('the sign-in library answers at no address of its own', async () => {
  const { url, operator } = await served();
  for (const path of NO_ROUTES.filter((one) => one.startsWith('/api/auth'))) {
    const reply = await operator.send(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect([path, reply.status, (await fetch(url + path)).status]).toEqual([path, 404, 401]);
  }
});
