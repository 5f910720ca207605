import { below, type Rng } from '../../../shared/rng.ts';
import { among, between, chance, noise } from './dice.ts';
import type { Case, Message } from './case.ts';
import { NO_ROUTES, OUTSIDE_OPENAPI } from './outside-openapi.ts';
import { jobBody, spoilRequest, spoilValue, TEXT_MUTATION_NAMES, TEXT_MUTATIONS, valueFor } from './spoil-json.ts';
import type { FuzzWorld, Operation } from './world.ts';

interface Request {
  readonly kind: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: Buffer | undefined;
}

/** A few requests down one connection without waiting for answers; the last says that it is. */
export function caseOfHttp(rng: Rng, world: FuzzWorld): Case {
  const requests = Array.from({ length: between(rng, 1, 8) }, () => makeRequest(rng, world));
  const whole = Buffer.concat(requests.map((request, i) => bytesOf(request, world, i === requests.length - 1)));
  const cut = chance(rng, 10) ? below(rng, whole.length) : whole.length; // in two packets, cut anywhere
  const messages: Message[] = [whole.subarray(0, cut), whole.subarray(cut)]
    .filter((bytes) => bytes.length > 0)
    .map((bytes) => ({ bytes, as: 'raw' }));
  const kinds = requests.map(({ kind }) => kind);
  return { group: 'http', kinds, opening: 'tcp', messages, ending: chance(rng, 93) ? 'answered' : 'reset' };
}

function makeRequest(rng: Rng, world: FuzzWorld): Request {
  if (chance(rng, 12)) return elsewhere(rng, world);
  const ofBodies = chance(rng, 40); // reading is soon tried out; what is written goes deep
  const operation = among(
    rng,
    world.operations.filter(({ path, body }) => !isStream(path) && (!ofBodies || body !== undefined)),
  );
  const method = chance(rng, 6) ? among(rng, METHODS) : operation.method;
  const target = spoilTarget(targetOf(operation, rng, world), rng);
  const who = credentials(rng, world, operation);
  const headers = [...who.headers, ...oddHeaders(rng)];
  if (method === 'GET' || method === 'HEAD')
    return { kind: `${method} ${operation.path}`, method, target, headers, body: undefined };
  const { text, kind } = bodyOf(operation, rng, world);
  const body = Buffer.from(who.isAdmin ? withoutEffect(text) : text, 'utf8');
  const broken = chance(rng, 5) ? Buffer.from(noise(rng, Math.min(body.length, 400))) : body;
  const type = chance(rng, 88) ? 'application/json' : among(rng, CONTENT_TYPES);
  return {
    kind: `${method} ${operation.path} ${kind}`,
    method,
    target,
    headers: [...headers, `Content-Type: ${type}`],
    body: broken,
  };
}

const isStream = (path: string): boolean => path.endsWith('/events') || path.endsWith('/stream');

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH', 'PURGE'];
const CONTENT_TYPES = [
  'text/plain',
  '',
  'application/json; charset=utf-16',
  'application/json;;;',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/vnd.a+json',
  '\u00ff',
  'json',
];

/** Off the document: pages, files, kernels, and what is not there. */
function elsewhere(rng: Rng, world: FuzzWorld): Request {
  const isThere = chance(rng, 70);
  const target = among(rng, isThere ? among(rng, Object.values(OUTSIDE_OPENAPI))(world) : NO_ROUTES);
  const method = chance(rng, 80) ? 'GET' : among(rng, METHODS);
  const headers = [...oddHeaders(rng), ...oddHeaders(rng)];
  const body = method === 'GET' || method === 'HEAD' ? undefined : Buffer.alloc(0);
  return { kind: `${method} elsewhere`, method, target, headers, body };
}

function targetOf({ path, parameters }: Operation, rng: Rng, world: FuzzWorld): string {
  const filled = path.replace(/\{\w+\}/g, () =>
    among(rng, [
      String(world.deviceId),
      '1',
      '2',
      '0',
      '-1',
      '1e3',
      '4294967295',
      '4294967296',
      '9007199254740993',
      'x',
      '%00',
      '..',
      '%2e%2e',
      'a'.repeat(300),
      '1%2f2',
      'pool',
      'pending:1',
      '\u00e9',
      '%ff',
      '1;2',
      ' 1',
    ]).replaceAll(' ', '%20'),
  );
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && chance(rng, 60))
    .map(
      ({ name, schema }) =>
        `${name}=${queryValue(chance(rng, 50) ? valueFor(schema, rng, world) : spoilValue(undefined, rng))}`,
    );
  if (chance(rng, 10))
    query.push(
      among(rng, ['x=1', '__proto__=1', 'limit', '=', '&&&', '%', 'limit=1&limit=2', 'before[]=1', 'a'.repeat(2000)]),
    );
  return query.length > 0 ? `${filled}?${query.join('&')}` : filled;
}

function queryValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return encodeURIComponent(text.slice(0, 300).replaceAll(/[\ud800-\udfff]/gu, ''));
}

const spoilTarget = (target: string, rng: Rng): string =>
  chance(rng, 90)
    ? target
    : among(rng, [
        `/${target}`,
        `${target}/`,
        `${target}%00`,
        target.replace('/api/', '/api/./'),
        target.replace('/api/', '/x/../api/'),
        target.toUpperCase(),
        `${target}#x`,
        `${target}\\`,
        target.replace('api', '%61pi'),
        `${target}?`,
        `http://x${target}`,
      ]);

interface Credentials {
  readonly headers: readonly string[];
  readonly isAdmin: boolean;
}

/**
 * What would sign the fuzzer itself out (an invite ends the session of the browser it is used in), or do as an admin may, is
 * asked by those who may not.
 */
const SPARED = /session|rotate-key|^\/api\/accounts$/;

function credentials(rng: Rng, { driver, admin }: FuzzWorld, { path }: Operation): Credentials {
  const isSpared = SPARED.test(path);
  const token =
    isSpared || chance(rng, 15)
      ? among(rng, ['', 'x', 'a'.repeat(600), '..', driver.slice(1)])
      : chance(rng, 55)
        ? driver
        : admin;
  const isAdmin = token === admin;
  if (token === '') return { headers: [], isAdmin };
  const headers = chance(rng, 70) ? [`Authorization: Bearer ${token}`] : [`Cookie: ${cookie(rng, token)}`];
  return { headers, isAdmin };
}

const cookie = (rng: Rng, token: string): string =>
  among(rng, [
    `zeus_session=${token}`,
    `a=1; zeus_session=${token}; b=%`,
    `zeus_session="${token}"`,
    `zeus_session=%zz; zeus_session=${token}`,
    `;;;=;${token}`,
    `zeus_session=${token}; zeus_session=x`,
  ]);

function oddHeaders(rng: Rng): string[] {
  if (chance(rng, 70)) return [];
  return [
    among(rng, [
      'Origin: null',
      'Origin: https://evil.example',
      'Origin: //',
      'Origin: http://[',
      'X-Forwarded-For: 1.2.3.4, ::1, x',
      'X-Forwarded-Proto: https',
      'Accept-Encoding: br;q=x',
      'Accept: text/event-stream',
      'Idempotency-Key: x',
      `Idempotency-Key: ${'k'.repeat(300)}`,
      'Idempotency-Key: \u00ff',
      'If-None-Match: *',
      'Range: bytes=0-0,-1',
      'Expect: 100-continue',
      'Expect: x',
      'Last-Event-ID: -1',
      'TE: trailers',
      'X-HTTP-Method-Override: DELETE',
      'Content-Encoding: gzip',
      'Upgrade-Insecure-Requests: 1',
      `X: ${'y'.repeat(8000)}`,
      'Sec-Fetch-Site: cross-site',
    ]),
  ];
}

function bodyOf(
  { path, body }: Operation,
  rng: Rng,
  world: FuzzWorld,
): { readonly text: string; readonly kind: string } {
  const isJob = path === '/api/jobs' && chance(rng, 85);
  let value = isJob ? jobBody(rng) : valueFor(body, rng, world);
  const isSpoilt = chance(rng, 70);
  for (let i = isSpoilt ? between(rng, 1, 2) : 0; i > 0; i--)
    value = isJob && chance(rng, 70) ? spoilRequest(value, rng) : spoilValue(value, rng);
  const drawn = chance(rng, 60) ? 'as_it_is' : among(rng, TEXT_MUTATION_NAMES);
  const isLarge = drawn === 'huge_string' || drawn === 'deep_array';
  const mutation = isLarge && chance(rng, 85) ? 'truncated' : drawn; // large ones cost as much as a hundred small
  return {
    text: TEXT_MUTATIONS[mutation](JSON.stringify(value), rng),
    kind: isSpoilt ? `${mutation}+value` : mutation,
  };
}

/** An admin's levers may be pulled by an admin: that is no malformed request. A field that does not exist makes it one. */
export function withoutEffect(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return text;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'fuzz' in value) return text;
  return JSON.stringify({ ...value, fuzz: 1 });
}

function bytesOf({ method, target, headers, body }: Request, { host }: FuzzWorld, isLast: boolean): Buffer {
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, ...headers];
  if (body) lines.push(`Content-Length: ${body.length}`);
  if (isLast) lines.push('Connection: close');
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body ?? Buffer.alloc(0)]);
}

/** Messages whose ends are unclear, headers that are none, and noise. */
const FRAMING: readonly { readonly kind: string; readonly make: (rng: Rng, world: FuzzWorld) => string }[] = [
  { kind: 'two_lengths', make: (_rng, w) => post(w, 'Content-Length: 5\r\nContent-Length: 6\r\n', '{"a":1}') },
  {
    kind: 'length_and_chunked',
    make: (_rng, w) => post(w, 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  },
  {
    kind: 'negative_length',
    make: (rng, w) =>
      post(w, `Content-Length: ${among(rng, ['-1', '+5', '0x10', '1e3', '99999999999999999999', ''])}\r\n`, '{}'),
  },
  { kind: 'short_body', make: (_rng, w) => post(w, 'Content-Length: 500\r\n', '{"kind":') },
  { kind: 'length_past_limit', make: (_rng, w) => post(w, 'Content-Length: 300000\r\n', '{"kind":') },
  { kind: 'chunked_without_end', make: (rng, w) => post(w, CHUNKED, '5\r\nhello\r\n'.repeat(between(rng, 1, 200))) },
  { kind: 'chunked_past_limit', make: (_rng, w) => post(w, CHUNKED, `10000\r\n${'x'.repeat(65_536)}\r\n`.repeat(5)) },
  {
    kind: 'chunked_small',
    make: (_rng, w) =>
      post(
        w,
        CHUNKED,
        `${'{"kind":"tiny","request":{}}'
          .split('')
          .map((c) => `1\r\n${c}\r\n`)
          .join('')}0\r\n\r\n`,
      ),
  },
  {
    kind: 'chunk_size',
    make: (rng, w) =>
      post(w, CHUNKED, `${among(rng, ['-1', 'g', 'ffffffffffffffffff', '5;x=y', ' 5', '0x5'])}\r\nhello\r\n0\r\n\r\n`),
  },
  { kind: 'chunk_extension', make: (_rng, w) => post(w, CHUNKED, `5;${'x'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`) },
  { kind: 'trailers', make: (_rng, w) => post(w, CHUNKED, '2\r\n{}\r\n0\r\nHost: evil\r\nX: y\r\n\r\n') },
  { kind: 'two_encodings', make: (_rng, w) => post(w, 'Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n') },
  {
    kind: 'header_name',
    make: (rng, w) =>
      get(w, `${among(rng, ['X Y: 1', ': 1', 'X\u0000: 1', 'X: \u0000', 'X:\n folded', '\u00ff: 1', 'X'])}\r\n`),
  },
  { kind: 'many_headers', make: (_rng, w) => get(w, 'A: b\r\n'.repeat(2500)) },
  { kind: 'long_header', make: (_rng, w) => get(w, `A: ${'b'.repeat(20_000)}\r\n`) },
  { kind: 'half_a_header', make: (_rng, { host }) => `GET /api/me HTTP/1.1\r\nHost: ${host}\r\nA: ` },
  { kind: 'no_host', make: () => 'GET /api/health HTTP/1.1\r\n\r\n' },
  {
    kind: 'odd_host',
    make: (rng) =>
      `GET /api/health HTTP/1.1\r\nHost: ${among(rng, ['', 'a b', '[', '[::1', 'x:99999', '@', '/', 'a/b', '\u00ff', '%', 'a#b', 'a?b', 'x'.repeat(3000)])}\r\nConnection: close\r\n\r\n`,
  },
  { kind: 'two_hosts', make: (_rng, w) => get(w, 'Host: evil.example\r\nConnection: close\r\n') },
  {
    kind: 'version',
    make: (rng, { host }) =>
      `GET /api/health HTTP/${among(rng, ['0.9', '1.0', '2.0', '1.2', '9', 'x'])}\r\nHost: ${host}\r\n\r\n`,
  },
  {
    kind: 'http2_preface',
    make: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000',
  },
  { kind: 'tls_hello', make: () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' },
  { kind: 'bare_line_feeds', make: (_rng, { host }) => `GET /api/health HTTP/1.1\nHost: ${host}\n\n` },
  { kind: 'long_target', make: (_rng, { host }) => `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: ${host}\r\n\r\n` },
  {
    kind: 'target_bytes',
    make: (rng, { host }) =>
      `GET /${Buffer.from(noise(rng, 24))
        .toString('latin1')
        .replace(/[\r\n]/g, '')} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  },
  { kind: 'connect', make: (_rng, { host }) => `CONNECT evil.example:443 HTTP/1.1\r\nHost: ${host}\r\n\r\n` },
  { kind: 'noise', make: (rng) => Buffer.from(noise(rng, between(rng, 1, 400))).toString('latin1') },
];

const CHUNKED = 'Transfer-Encoding: chunked\r\n';

const post = ({ host, driver }: FuzzWorld, headers: string, body: string): string =>
  `POST /api/jobs HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${driver}\r\nContent-Type: application/json\r\n${headers}\r\n${body}`;

const get = ({ host, driver }: FuzzWorld, headers: string): string =>
  `GET /api/me HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${driver}\r\n${headers}\r\n`;

export function caseOfFraming(rng: Rng, world: FuzzWorld): Case {
  const { kind, make } = among(rng, FRAMING);
  const messages: Message[] = [{ bytes: Buffer.from(make(rng, world), 'latin1'), as: 'raw' }];
  const ending = chance(rng, 60) ? 'half_close' : 'reset';
  return { group: 'http_framing', kinds: [kind], opening: 'tcp', messages, ending };
}

/** Opens a stream of events and leaves it in some way. */
export function caseOfStream(rng: Rng, world: FuzzWorld): Case {
  const { path } = among(
    rng,
    world.operations.filter((operation) => isStream(operation.path)),
  );
  const target = path.replace(/\{\w+\}/, () => among(rng, ['1', '2', '0', 'x', '4294967296']));
  const headers = [`Authorization: Bearer ${chance(rng, 90) ? world.driver : world.admin}`, ...oddHeaders(rng)];
  const bytes = bytesOf(
    { kind: '', method: chance(rng, 95) ? 'GET' : 'HEAD', target, headers, body: undefined },
    world,
    true,
  );
  return {
    group: 'stream',
    kinds: [path],
    opening: 'tcp',
    messages: [{ bytes, as: 'raw' }],
    ending: chance(rng, 80) ? 'reset' : 'half_close',
  };
}
