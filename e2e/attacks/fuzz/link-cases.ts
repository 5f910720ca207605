import { randomUUID } from 'node:crypto';
import { below, type Rng } from '../../../shared/rng.ts';
import { among, between, chance, noise } from './dice.ts';
import type { Case, Group, Message } from './case.ts';
import { FRAME_LIMITS } from '../../../shared/model/frame-limits.ts';
import { MAX_UNITS } from '../../../shared/protocol/frame-table.ts';
import { decodeFrame } from '../../../shared/protocol/frames.ts';
import { makeFrame, type MadeFrame } from './make-frame.ts';
import { mutateFrame, type MutatedFrame } from './mutate-frame.ts';
import { BINARY, CLOSE, message, PING, PONG, TEXT, webSocketFrame, type WebSocketHead } from './websocket.ts';
import type { FuzzWorld } from './world.ts';

const plain = (bytes: Uint8Array): Message => ({ bytes, as: 'message' });
const kindOf = ({ name, mutation }: MutatedFrame): string => `${name}/${mutation}`;
const endingOf = (rng: Rng): Case['ending'] => (chance(rng, 85) ? 'answered' : 'reset');

/** A text message is no frame: whatever came before it, the server ends the link here, and says so. */
const ENDER: Message = { bytes: message(Uint8Array.of(0x78), TEXT), as: 'raw' };

/** The first frames on a link, and some after the first: nobody has shown who they are. */
export function caseBeforeProof(rng: Rng): Case {
  const frames: MutatedFrame[] = [];
  for (let i = chance(rng, 70) ? 1 : between(rng, 2, 5); i > 0; i--) {
    const name = chance(rng, 60) ? among(rng, ['hello', 'proof'] as const) : undefined;
    frames.push(mutateFrame(rng, makeFrame(rng, name)));
  }
  const messages = [...frames.map(({ bytes }) => plain(bytes)), ENDER];
  return {
    group: 'frame_before_proof',
    kinds: frames.map(kindOf),
    opening: 'websocket',
    messages,
    ending: endingOf(rng),
  };
}

/** The proof itself, half of the time under the right signature: what it says of leases held is then looked at. */
export function caseAsProof(rng: Rng): Case {
  const frame = mutateFrame(rng, makeFrame(rng, chance(rng, 90) ? 'proof' : undefined));
  const isSigned = chance(rng, 60) && frame.bytes.length >= 8 + 64;
  const first: Message = { ...plain(frame.bytes), ...(isSigned && { patch: 'signature' as const }), awaits: true };
  const kinds = [`${kindOf(frame)}${isSigned ? '/signed' : ''}`];
  return { group: 'frame_as_proof', kinds, opening: 'challenged', messages: [first, ENDER], ending: endingOf(rng) };
}

/** A phone that proved itself and then talks nonsense, in its right turn, until it goes too far. */
export function caseLinked(rng: Rng): Case {
  const messages: Message[] = [];
  const kinds: string[] = [];
  let reports = 0;
  let last: Message | undefined;
  for (let i = between(rng, 4, 30); i > 0; i--) {
    if (last && chance(rng, 10)) {
      messages.push({ ...last, patch: 'same_seq' });
      kinds.push('exchange/again');
      continue;
    }
    const name = among(rng, ['exchange', 'exchange', 'exchange', 'need', 'need', 'report'] as const);
    if (name === 'report' && ++reports > 3) continue;
    const { bytes, isNumbered } = makeFitting(rng, name);
    if (isNumbered && chance(rng, 80)) bytes[8] = 0; // wants nothing: who hoards leases is another attack
    const next: Message = { ...plain(bytes), ...(isNumbered && { patch: 'seq' as const, awaits: true }) };
    if (isNumbered) last = next;
    messages.push(next);
    kinds.push(`${name}/untouched`);
  }
  const name = chance(rng, 70) ? among(rng, ['exchange', 'need', 'report'] as const) : undefined;
  const end = mutateFrame(rng, makeFrame(rng, name));
  const isInTurn = end.isNumbered && end.mutation !== 'seq' && end.bytes.length >= 8;
  messages.push({ ...plain(end.bytes), ...(isInTurn && { patch: 'seq' as const }) }, ENDER);
  kinds.push(kindOf(end));
  return { group: 'frame_linked', kinds, opening: 'linked', messages, ending: endingOf(rng) };
}

/** The link ends at an exchange of more results than there may be: most conversations go on longer than to the first. */
function makeFitting(rng: Rng, name: 'exchange' | 'need' | 'report'): MadeFrame {
  for (let tries = 0; ; tries++) {
    const made = makeFrame(rng, name);
    const decoded = decodeFrame(made.bytes, FRAME_LIMITS.deviceFrameBytes);
    const isLong =
      !decoded.ok ||
      (decoded.value.type === 'exchange' &&
        decoded.value.groups.reduce((sum, { results }) => sum + results.length, 0) > MAX_UNITS);
    if (!isLong || tries === 4) return made;
  }
}

interface Noise {
  readonly kind: string;
  readonly bytes: Uint8Array;
}

const head = (changes: Partial<WebSocketHead>, payload: Uint8Array): Uint8Array =>
  webSocketFrame(
    { fin: true, reserved: 0, opcode: BINARY, isMasked: true, length: payload.length, ...changes },
    payload,
  );

/** Things that RFC 6455 forbids, and some that it allows and nobody needs. */
const WEBSOCKET_NOISE: readonly ((rng: Rng) => Noise)[] = [
  (rng) => ({ kind: 'bad_opcode', bytes: head({ opcode: among(rng, [3, 4, 5, 6, 7, 11, 12, 15]) }, noise(rng, 4)) }),
  (rng) => ({ kind: 'unmasked', bytes: head({ isMasked: false }, noise(rng, 12)) }),
  (rng) => ({ kind: 'reserved_bits', bytes: head({ reserved: between(rng, 1, 7) }, noise(rng, 12)) }),
  (rng) => ({
    kind: 'huge_length',
    bytes: head({ form: 64, length: 2n ** BigInt(between(rng, 15, 63)) }, noise(rng, 9)),
  }),
  (rng) => ({ kind: 'long_form_of_little', bytes: head({ form: among(rng, [16, 64]), length: 5 }, noise(rng, 5)) }),
  (rng) => ({ kind: 'longer_than_said', bytes: head({ length: 3 }, noise(rng, 40)) }),
  (rng) => ({ kind: 'lone_continuation', bytes: head({ opcode: 0, fin: chance(rng, 50) }, noise(rng, 8)) }),
  (rng) => ({
    kind: 'fragments',
    bytes: Buffer.concat([
      head({ fin: false }, noise(rng, 3)),
      ...Array.from({ length: between(rng, 1, 60) }, () => head({ fin: false, opcode: 0 }, noise(rng, below(rng, 3)))),
      head({ opcode: 0 }, noise(rng, 3)),
    ]),
  }),
  (rng) => ({
    kind: 'fragments_too_large',
    bytes: Buffer.concat([head({ fin: false }, noise(rng, 9000)), head({ fin: false, opcode: 0 }, noise(rng, 9000))]),
  }),
  (rng) => ({
    kind: 'interleaved',
    bytes: Buffer.concat([head({ fin: false }, noise(rng, 3)), head({}, noise(rng, 3))]),
  }),
  (rng) => ({
    kind: 'ping_flood',
    bytes: Buffer.concat(Array.from({ length: between(rng, 50, 300) }, () => head({ opcode: PING }, noise(rng, 4)))),
  }),
  (rng) => ({ kind: 'long_ping', bytes: head({ opcode: PING }, noise(rng, between(rng, 126, 400))) }),
  (rng) => ({ kind: 'split_ping', bytes: head({ opcode: PING, fin: false }, noise(rng, 4)) }),
  (rng) => ({ kind: 'pong_unasked', bytes: head({ opcode: PONG }, noise(rng, 60)) }),
  (rng) => ({ kind: 'close_one_byte', bytes: head({ opcode: CLOSE }, noise(rng, 1)) }),
  (rng) => ({ kind: 'close_any_code', bytes: head({ opcode: CLOSE }, noise(rng, 2)) }),
  (rng) => ({
    kind: 'close_bad_utf8',
    bytes: head({ opcode: CLOSE }, Uint8Array.of(3, 0xe8, 0xff, 0xfe, ...noise(rng, 4))),
  }),
  (rng) => ({ kind: 'text', bytes: head({ opcode: TEXT }, noise(rng, 30)) }),
  () => ({ kind: 'empty', bytes: head({}, new Uint8Array()) }),
  (rng) => ({ kind: 'noise', bytes: noise(rng, between(rng, 1, 300)) }),
  (rng) => ({ kind: 'half_a_frame', bytes: head({ length: 500 }, noise(rng, 20)) }),
];

/** What cannot be told apart from a slow sender is given up after a moment. */
const UNFINISHED = new Set([
  'huge_length',
  'half_a_frame',
  'noise',
  'fragments',
  'longer_than_said',
  'ping_flood',
  'pong_unasked',
]);

export function caseOfWebSocket(rng: Rng): Case {
  const parts = Array.from({ length: between(rng, 1, 3) }, () => among(rng, WEBSOCKET_NOISE)(rng));
  const messages = parts.map(({ bytes }): Message => ({ bytes, as: 'raw' }));
  const isOpenEnded = parts.some(({ kind }) => UNFINISHED.has(kind));
  const ending = isOpenEnded ? among(rng, ['reset', 'half_close'] as const) : endingOf(rng);
  return {
    group: 'websocket',
    kinds: parts.map(({ kind }) => kind),
    opening: 'websocket',
    messages: [...messages, ENDER],
    ending,
  };
}

const UPGRADES: readonly { readonly kind: string; readonly make: (rng: Rng, world: FuzzWorld) => UpgradeParts }[] = [
  { kind: 'path', make: (rng) => ({ target: among(rng, TARGETS) }) },
  {
    kind: 'path_noise',
    make: (rng) => ({ target: `/${Buffer.from(noise(rng, 20).map((b) => 0x21 + (b % 94))).toString()}` }),
  },
  { kind: 'foreign_origin', make: () => ({ origin: 'https://evil.example' }) },
  {
    kind: 'odd_origin',
    make: (rng) => ({ origin: among(rng, ['null', '', '//', 'http://[', `http://${'a'.repeat(3000)}`]) }),
  },
  { kind: 'no_key', make: () => ({ key: '' }) },
  { kind: 'bad_key', make: (rng) => ({ key: Buffer.from(noise(rng, between(rng, 0, 40))).toString('base64') }) },
  { kind: 'version', make: (rng) => ({ version: among(rng, ['0', '8', '14', '13, 8', '-1', 'x']) }) },
  { kind: 'other_upgrade', make: (rng) => ({ upgrade: among(rng, ['h2c', 'WebSocket, h2c', 'TLS/1.0', 'x']) }) },
  { kind: 'method', make: (rng) => ({ method: among(rng, ['POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE']) }) },
  { kind: 'extensions', make: (rng) => ({ extra: `Sec-WebSocket-Extensions: ${among(rng, EXTENSIONS)}\r\n` }) },
  {
    kind: 'protocol',
    make: (rng) => ({ extra: `Sec-WebSocket-Protocol: ${among(rng, [',', 'a,a', '\x01', 'x'.repeat(500)])}\r\n` }),
  },
  { kind: 'body', make: () => ({ extra: 'Content-Length: 5\r\n', after: 'hello' }) },
  { kind: 'chunked', make: () => ({ extra: 'Transfer-Encoding: chunked\r\n', after: '5\r\nhello\r\n' }) },
];

const TARGETS = [
  '//',
  '///',
  '//x',
  '/link/',
  '/link?x=1',
  '/LINK',
  '/%6cink',
  '/link%00',
  '/link/..',
  '*',
  '/',
  '/api/me',
  'http://[/link',
  '/\\',
  '//:0',
  '//@',
  '/%zz',
  'http://x/link',
];
const EXTENSIONS = [
  'permessage-deflate',
  'permessage-deflate; server_max_window_bits=8',
  ';',
  'a;b="',
  'permessage-deflate;'.repeat(50),
];

interface UpgradeParts {
  readonly target?: string;
  readonly method?: string;
  readonly origin?: string;
  readonly key?: string;
  readonly version?: string;
  readonly upgrade?: string;
  readonly extra?: string;
  readonly after?: string;
}

/** The request that opens a link, spoilt. */
export function caseOfUpgrade(rng: Rng, world: FuzzWorld): Case {
  const { kind, make } = among(rng, UPGRADES);
  const parts = make(rng, world);
  const bytes = Buffer.from(upgradeRequest(world, parts) + (parts.after ?? ''), 'latin1');
  const message: Message = { bytes, as: 'raw' };
  const group: Group = 'upgrade';
  return {
    group,
    kinds: [kind],
    opening: 'tcp',
    messages: [message],
    ending: chance(rng, 50) ? 'reset' : 'half_close',
  };
}

export function upgradeRequest({ host, origin: own }: FuzzWorld, parts: UpgradeParts = {}): string {
  const {
    target = '/link',
    method = 'GET',
    origin = own,
    key = KEY,
    version = '13',
    upgrade = 'websocket',
    extra = '',
  } = parts;
  return (
    `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\nOrigin: ${origin}\r\n` +
    `Sec-WebSocket-Version: ${version}\r\n${key === '' ? '' : `Sec-WebSocket-Key: ${key}\r\n`}${extra}\r\n`
  );
}

const KEY = Buffer.from(randomUUID().slice(0, 16)).toString('base64');
