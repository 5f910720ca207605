import { assert, must } from '../../../shared/assert.ts';

/**
 * The layout of a field of the frame table, as a tree. The table says of its layouts that they are canonical and complete:
 * what is made from them covers every field there is, also one that is added after this was written.
 */
export type LayoutNode =
  | { readonly type: 'number'; readonly bytes: 1 | 2 | 4 | 8; readonly isId: boolean }
  | { readonly type: 'flag' }
  | { readonly type: 'code'; readonly codes: number }
  | { readonly type: 'bytes'; readonly count: number }
  | { readonly type: 'sized'; readonly most: number }
  | { readonly type: 'ascii'; readonly most: number }
  | { readonly type: 'list'; readonly most: number; readonly item: LayoutNode }
  | { readonly type: 'record'; readonly parts: readonly LayoutNode[] };

const NUMBER_BYTES = { u8: 1, u16: 2, u32: 4, u53: 8 } as const;

export function parseLayout(layout: string): LayoutNode {
  const { node, rest } = take(layout);
  assert(rest === '', `a whole layout, got “${rest}” after it`);
  return node;
}

interface Taken {
  readonly node: LayoutNode;
  readonly rest: string;
}

function take(text: string): Taken {
  if (text.startsWith('{')) return takeRecord(text.slice(1));
  const [whole, name = '', argument] = must(/^(\w+)(?:\(([^(),]*))?/.exec(text), `a field, got “${text}”`);
  const rest = text.slice(whole.length);
  const count = Number(argument);
  switch (name) {
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u53': {
      const [brand] = /^:[^,{}()]*/.exec(rest) ?? [''];
      const node = { type: 'number', bytes: NUMBER_BYTES[name], isId: brand.endsWith(' id') } as const;
      return { node, rest: rest.slice(brand.length) };
    }
    case 'flag':
      return { node: { type: 'flag' }, rest };
    case 'oneOf':
      return { node: { type: 'code', codes: (argument ?? '').split('|').length }, rest: rest.slice(1) };
    case 'bytes':
      return { node: { type: 'bytes', count }, rest: rest.slice(1) };
    case 'sizedBytes':
      return { node: { type: 'sized', most: count }, rest: rest.slice(1) };
    case 'ascii':
      return { node: { type: 'ascii', most: count }, rest: rest.slice(1) };
    case 'list': {
      const item = take(rest.slice(1));
      return { node: { type: 'list', most: count, item: item.node }, rest: item.rest.slice(1) };
    }
    default:
      throw new Error(`a field that this fuzzer knows, got “${name}”: teach it`);
  }
}

function takeRecord(text: string): Taken {
  const parts: LayoutNode[] = [];
  let rest = text;
  while (!rest.startsWith('}')) {
    const field = take(rest.replace(/^,?\w+:/, ''));
    parts.push(field.node);
    rest = field.rest;
  }
  return { node: { type: 'record', parts }, rest: rest.slice(1) };
}
