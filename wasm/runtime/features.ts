/**
 * A module whose only function uses SIMD (`i32.const 0; i8x16.splat; i8x16.popcnt`): valid where a kernel's SIMD build is.
 * Safari has it from 16.4, Chrome from 91, Firefox from 89; and no phone whose processor lacks it.
 */
export const SIMD_PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // \0asm, version 1
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b], // type 0: () -> v128
  ...[0x03, 0x02, 0x01, 0x00], // one function of type 0
  ...[0x0a, 0x0a, 0x01, 0x08, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0xfd, 0x62, 0x0b],
);

/** Which of a kernel's builds runs here. Both give the same bytes. */
export type KernelFeatures = 'simd' | 'baseline';

export const featuresHere = (): KernelFeatures => (WebAssembly.validate(SIMD_PROBE) ? 'simd' : 'baseline');
