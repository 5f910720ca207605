import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../time.ts';
import type { Signals } from './signals.ts';
import { factAt, newGovernor, NOON } from './testing/good-signals.ts';

const once = (changes: Partial<Signals>) => newGovernor()(NOON, changes);
const level = (value: number, isCharging = false) => factAt(NOON, { level: value, isCharging });

describe('heat', () => {
  test.each([
    [[1.7, 1.7, 1.7], 'hot', ['warm']],
    [[1.69, 3, 3], undefined, ['warm']],
    [[3, 1.35, 3], undefined, ['warm']],
    [[3, 1.34, 3], undefined, []],
    [[1, 1.7, 1.8, 1.9], 'hot', ['warm']],
  ] as const)('windows %j: %s, half for %j', (windows, reason, half) => {
    expect(once({ heat: factAt(NOON, windows) })).toMatchObject({
      reason,
      half,
      share: reason ? 0 : half.length > 0 ? 0.75 : 1.5,
    });
  });

  test('pressure stops at critical and halves at serious', () => {
    expect(once({ pressure: factAt(NOON, 'critical') })).toMatchObject({ reason: 'hot', share: 0, link: 'keep' });
    expect(once({ pressure: factAt(NOON, 'serious') })).toMatchObject({ half: ['warm'], share: 0.75 });
    expect(once({ pressure: factAt(NOON, 'fair') })).toMatchObject({ half: [], share: 1.5 });
    expect(once({ pressure: factAt(NOON - 5_000, 'critical') }).reason, 'gone silent').toBeUndefined();
  });

  test('ends ten minutes after it was last hot', () => {
    const ask = newGovernor();
    const hot = (ms: number) => ask(NOON + ms, { pressure: factAt(NOON + ms, 'critical') });
    expect(hot(0).ends).toEqual([{ when: 'time', at: NOON + 10 * MINUTE }]);
    expect(hot(9 * MINUTE).ends).toEqual([{ when: 'time', at: NOON + 19 * MINUTE }]);
    expect(ask(NOON + 19 * MINUTE - 1, { heat: undefined })).toMatchObject({ reason: 'hot', unknown: ['heat'] });
    expect(ask(NOON + 19 * MINUTE).reason).toBeUndefined();
  });

  test.each([[undefined], [[]], [[3, 3]], [[3, NaN, 3]], [[3, 0, 3]], [[3, Infinity, 3]]])(
    'windows %o are unknown',
    (windows) => {
      const heat = windows && factAt(NOON, windows);
      expect(once({ heat })).toMatchObject({ reason: undefined, half: [], unknown: ['heat'], share: 1 });
      expect(once({ heat, pressure: factAt(NOON, 'nominal') })).toMatchObject({ unknown: [], share: 1.5 });
    },
  );
});

describe('losing charge', () => {
  const steps = (
    ...levels: readonly (readonly [minute: number, percent: number | undefined, isCharging?: boolean])[]
  ) => {
    const ask = newGovernor();
    const decisions = levels.map(([minute, percent, isCharging = true]) => {
      const at = NOON + minute * MINUTE;
      return ask(at, { battery: percent === undefined ? undefined : factAt(at, { level: percent / 100, isCharging }) });
    });
    return decisions.at(-1);
  };

  test('halves below 78 %, charging, fallen by a point within ten minutes', () => {
    expect(steps([0, 60], [10, 59])).toMatchObject({ half: ['losing_charge'], share: 0.75 });
    expect(steps([0, 60], [10.001, 59])?.half).toEqual([]);
    expect(steps([0, 60], [9, 60], [19, 59], [19, 59])?.half, 'from when it was last so high').toEqual([
      'losing_charge',
    ]);
    expect(steps([0, 78], [1, 77])?.half).toEqual(['losing_charge']);
    expect(steps([0, 79], [1, 78])?.half).toEqual([]);
    expect(steps([0, 60], [1, 59], [2, 60])?.half, 'made good').toEqual([]);
    expect(steps([0, 60], [1, 59], [11.001, 59])?.half).toEqual([]);
  });

  test('a fall on the battery is none, nor is one before it was plugged in', () => {
    expect(steps([0, 60, false], [1, 59, false])?.half).toEqual([]);
    expect(steps([0, 60, false], [1, 59])?.half).toEqual([]);
    expect(steps([0, 60], [1, 59], [2, 59, false])?.half).toEqual([]);
  });

  test('an unknown level keeps what was seen and says nothing itself', () => {
    expect(steps([0, 60], [1, undefined])).toMatchObject({ half: [], unknown: ['battery'] });
    expect(steps([0, 60], [1, undefined], [2, 59])?.half).toEqual(['losing_charge']);
  });

  test('warm as well is still half, and unknown as well is still half', () => {
    const ask = newGovernor();
    ask(NOON, { battery: level(0.6, true) });
    const both = { battery: level(0.59, true), pressure: factAt(NOON, 'serious' as const), network: undefined };
    expect(ask(NOON, both)).toMatchObject({ half: ['warm', 'losing_charge'], unknown: ['network'], share: 0.75 });
  });
});
