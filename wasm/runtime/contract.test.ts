import { describe, expect, test } from 'vitest';
import { kernelFault } from './contract.ts';

const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const VOID_TYPE = [1, 4, 1, 0x60, 0, 0];
const module = (...sections: readonly number[][]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...HEADER, ...sections.flat()]);

const fault = (bytes: Uint8Array<ArrayBuffer>): string | undefined => kernelFault(bytes, new WebAssembly.Module(bytes));

describe('a module', () => {
  test.each<[string, Uint8Array<ArrayBuffer>, string | undefined]>([
    ['with a memory of 2 to 256 pages', module([5, 5, 1, 1, 2, 0x80, 2]), undefined],
    ['and a custom section before it', module([0, 3, 1, 0x78, 0], [5, 4, 1, 1, 2, 4]), undefined],
    ['with one page more', module([5, 5, 1, 1, 2, 0x81, 2]), 'bad_memory'],
    ['with a memory without a cap', module([5, 3, 1, 0, 2]), 'bad_memory'],
    ['with a shared memory', module([5, 4, 1, 3, 2, 4]), 'bad_memory'],
    ['with no memory', module(), 'bad_memory'],
    ['that imports a function', module(VOID_TYPE, [2, 7, 1, 1, 0x61, 1, 0x62, 0, 0], [5, 4, 1, 1, 2, 4]), 'imports'],
    ['that imports its memory', module([2, 9, 1, 1, 0x61, 1, 0x62, 2, 1, 2, 4]), 'imports'],
  ])('%s', (_, bytes, expected) => {
    expect(fault(bytes)).toBe(expected);
  });
});
