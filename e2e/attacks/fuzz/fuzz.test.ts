import { describe, expect, test } from 'vitest';
import { FRAMES } from '../../../shared/protocol/frame-table.ts';
import { decodeFrame } from '../../../shared/protocol/frames.ts';
import { pcg32 } from '../../../shared/rng.ts';
import { POLICY } from '../../../shared/model/policy.ts';
import { withoutEffect } from './http-cases.ts';
import { makeFrame } from './make-frame.ts';
import { runFuzz } from './run-fuzz.ts';

const rng = pcg32(7n);

describe('frames made from the table', () => {
  test.each(Object.keys(FRAMES) as (keyof typeof FRAMES)[])('decode before they are spoilt: %s', (name) => {
    const refused = Array.from({ length: 200 }, () => decodeFrame(makeFrame(rng, name).bytes, 0xffff)).filter(
      ({ ok }) => !ok,
    );
    // Lists at their fullest are past what a body can be: nothing else may be wrong.
    expect(refused.every((one) => !one.ok && one.error === 'bad_length')).toBe(true);
    expect(refused.length).toBeLessThan(100);
  });
});

test('an admin’s body always has something that nobody may say', () => {
  for (const text of ['{}', '{"isOn":true}', '{"isOn":false,"isOn":true}', '\ufeff{"isOn":true}'])
    expect(JSON.parse(withoutEffect(text))).toHaveProperty('fuzz');
  expect(withoutEffect('[1')).toBe('[1');
});

describe('a bounded run', { timeout: 120_000 }, () => {
  test('finds nothing wrong with the server, with limits raised and as shipped', async () => {
    for (const [limits, pieces] of [
      ['raised', 3000],
      ['shipped', 600],
    ] as const) {
      const report = await runFuzz({ seed: 1n, pieces, limits, planted: [] });
      expect(report.findings).toEqual([]);
      expect(report.pieces).toBeGreaterThanOrEqual(pieces);
      expect(report.honest).toMatchObject({ phones: 2, isWhole: true });
      expect(report.honest?.creditedMicros).toBe((report.honest?.unitsComputed ?? 0) * POLICY.priceMicros);
      expect(report.ledger).toMatchObject({ entriesSumMicros: 0, balancesMatch: true });
      expect(report.auditLog?.fault).toBeUndefined();
      if (limits === 'raised') expect([report.operations > 50, report.unasked]).toEqual([true, []]);
      // It came through: signed in, linked, read and refused.
      expect(Object.keys(report.statuses)).toEqual(expect.arrayContaining(['200', '400', '401', '404', '422', '101']));
      expect(Object.keys(report.frames)).toEqual(expect.arrayContaining(['ready', 'reply', 'gone', 'bye malformed']));
    }
  });

  test('finds what was planted: throws behind a route and a link, a lost promise, a leak', async () => {
    const planted = ['route_throws', 'link_throws', 'rejects', 'leaks'] as const;
    const { findings, isAlive } = await runFuzz({ seed: 1n, pieces: 4_000, limits: 'raised', planted });
    expect(isAlive).toBe(true);
    const said = findings.map(({ what }) => what);
    // A throwing route is seen as a 500, or, where the request was cut off before its reply, as the server's incident.
    for (const expected of [
      /^status 500|^incident http-/,
      /^bye overloaded/,
      /a promise nobody waited for/,
      /^memory grows/,
    ])
      expect(said).toContainEqual(expect.stringMatching(expected));
  });

  test('finds the frame that kills, and makes it small', async () => {
    const { findings, isAlive } = await runFuzz({ seed: 1n, pieces: 50_000, limits: 'raised', planted: ['dies'] });
    expect(isAlive).toBe(false);
    expect(findings[0]?.what).toMatch(/planted: the last of all rounds/);
    expect(JSON.stringify(findings[0]?.case)).toMatch(
      /"messages":\["message: hex 07[0-9a-f]*ffff[0-9a-f]*","raw: hex 81810000000078"\]/,
    );
  });
});
