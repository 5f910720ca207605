import { decodeFrame, type Frame } from '../../shared/protocol/frames.ts';
import type { DutyReport } from './windows.ts';
import { WsReader } from './ws-frames.ts';

const MOST_FRAME_BYTES = 0x10000;
/** Its reply had not come when the link was cut. */
const AGAIN = 'exchange again';

/** What passed on the device links: every message, by its name. */
export class LinkLog {
  readonly #frames = new Map<string, FrameCount>();
  readonly #duties: DutyReport[] = [];
  readonly #seqs = new Set<number>();
  #opened = 0;

  /** Ears for one link, one for each side: bytes after the upgrade, in order. */
  open(): { readonly up: (bytes: Uint8Array) => void; readonly down: (bytes: Uint8Array) => void } {
    this.#opened++;
    const [up, down] = [new WsReader(), new WsReader()];
    return {
      up: (bytes) => this.#hear(up, bytes),
      down: (bytes) => this.#hear(down, bytes),
    };
  }

  get linksOpened(): number {
    return this.#opened;
  }

  /** Payloads only, without what the WebSocket and TLS put around them. */
  frames(): Readonly<Record<string, FrameCount>> {
    return Object.fromEntries(this.#frames);
  }

  /** Exchanges, those sent again after a cut too, and the replies to them, in bytes. */
  exchangeBytes(): number {
    const names = ['exchange', AGAIN, 'reply'];
    return names.reduce((sum, name) => sum + (this.#frames.get(name)?.bytes ?? 0), 0);
  }

  /** The duty that each exchange told the server, as a share of the device. */
  duties(): readonly DutyReport[] {
    return this.#duties;
  }

  #nameOf(frame: Frame): string {
    if (frame.type !== 'exchange') return frame.type;
    if (this.#seqs.has(frame.seq)) return AGAIN;
    this.#seqs.add(frame.seq);
    return frame.type;
  }

  #hear(reader: WsReader, bytes: Uint8Array): void {
    for (const { kind, payload } of reader.push(bytes)) {
      const frame = kind === 'binary' ? decodeFrame(payload, MOST_FRAME_BYTES) : undefined;
      const name = frame?.ok ? this.#nameOf(frame.value) : `websocket ${kind}`;
      const before = this.#frames.get(name) ?? { count: 0, bytes: 0 };
      this.#frames.set(name, { count: before.count + 1, bytes: before.bytes + payload.length });
      if (!frame?.ok || frame.value.type !== 'exchange') continue;
      this.#duties.push({ at: performance.now(), share: frame.value.report.duty / 10_000 });
    }
  }
}

export interface FrameCount {
  readonly count: number;
  readonly bytes: number;
}
