/** FNV-1a over `length` bytes, the same numbers as `fnv1a` in `shared/bytes.ts`: it names a candidate in its digest. */
export function fnv1a(at: usize, length: i32): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let i: usize = 0; i < <usize>length; i++) hash = (hash ^ <u32>load<u8>(at + i)) * 0x01000193;
  return hash;
}
