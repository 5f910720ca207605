/**
 * Where kernels keep their state. The compiler puts static data at 1024 and up, so a kernel that picks its own addresses
 * starts above the first page; `abi()` refuses when static data would reach that far (a kernel once overwrote the
 * tables of its own mathematics that way: the result was NaN, with no error).
 */
export const STATE_AT: usize = 0x1_0000;

/** What every kernel's `abi()` returns: the version of the interface in `wasm/runtime/kernel.ts`. */
export function abiVersion(): i32 {
  return __heap_base <= STATE_AT ? 1 : 0;
}

/** Makes memory reach `end`. Traps past the module's cap: no result, never a wrong one. */
export function reach(end: usize): void {
  const pages = <i32>((end + 0xffff) >>> 16);
  const have = memory.size();
  if (pages > have && memory.grow(pages - have) < 0) unreachable();
}
