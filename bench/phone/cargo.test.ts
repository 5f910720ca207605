import { expect, test } from 'vitest';
import { ByteCounts, cargoOf, ConnectionBill } from './cargo.ts';

test.each([
  ['/link', 'link'],
  ['/kernels/ab12.wasm', 'kernel'],
  ['/api/devices', 'device'],
  ['/api/devices/7/self-test', 'device'],
  ['/api/kernels', 'app'],
  ['/links', 'app'],
  ['/', 'app'],
])('%s carries %s', (path, cargo) => {
  expect(cargoOf(path)).toBe(cargo);
});

test('the first request pays the handshake; the next pays from its own first byte', () => {
  const counts = new ByteCounts();
  const bill = new ConnectionBill(counts);
  bill.up(500); // hello
  bill.down(1500); // certificate
  bill.up(200); // finished, and the request
  bill.carries('app');
  bill.down(3000);
  bill.answered();
  bill.down(20); // what TLS had left to say
  bill.up(100);
  bill.up(50);
  bill.carries('kernel');
  bill.down(3100);
  bill.answered();
  bill.ended();
  expect(counts.totals()).toEqual({ link: 0, kernel: 3250, device: 0, app: 5220, nothing: 0 });
  expect(counts.requests()).toMatchObject({ app: 1, kernel: 1 });
});

test('a link keeps its connection, both ways, and a connection without a request carried nothing', () => {
  const counts = new ByteCounts();
  const link = new ConnectionBill(counts);
  link.up(700);
  link.carries('link');
  link.down(130);
  link.up(800);
  link.down(90);
  link.ended();
  const idle = new ConnectionBill(counts);
  idle.up(500);
  idle.down(900);
  idle.ended();
  expect(counts.totals()).toEqual({ link: 1720, kernel: 0, device: 0, app: 0, nothing: 1400 });
});
