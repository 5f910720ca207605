import { describe, expect, test } from 'vitest';
import type { BlockId, DeviceId } from '../../shared/ids.ts';
import type { Device, ExchangeRow } from '../../shared/model/device.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { micros } from '../../shared/money.ts';
import { DAY } from '../../shared/time.ts';
import { isMature, needsSettling, settleRate } from './trust.ts';

const NOW = 20_000 * DAY;

/** All that maturity asks of a device. */
const device = (taskCount: number): Device => ({ taskCount, verified: { span: 0, counts: [] } }) as unknown as Device;

describe('maturity', () => {
  const row = (changes: Partial<ExchangeRow> = {}): ExchangeRow => ({
    deviceId: 2 as DeviceId,
    seq: 1,
    blockId: 1 as BlockId,
    taskIndices: [0],
    amountMicros: micros(50_000),
    digest: new Uint8Array(),
    state: 'pending',
    audit: 'passed',
    wholeDue: 0,
    wholeDone: 0,
    isSettled: false,
    voidedBy: 0,
    taskNo: 10,
    acceptedAt: NOW,
    ...changes,
  });
  const far = device(260);
  const near = device(259);
  const week = NOW + 7 * DAY;

  test.each<[string, Partial<ExchangeRow>, Device, number, boolean]>([
    ['250 further tasks are enough, at once and unsettled', {}, far, NOW, true],
    ['249 are not', {}, near, NOW, false],
    ['a week is, once settled', { isSettled: true }, near, week, true],
    ['a millisecond less is not', { isSettled: true }, near, week - 1, false],
    ['a week unsettled is not', {}, near, week, false],
    ['nothing is before the gate has passed', { audit: 'none', isSettled: true }, far, week, false],
    ['nothing is after it failed', { audit: 'failed', isSettled: true }, far, week, false],
    ['nothing is while a whole re-run is due', { wholeDue: 3, wholeDone: 1, isSettled: true }, far, week, false],
    ['when all that was due is done, it is', { wholeDue: 3, wholeDone: 3 }, far, NOW, true],
    ['a posted row does not post again', { state: 'posted', isSettled: true }, far, week, false],
    ['nor a void or a restored one', { state: 'restored', isSettled: true }, far, week, false],
  ])('%s', (_name, changes, owner, now, expected) => {
    expect(isMature(row(changes), owner, now, POLICY)).toBe(expected);
  });

  test('only rows that time alone would post are settled, and once', () => {
    const needs = (changes: Partial<ExchangeRow>, owner: Device, now: number): boolean =>
      needsSettling(row(changes), owner, now, POLICY);
    expect(needs({}, near, week)).toBe(true);
    expect(needs({ isSettled: true }, near, week)).toBe(false);
    expect(needs({}, far, week)).toBe(false);
    expect(needs({}, near, week - 1)).toBe(false);
    expect(needs({ audit: 'none' }, near, week)).toBe(false);
    expect(needs({ state: 'void' }, near, week)).toBe(false);
  });

  test.each([
    [0, 1],
    [5, 1], // 0.025 × 251 / 6 > 1
    [6, (0.025 * 251) / 7],
    [99, 0.06275],
    [249, (0.025 * 251) / 250],
  ])('after %i further tasks a result is settled by a whole re-run with probability %f', (further, expected) => {
    expect(settleRate(row(), device(10 + further), NOW, POLICY)).toBeCloseTo(expected, 12);
  });

  test.each([
    [600, 1],
    [1_200, 1 / 4],
    [6_000, 1 / 100],
  ])('of a device with %i verified chunks %f of that', (chunks, share) => {
    const known = (counts: number[]): Device => ({
      ...device(110),
      verified: { span: Math.floor(NOW / (10 * DAY)), counts },
    });
    expect(settleRate(row(), known([chunks]), NOW, POLICY)).toBeCloseTo((share * 0.025 * 251) / 101, 12);
  });
});
