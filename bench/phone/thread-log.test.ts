import { expect, test } from 'vitest';
import { stoppingOf, type ThreadLook } from './thread-log.ts';

const look = (at: number, threads: Readonly<Record<string, number>>): ThreadLook => ({
  at,
  threads: new Map(Object.entries(threads)),
});

test('the last growth after the touch counts, by when it was seen', () => {
  const looks = [
    look(990, { a: 10 }),
    look(1000, { a: 12 }),
    look(1004, { a: 14 }),
    look(1008, { a: 15 }),
    look(1012, { a: 15 }),
  ];
  expect(stoppingOf(looks, 1001)).toEqual({ stopMs: 7, lateCpuMs: 0 });
});

test('a thread that ends was at work until it is seen to be gone', () => {
  const looks = [look(1000, { a: 10, b: 1 }), look(1002, { a: 10, b: 1 }), look(1030, { b: 1 }), look(1200, { b: 1 })];
  expect(stoppingOf(looks, 1001)).toEqual({ stopMs: 29, lateCpuMs: 0 });
});

test('nothing after the touch is zero', () => {
  expect(stoppingOf([look(990, { a: 9 }), look(1000, { a: 10 }), look(1100, { a: 10 })], 1000)).toEqual({
    stopMs: 0,
    lateCpuMs: 0,
  });
});

test('what runs after 100 ms is said, a thread that begins then with all of its time', () => {
  const looks = [
    look(1000, { a: 10 }),
    look(1100, { a: 16 }),
    look(1102, { a: 17.5 }),
    look(1900, { a: 17.5, b: 4 }),
    look(2000, { a: 17.5, b: 4 }),
  ];
  expect(stoppingOf(looks, 1000)).toEqual({ stopMs: 900, lateCpuMs: 5.5 });
});
