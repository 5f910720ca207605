import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type { JobList, JobView, LedgerCheck, PhoneReply } from '../../shared/protocol/rest.ts';
import { closeAll, startServer, type TestServer } from './testing/test-server.ts';

// Processes, threads and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 180_000 });

const FIXTURES = join(import.meta.dirname, '../../wasm/kinds/route-plan/fixtures');
const fixture = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ policy: { mainframeThreads: 2 } });
});
afterAll(closeAll);

const ask = (request: unknown, placement = 'pool') => ({ kind: 'route-plan', placement, request });
const csv = (...rows: readonly string[]): string => ['lat,lon', ...rows].join('\n');
const stops = (count: number): readonly (readonly [number, number])[] =>
  Array.from({ length: count }, (_, i) => [i % 37, Math.floor(i / 37)] as const);

const tourOf = (job: JobView | undefined): readonly number[] =>
  (must(job, 'a job').answer as { readonly tour: readonly number[] }).tour;

/** What arrives as stops, and the code and sentence it gets, always with status 422. */
const refused: Readonly<Record<string, readonly [request: unknown, code: string, message?: RegExp]>> = {
  'an empty file': ['', 'empty_file'],
  'a file of blank lines': ['\n \n', 'empty_file'],
  'a header and nothing else': [csv(), 'empty_file'],
  'no header': ['1,2\n3,4', 'bad_shape', /header/],
  'one stop': [csv('52.5,13.4'), 'too_few_stops', /at least 2.*got 1/],
  '1,001 stops': [{ stops: stops(1001) }, 'too_many_stops', /1,000.*1,001/],
  'a NaN in a file': [csv('52.5,13.4', 'NaN,13.4'), 'not_a_number', /Line 3/],
  'an infinity in a file': [csv('52.5,13.4', '52.5,Infinity'), 'not_a_number', /Line 3/],
  'a number too large for one': [csv('52.5,13.4', '1e999,13.4'), 'not_a_number', /Line 3/],
  'text for a number': [csv('52.5,13.4', 'Berlin,13.4'), 'not_a_number', /Line 3/],
  'text for a number in JSON': [
    {
      stops: [
        [1, 2],
        ['3', 4],
      ],
    },
    'not_a_number',
    /Stop 2/,
  ],
  'latitude 91': [csv('52.5,13.4', '91,13.4'), 'latitude_out_of_range', /Line 3.*91/],
  'longitude 181': [csv('52.5,13.4', '52.5,181'), 'longitude_out_of_range', /Line 3.*181/],
  'an unknown field': [{ stops: stops(3), colour: 'red' }, 'unknown_field', /colour/],
  'an unknown metric': [{ stops: stops(3), metric: 'moon' }, 'unknown_metric', /moon/],
};

describe('stops that are refused:', () => {
  test.each(Object.entries(refused))('%s', async (_name, [request, code, message = /./]) => {
    const reply = await server.operator.submit<ErrorBody>(ask(request));
    expect(reply.body.error.code).toBe(code);
    expect(reply.status).toBe(422);
    expect(reply.body.error.message).toMatch(message);
  });

  test('an infinity in JSON', async () => {
    const body = '{"kind":"route-plan","request":{"stops":[[1,2],[1e999,4]]}}';
    const reply = await server.operator.submit<ErrorBody>(body);
    expect([reply.status, reply.body.error.code]).toEqual([422, 'not_a_number']);
  });

  test('and nothing of it was filed', async () => {
    expect((await server.operator.get<JobList>('/api/jobs')).body.jobs).toEqual([]);
  });
});

describe('placement', () => {
  test('up to 200 stops stay on the asking phone, and no job is filed', async () => {
    for (const placement of ['auto', 'phone']) {
      const reply = await server.operator.submit<PhoneReply>(ask({ stops: stops(200) }, placement));
      expect([reply.status, reply.body]).toEqual([200, { placement: 'phone' }]);
    }
    expect((await server.operator.get<JobList>('/api/jobs')).body.jobs).toEqual([]);
  });

  test('201 do not fit there', async () => {
    const reply = await server.operator.submit(ask({ stops: stops(201) }, 'phone'));
    expect([reply.status, reply.body.error.code]).toEqual([422, 'too_large_for_phone']);
  });
});

test('duplicate stops are a request like any other, and the real berlin52 comes out at its proven optimum', async () => {
  const doubled = csv('52.5,13.4', '52.5,13.4', '52.6,13.5', '52.6,13.5');
  const filed = await server.operator.submit(ask(doubled));
  const berlin = await server.operator.submit(ask(fixture('berlin52.tsp')));
  expect([filed.status, berlin.status]).toEqual([202, 202]);
  const [small, large] = await Promise.all([filed, berlin].map(({ body }) => server.operator.settled(body.jobId)));
  // The two doubled places follow each other, whichever of the two comes first.
  expect(small).toMatchObject({ state: 'answered', answer: { tour: [0, 1, expect.any(Number), expect.any(Number)] } });
  expect(large).toMatchObject({
    state: 'answered',
    units: 8,
    unitsChecked: 8,
    roundLengths: [7542],
    answer: { length: 7542 },
  });
  expect(new Set(tourOf(large)).size).toBe(52);
  const { body } = await server.operator.get<LedgerCheck>('/api/ledger/verify');
  expect(body).toMatchObject({ entriesSumMicros: 0, balancesMatch: true });
});
