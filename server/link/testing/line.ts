import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import WebSocket, { type ClientOptions } from 'ws';
import type { AccountId, DeviceId } from '../../../shared/ids.ts';
import { POLICY } from '../../../shared/model/policy.ts';
import { decodeFrame, encodeFrame, type Frame } from '../../../shared/protocol/frames.ts';
import { linkProofBytes } from '../../../shared/protocol/link-proof.ts';
import type { TestServer } from '../../http/testing/test-server.ts';

/** A socket in the hand of a test: frames go out as written, and come in one by one. */
export class Line {
  readonly #socket: WebSocket;
  readonly #frames: Frame[] = [];
  #waiting: (() => void)[] = [];
  isClosed = false;
  status: number | undefined;

  constructor(server: TestServer, origin = server.url, path = '/link', options: ClientOptions = {}) {
    this.#socket = new WebSocket(server.url.replace('http', 'ws') + path, { origin, ...options });
    this.#socket.on('message', (data: Buffer) => {
      const frame = decodeFrame(new Uint8Array(data), POLICY.limits.serverFrameBytes);
      if (frame.ok) this.#frames.push(frame.value);
      this.#wake();
    });
    this.#socket.on('unexpected-response', (_request, response) => {
      this.status = response.statusCode;
      this.isClosed = true;
      this.#wake();
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.isClosed = true;
      this.#wake();
    });
    this.#socket.on('open', () => this.#wake());
  }

  async send(frame: Frame): Promise<void> {
    await this.until(() => this.#socket.readyState === WebSocket.OPEN || this.isClosed);
    this.#socket.send(encodeFrame(frame));
  }

  async next(): Promise<Frame> {
    await this.until(() => this.#frames.length > 0 || this.isClosed);
    return this.#frames.shift() ?? { type: 'bye', code: 'timed_out' };
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Bytes as they are, of a message. */
  async sendRaw(bytes: Uint8Array): Promise<void> {
    await this.until(() => this.#socket.readyState === WebSocket.OPEN || this.isClosed);
    this.#socket.send(bytes);
  }

  /** Reads nothing more, as a phone that is stuck. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  drop(): void {
    this.#socket.terminate();
  }
}

export interface TestKey {
  readonly privateKey: KeyObject;
  readonly point: Uint8Array;
}

export function newKey(): TestKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { privateKey, point: Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]) };
}

export async function enrol(
  server: TestServer,
  owner?: AccountId,
): Promise<{ readonly id: DeviceId; readonly key: TestKey }> {
  const key = newKey();
  const accountId = owner ?? (await server.coordinator.openAccount('Driver', 'driver')).id;
  const enrolled = await server.coordinator.enrolDevice({ accountId, publicKey: key.point, cores: 8 });
  if (!enrolled.ok) throw new Error(enrolled.error);
  const { id } = enrolled.value;
  await server.coordinator.calibrate({ accountId, deviceId: id, chunkMs: 1 });
  await server.coordinator.consent({
    accountId,
    deviceId: id,
    version: POLICY.consentVersion,
    isGranted: true,
  });
  return { id, key };
}

export const prove = (origin: string, nonce: Uint8Array, id: DeviceId, { privateKey }: TestKey): Frame => ({
  type: 'proof',
  signature: new Uint8Array(
    sign('sha256', linkProofBytes(origin, nonce, id), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  ),
  awaiting: 0,
  held: [],
});

export async function challengeOf(line: Line, id: DeviceId): Promise<Uint8Array> {
  await line.send({ type: 'hello', deviceId: id, cores: 8, zone: 1440 });
  const frame = await line.next();
  if (frame.type !== 'challenge') throw new Error(`expected a challenge, got ${frame.type}`);
  return frame.nonce;
}
