import { expect, test } from 'vitest';
import { cpuMsOf, machineTimeOf, privateBytesOf, roleOf, threadMsOf } from './proc-text.ts';

test('CPU is user and system time, whatever the process is called', () => {
  const rest = 'S 1 2 3 0 -1 4194560 900 11 0 0 123 45 6 7 20 0 18 0 99 1234567 890';
  expect(cpuMsOf(`42 (chromium) ${rest}`)).toBe(1680);
  expect(cpuMsOf(`42 (a) 9 (b c) ${rest}`)).toBe(1680);
  expect(cpuMsOf('')).toBe(0);
});

test('private bytes are the clean and the dirty ones, not the shared, not the huge pages', () => {
  const smaps = `5580-7ffe ---p 00000000 00:00 0                          [rollup]
Rss:               90000 kB
Shared_Clean:      60000 kB
Shared_Dirty:       5000 kB
Private_Clean:      1024 kB
Private_Dirty:     20480 kB
Private_Hugetlb:     512 kB
`;
  expect(privateBytesOf(smaps)).toBe(21 * 1024 * 1024);
  expect(privateBytesOf('')).toBe(0);
});

test('a thread is counted in nanoseconds', () => {
  expect(threadMsOf('575536000 123053 2\n')).toBeCloseTo(575.536, 6);
  expect(threadMsOf('')).toBe(0);
});

test('a thread is called by its process and its own name', () => {
  expect(roleOf('/opt/chromium\0--type=renderer\0--lang=en', 'Compositor\n')).toBe('renderer: Compositor');
  expect(roleOf('/opt/chromium --type=gpu-process', 'CompositorTileW')).toBe('gpu-process: CompositorTileW');
  expect(roleOf('/opt/chromium\0--headless', 'ThreadPoolForeg12')).toBe('browser: ThreadPoolForeg');
});

test('a machine idles or waits for its disk; a guest is not counted twice', () => {
  expect(machineTimeOf('cpu  10 1 20 300 40 5 6 7 8 9\ncpu0 5 0 10 150 20 0 0 0 0 0\n')).toEqual({
    idleMs: 3400,
    allMs: 3890,
  });
});
