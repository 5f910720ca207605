import { expect, test } from 'vitest';
import { afterHead } from './wire.ts';

test.each([1, 5, 1000])('the head of an answer is left out and nothing else, %i bytes at a time', (size) => {
  const bytes = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nfirst\r\n\r\nsecond');
  const heard: string[] = [];
  const hear = afterHead((part) => void heard.push(Buffer.from(part).toString()));
  for (let at = 0; at < bytes.length; at += size) hear(bytes.subarray(at, at + size));
  expect(heard.join('')).toBe('first\r\n\r\nsecond');
});
