import { describe, expect, test } from 'vitest';
import { findChromium } from './chromium.mjs';
import { nodeComplaint } from './node-version.mjs';

describe('nodeComplaint', () => {
  test.each(['v24.0.0', 'v24.21.0', 'v26.1.0'])('%s will do', (version) => {
    expect(nodeComplaint(version)).toBeUndefined();
  });

  test.each(['v20.20.2', 'v23.11.0', 'v8.0.0', ''])('%j gets one sentence that says what to install', (version) => {
    const complaint = nodeComplaint(version);
    expect(complaint).toContain(`needs Node 24 or newer, found ${version}`);
    expect(complaint).toContain('install it from https://nodejs.org');
    expect(complaint?.split('\n')).toHaveLength(1);
  });
});

describe('findChromium', () => {
  const onDisk =
    (...paths: string[]) =>
    (path: string) =>
      paths.includes(path);

  test('the usual places are looked at in order', () => {
    expect(findChromium('', onDisk('/usr/bin/google-chrome', '/usr/bin/chromium'))).toBe('/usr/bin/chromium');
    expect(findChromium('', onDisk())).toBeUndefined();
  });

  test('CHROMIUM_PATH wins, and one that does not exist is an error of one sentence', () => {
    expect(findChromium('/opt/c', onDisk('/opt/c', '/usr/bin/chromium'))).toBe('/opt/c');
    expect(() => findChromium('/opt/c', onDisk('/usr/bin/chromium'))).toThrow(
      'CHROMIUM_PATH is /opt/c, but there is no such file.',
    );
  });
});
