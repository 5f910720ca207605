import { assert } from '../assert.ts';
import { viewOf } from '../bytes.ts';

/**
 * A cursor over bytes to read, little-endian. Never throws: past the end, or told so by a field, it is `failed` for good
 * and hands out zeros, so that a decoder needs one check at the end instead of one a field.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #failed = false;

  constructor(source: Uint8Array) {
    // A plain view, whatever came in: a Node Buffer's slices would share its memory.
    this.#bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    this.#view = viewOf(source);
  }

  get failed(): boolean {
    return this.#failed;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  fail(): void {
    this.#failed = true;
    this.#at = this.#bytes.length; // nothing more to take: lists inside a failed frame come out empty
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#bytes[at]!;
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#view.getUint16(at, true);
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#view.getUint32(at, true);
  }

  /** A copy of the next `count` bytes. */
  bytes(count: number): Uint8Array {
    const at = this.#take(count);
    return at < 0 ? new Uint8Array(0) : this.#bytes.slice(at, at + count);
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) {
      this.fail();
      return -1;
    }
    this.#at = at + count;
    return at;
  }
}

/** A cursor over bytes to write, little-endian. Writing past the end is a bug and throws. */
export class Writer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
    this.#view = viewOf(this.#bytes);
  }

  get length(): number {
    return this.#at;
  }

  /** Starts over at `at`: one writer serves every frame, because making its buffer costs more than a frame. */
  rewind(at: number): void {
    this.#at = at;
  }

  u8(n: number): void {
    this.#bytes[this.#take(1)] = n;
  }

  u16(n: number): void {
    this.#view.setUint16(this.#take(2), n, true);
  }

  u32(n: number): void {
    this.#view.setUint32(this.#take(4), n, true);
  }

  bytes(source: Uint8Array): void {
    this.#bytes.set(source, this.#take(source.length));
  }

  /** A copy of the first `count` bytes. */
  copy(count: number): Uint8Array {
    return this.#bytes.slice(0, count);
  }

  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length)
      assert(false, `a frame ends at ${this.#bytes.length} bytes, got ${at + count}`);
    this.#at = at + count;
    return at;
  }
}
