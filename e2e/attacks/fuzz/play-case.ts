import { sign } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { decodeFrame, encodeFrame, HEADER_BYTES } from '../../../shared/protocol/frames.ts';
import { linkProofBytes } from '../../../shared/protocol/link-proof.ts';
import { FRAME_LIMITS } from '../../../shared/model/frame-limits.ts';
import type { Case, Message } from './case.ts';
import { upgradeRequest } from './link-cases.ts';
import { CLOSE, HeardFrames, message } from './websocket.ts';
import type { FuzzDevice, FuzzWorld } from './world.ts';

/** What the server answered, and how it ended. */
export interface Outcome {
  /** Messages that were written before it ended. */
  readonly sent: number;
  readonly statuses: readonly number[];
  /** Codes of the `bye` frames heard, frames by name, and WebSocket close codes. */
  readonly heard: readonly string[];
  readonly ended: 'by_server' | 'by_us' | 'refused' | 'silent';
  /** Why this must not be: the server's fault, as the wire shows it. */
  readonly fault: string | undefined;
}

export interface Player {
  readonly port: number;
  /** Where it comes from: another address of this machine's loopback network. */
  readonly localAddress: string;
  readonly world: FuzzWorld;
  /** Nothing was heard for so long although something should have been: it is given up, and the report counts how often. */
  readonly silenceMs: number;
  /** Whose link it is, for those that get so far. */
  readonly device: FuzzDevice | undefined;
}

const MOMENT_MS = 15;

export function playCase(played: Case, player: Player): Promise<Outcome> {
  return new Promise((resolve) => new Conversation(played, player, resolve));
}

/** One case on one socket, from the first byte to the last. */
class Conversation {
  readonly #case: Case;
  readonly #player: Player;
  readonly #done: (outcome: Outcome) => void;
  readonly #socket: Socket;
  readonly #frames = new HeardFrames();
  readonly #statuses: number[] = [];
  readonly #heard: string[] = [];
  #text = '';
  #fault: string | undefined;
  #state: 'connecting' | 'upgrading' | 'greeting' | 'proving' | 'playing' | 'over' = 'connecting';
  #next = 0;
  #seq = 0;
  #nonce: Uint8Array = new Uint8Array(32);
  #isRefused = false;
  #timer: NodeJS.Timeout;

  constructor(played: Case, player: Player, done: (outcome: Outcome) => void) {
    this.#case = played;
    this.#player = player;
    this.#done = done;
    const { port, localAddress } = player;
    this.#socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true, allowHalfOpen: true });
    this.#timer = setTimeout(() => this.#over('silent'), player.silenceMs);
    this.#socket.on('connect', () => this.#connected());
    this.#socket.on('data', (data: Buffer) => this.#receive(data));
    this.#socket.on('error', (error: NodeJS.ErrnoException) => (this.#isRefused = error.code === 'ECONNREFUSED'));
    this.#socket.on('end', () => this.#over('by_server'));
    this.#socket.on('close', () => this.#over(this.#isRefused ? 'refused' : 'by_server'));
  }

  #connected(): void {
    if (this.#case.opening === 'tcp') return this.#play();
    this.#state = 'upgrading';
    const opening = Buffer.from(upgradeRequest(this.#player.world), 'latin1');
    // Frames before the answer to the upgrade are an attack of their own.
    if (this.#case.opening !== 'websocket' || this.#case.messages.length % 2 === 0)
      return void this.#socket.write(opening);
    this.#socket.cork();
    this.#socket.write(opening);
    this.#play();
    this.#socket.uncork();
    this.#state = 'upgrading';
  }

  #receive(data: Buffer): void {
    if (this.#state === 'over') return;
    this.#timer.refresh();
    if (this.#state !== 'upgrading' && this.#case.opening !== 'tcp') return this.#takeFrames(data);
    this.#takeText(data);
  }

  #takeText(data: Buffer): void {
    this.#text += data.toString('latin1');
    if (this.#state === 'upgrading') {
      const end = this.#text.indexOf('\r\n\r\n');
      if (end < 0) return undefined;
      const rest = Buffer.from(this.#text.slice(end + 4), 'latin1');
      this.#readStatuses();
      if (this.#statuses.at(-1) !== 101) return this.#over('by_server');
      return this.#upgraded(rest);
    }
    this.#readStatuses();
    if (this.#case.ending === 'reset' && this.#next >= this.#case.messages.length && this.#statuses.length > 0)
      this.#over('by_us');
    return undefined;
  }

  #readStatuses(): void {
    const text = this.#text;
    let to = 0;
    for (const { 1: status = '', index } of text.matchAll(/HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n/g)) {
      this.#statuses.push(Number(status));
      to = index + 12;
      if (status.startsWith('5'))
        this.#fault ??= `status ${status}: ${text
          .slice(index, index + 1500)
          .replace(/^[^]*?\r\n\r\n/, '')
          .slice(0, 300)}`;
    }
    if (/\n {4}at |node_modules/.test(text)) this.#fault ??= `a stack trace: ${text.slice(0, 500)}`;
    this.#text = text.slice(Math.max(to, text.length - 200));
  }

  #upgraded(rest: Buffer): void {
    const { opening } = this.#case;
    const { device } = this.#player;
    if (opening === 'websocket') {
      this.#state = 'playing';
      if (this.#next === 0) this.#play();
    } else if (device) {
      this.#state = 'greeting';
      this.#socket.write(message(encodeFrame({ type: 'hello', deviceId: device.deviceId, cores: 8, zone: 1440 })));
    }
    if (rest.length > 0) this.#takeFrames(rest);
  }

  #takeFrames(data: Buffer): void {
    for (const { opcode, payload } of this.#frames.take(data)) {
      if (this.#state === 'over') return undefined;
      if (opcode === CLOSE) {
        this.#heard.push(`close ${payload.length >= 2 ? Buffer.from(payload).readUInt16BE(0) : 'without a code'}`);
        return this.#over('by_server');
      }
      if (opcode === 2) this.#takeFrame(payload);
    }
    return undefined;
  }

  #takeFrame(payload: Uint8Array): void {
    const decoded = decodeFrame(new Uint8Array(payload), FRAME_LIMITS.serverFrameBytes);
    if (!decoded.ok) return void (this.#fault ??= `a server frame that does not decode: ${decoded.error}`);
    const frame = decoded.value;
    this.#heard.push(frame.type === 'bye' ? `bye ${frame.code}` : frame.type);
    if (frame.type === 'bye' && frame.code === 'overloaded')
      this.#fault ??= 'bye overloaded: an incident behind the link';
    if (frame.type === 'challenge' && this.#state === 'greeting') {
      this.#nonce = frame.nonce;
      if (this.#case.opening === 'challenged') return this.#play();
      this.#state = 'proving';
      const proof = encodeFrame({ type: 'proof', signature: this.#signature(), awaiting: 0, held: [] });
      return void this.#socket.write(message(proof));
    }
    if (frame.type === 'ready' && this.#state === 'proving') {
      this.#seq = frame.lastSeq;
      return this.#play();
    }
    if (frame.type === 'reply' || frame.type === 'ready' || frame.type === 'bye') this.#play();
    return undefined;
  }

  /** Says what is next, up to the first message that wants an answer. */
  #play(): void {
    this.#state = 'playing';
    const { messages, ending } = this.#case;
    while (this.#next < messages.length) {
      const next = messages[this.#next++]!;
      this.#socket.write(this.#onTheWire(next));
      if (next.awaits) return undefined;
    }
    if (ending === 'half_close') this.#socket.end();
    // A moment: long enough for the server to have begun, too short for it to have ended.
    if (ending === 'reset') setTimeout(() => this.#over('by_us'), MOMENT_MS);
    return undefined;
  }

  #onTheWire({ bytes, as, patch }: Message): Uint8Array {
    if (as === 'raw') return bytes;
    const patched = bytes.slice();
    if (patch === 'seq') this.#seq = (this.#seq + 1) % 0x1_0000_0000;
    if ((patch === 'seq' || patch === 'same_seq') && patched.length >= HEADER_BYTES)
      new DataView(patched.buffer).setUint32(4, this.#seq, true);
    if (patch === 'signature') patched.set(this.#signature(), HEADER_BYTES);
    return message(patched);
  }

  #signature(): Uint8Array {
    const { device, world } = this.#player;
    if (!device) return new Uint8Array(64);
    const bytes = linkProofBytes(world.origin, this.#nonce, device.deviceId);
    return new Uint8Array(sign('sha256', bytes, { key: device.privateKey, dsaEncoding: 'ieee-p1363' }));
  }

  #over(ended: Outcome['ended']): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    clearTimeout(this.#timer);
    if (this.#text !== '') this.#readStatuses();
    if (this.#socket.connecting || ended === 'refused') this.#socket.destroy();
    else this.#socket.resetAndDestroy(); // no port is left waiting; and the server meets a peer that resets
    this.#done({ sent: this.#next, statuses: this.#statuses, heard: this.#heard, ended, fault: this.#fault });
  }
}
