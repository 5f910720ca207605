/**
 * Array views over linear memory at addresses the kernel chose: `const tour = changetype<I32s>(TOUR)`, then `tour[i]`
 * is one bare load. Managed arrays cost 3 to 10 times as much in a hot loop, and bounds checks survive `--noAssert`.
 * Nothing checks an index: the kernel does, once, when it reads its input.
 */

@unmanaged
export class I32s {
  [key: number]: i32;
  // @ts-ignore: decorator
  @inline @operator('[]') get(i: i32): i32 {
    return load<i32>(changetype<usize>(this) + ((<usize>i) << 2));
  }
  // @ts-ignore: decorator
  @inline @operator('[]=') set(i: i32, value: i32): void {
    store<i32>(changetype<usize>(this) + ((<usize>i) << 2), value);
  }
}

@unmanaged
export class U16s {
  [key: number]: i32;
  // @ts-ignore: decorator
  @inline @operator('[]') get(i: i32): i32 {
    return <i32>load<u16>(changetype<usize>(this) + ((<usize>i) << 1));
  }
  // @ts-ignore: decorator
  @inline @operator('[]=') set(i: i32, value: i32): void {
    store<u16>(changetype<usize>(this) + ((<usize>i) << 1), <u16>value);
  }
}

@unmanaged
export class U8s {
  [key: number]: i32;
  // @ts-ignore: decorator
  @inline @operator('[]') get(i: i32): i32 {
    return <i32>load<u8>(changetype<usize>(this) + <usize>i);
  }
  // @ts-ignore: decorator
  @inline @operator('[]=') set(i: i32, value: i32): void {
    store<u8>(changetype<usize>(this) + <usize>i, <u8>value);
  }
}

@unmanaged
export class F64s {
  [key: number]: f64;
  // @ts-ignore: decorator
  @inline @operator('[]') get(i: i32): f64 {
    return load<f64>(changetype<usize>(this) + ((<usize>i) << 3));
  }
  // @ts-ignore: decorator
  @inline @operator('[]=') set(i: i32, value: f64): void {
    store<f64>(changetype<usize>(this) + ((<usize>i) << 3), value);
  }
}
