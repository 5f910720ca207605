import { unreachable } from '../../../shared/assert.ts';
import { FRAMES, WIRE_VERSION, type FrameName, type Sender } from '../../../shared/protocol/frame-table.ts';
import { HEADER_BYTES } from '../../../shared/protocol/frames.ts';
import { below, type Rng } from '../../../shared/rng.ts';
import { among, chance, few, noise } from './dice.ts';
import { parseLayout, type LayoutNode } from './layout-tree.ts';

/** Where in a frame something lies that a decoder has to look at twice. */
export interface Span {
  readonly role: 'count' | 'length' | 'id' | 'number' | 'code' | 'flag' | 'bytes';
  readonly at: number;
  readonly size: number;
}

/** A frame whose form is right and whose content is anything, with a map of itself. */
export interface MadeFrame {
  readonly name: FrameName;
  readonly isNumbered: boolean;
  readonly bytes: Uint8Array;
  readonly spans: readonly Span[];
}

interface Recipe {
  readonly name: FrameName;
  readonly type: number;
  readonly from: Sender;
  readonly isNumbered: boolean;
  readonly parts: readonly LayoutNode[];
}

const RECIPES: readonly Recipe[] = Object.entries(FRAMES).map(([name, { type, from, numbered, fields }]) => ({
  name: name as FrameName,
  type,
  from,
  isNumbered: numbered,
  parts: Object.values(fields).map(({ layout }) => parseLayout(layout)),
}));
const OF_DEVICES = RECIPES.filter(({ from }) => from !== 'server');

/** One that a device may send, by its name or any; one in ten of any is a server's. */
export function makeFrame(rng: Rng, name?: FrameName): MadeFrame {
  const choices = chance(rng, 90) ? OF_DEVICES : RECIPES;
  const recipe = RECIPES.find((one) => one.name === name) ?? among(rng, choices);
  const draft: Draft = { bytes: [], spans: [] };
  for (let i = 0; i < HEADER_BYTES; i++) draft.bytes.push(0);
  for (const part of recipe.parts) write(part, rng, draft);
  const bytes = Uint8Array.from(draft.bytes);
  const header = new DataView(bytes.buffer);
  header.setUint8(0, recipe.type);
  header.setUint8(1, WIRE_VERSION);
  header.setUint16(2, (bytes.length - HEADER_BYTES) & 0xffff, true);
  header.setUint32(4, recipe.isNumbered ? 1 : 0, true);
  return { name: recipe.name, isNumbered: recipe.isNumbered, bytes, spans: draft.spans };
}

interface Draft {
  readonly bytes: number[];
  readonly spans: Span[];
}

function write(node: LayoutNode, rng: Rng, draft: Draft): void {
  switch (node.type) {
    case 'number':
      return number(draft, node.isId ? 'id' : 'number', node.bytes, node.isId ? idOf(rng) : valueOf(rng, node.bytes));
    case 'flag':
      return number(draft, 'flag', 1, below(rng, 2));
    case 'code':
      return number(draft, 'code', 1, below(rng, node.codes));
    case 'bytes':
      return raw(draft, noise(rng, node.count));
    case 'sized': {
      const count = chance(rng, 97) ? among(rng, [0, 1, 8, 511, 512, 513, 520]) : few(rng, node.most);
      number(draft, 'length', 2, count);
      return raw(draft, noise(rng, count));
    }
    case 'ascii': {
      const count = 1 + few(rng, node.most - 1);
      number(draft, 'length', 1, count);
      return raw(
        draft,
        noise(rng, count).map((byte) => 0x21 + (byte % 94)),
      );
    }
    case 'list': {
      const count = few(rng, node.most);
      number(draft, 'count', 1, count);
      for (let i = 0; i < count; i++) write(node.item, rng, draft);
      return undefined;
    }
    case 'record':
      for (const part of node.parts) write(part, rng, draft);
      return undefined;
    default:
      return unreachable(node);
  }
}

const idOf = (rng: Rng): number =>
  chance(rng, 70) ? 1 + below(rng, 30) : among(rng, [0xffff_ffff, 1 + rng.u32() / 2]);

/** Edges as often as not: that is where counters turn over and comparisons are off by one. */
function valueOf(rng: Rng, bytes: 1 | 2 | 4 | 8): number {
  const most = bytes === 8 ? Number.MAX_SAFE_INTEGER : 2 ** (8 * bytes) - 1;
  if (chance(rng, 50)) return among(rng, [0, 1, most, most - 1, Math.floor(most / 2)]);
  return chance(rng, 50) ? below(rng, 30) : Math.floor((rng.u32() / 0x1_0000_0000) * most);
}

function number({ bytes, spans }: Draft, role: Span['role'], size: number, value: number): void {
  spans.push({ role, at: bytes.length, size });
  let left = Math.floor(value);
  for (let i = 0; i < size; i++) {
    bytes.push(left % 256);
    left = Math.floor(left / 256);
  }
}

function raw({ bytes, spans }: Draft, value: Uint8Array): void {
  spans.push({ role: 'bytes', at: bytes.length, size: value.length });
  for (const byte of value) bytes.push(byte);
}
