import { expect, test } from 'vitest';
import { deviceId } from '../../shared/ids.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/time.ts';
import { afterBytes, afterFrame, afterWake, Allowances, FULL, type Allowance } from './link-allowance.ts';

const RULES = POLICY.throttle;
const { bytesADay, drawnBytes, framesAtOnce, framesAMinute } = RULES;
const START = Date.UTC(2026, 0, 5);

const drawAll = (own: Allowance, bytes: number, now: number): [drawn: number, Allowance] => {
  let [left, drawn] = [own, 0];
  for (let next = afterBytes(left, bytes, RULES, now); next; next = afterBytes(left, bytes, RULES, now)) {
    left = next;
    drawn += bytes;
  }
  return [drawn, left];
};

test('whoever draws all there is gets a day’s bytes a day from then on, and never more than the bucket holds', () => {
  const [first, empty] = drawAll(FULL, 1_000, START);
  expect(first).toBe(Math.floor(drawnBytes / 1_000) * 1_000);
  expect(drawAll(empty, 1_000, START + DAY)[0]).toBeGreaterThan(bytesADay - 1_000);
  expect(drawAll(empty, 1_000, START + DAY)[0]).toBeLessThanOrEqual(bytesADay + 1_000);
  expect(drawAll(empty, 1_000, START + 90 * DAY)[0]).toBe(first);
  const flat = drawAll(empty, 1, START + 10 * SECOND)[0];
  expect(flat).toBeLessThan(drawnBytes / 1_000);
});

/** A phone that obeys its governor: at most a day's data from its own midnight on, in the worst order there is. */
test('an honest phone never meets it, not with the longest inputs, an evicted page every ten minutes and two days’ data in one night', () => {
  const LONGEST = 33 * 1024; // of its job and its round, 16 KiB each
  let own = FULL;
  const met: string[] = [];
  for (let day = 0; day < 40; day++) {
    // All of a day's data in its last hour, then in the first hour of the next: one input too many is under way each time.
    const at = START + day * DAY + (day % 2 === 0 ? DAY - HOUR : 0);
    for (let drawn = 0, i = 0; drawn < bytesADay; drawn += LONGEST, i++) {
      const left = afterBytes(own, LONGEST, RULES, at + i * MINUTE);
      if (!left) met.push(`input ${i} of day ${day}`);
      own = left ?? own;
    }
  }
  expect(met).toEqual([]);
});

test('an honest phone at work for a day, evicted six times an hour with all it may hold, never says a frame too many', () => {
  let own = FULL;
  const met: number[] = [];
  const say = (now: number): void => {
    const left = afterFrame(own, RULES, now);
    if (!left) met.push(now);
    own = left ?? own;
  };
  for (let unit = 0; unit < 24 * 137; unit++) {
    const now = START + (unit * HOUR) / 137;
    for (let i = 0; i < 2; i++) say(now); // its input, and the exchange that hands it in
    if (unit % 2 === 0) say(now); // a report
    if (unit % 23 === 0) for (let i = 0; i < 17; i++) say(now); // back again: sixteen inputs and what it had in flight
  }
  expect(met).toEqual([]);
});

test('frames come back by the minute, and one for every wake', () => {
  let own = FULL;
  const say = (now: number): boolean => {
    const next = afterFrame(own, RULES, now);
    own = next ?? own;
    return next !== undefined;
  };
  for (let i = 0; i < framesAtOnce; i++) expect(say(START)).toBe(true);
  expect(say(START)).toBe(false);
  own = afterWake(own, RULES);
  expect([say(START), say(START)]).toEqual([true, false]);
  const later = Array.from({ length: framesAMinute + 1 }, () => say(START + MINUTE));
  expect(later.filter(Boolean)).toHaveLength(framesAMinute);
});

test('what a device has left outlives its links, and what is full is forgotten first', () => {
  const kept = new Allowances();
  expect(kept.of(deviceId(1))).toBe(FULL);
  const empty = drawAll(FULL, 1_000, START)[1];
  kept.put(deviceId(1), empty, START);
  for (let id = 2; id <= 60_000; id++) kept.put(deviceId(id), { bytesFullAt: START, framesFullAt: START }, START + 1);
  expect(kept.of(deviceId(1))).toBe(empty);
  expect(kept.of(deviceId(2))).toBe(FULL);
});
