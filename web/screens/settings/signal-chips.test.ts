import { i18n } from '@lingui/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { govern, NEW_GOVERNOR, NO_LIMITS } from '../../../shared/agent/governor/governor.ts';
import { GOVERNOR_POLICY, type Signals } from '../../../shared/agent/governor/signals.ts';
import { onPageClock, readLimits, type KeptLimits } from '../../data/limits.ts';
import { type SignalChip, signalChips } from './signal-chips.ts';

beforeAll(() => i18n.loadAndActivate({ locale: 'en', messages: {} }));

const NOW = 3_600_000;
const fact = <T>(value: T) => ({ value, source: 'measured', at: NOW }) as const;
const wifi = { isOnline: true, type: 'wifi', effectiveType: '4g', saveData: false, slowCalls: 0 } as const;
const GOOD: Signals = {
  optedIn: fact(true),
  inRollout: fact(true),
  programmeOn: fact(true),
  visible: fact(true),
  focused: fact(true),
  battery: fact({ level: 0.64, isCharging: false }),
  lowPower: fact(false),
  heat: { value: [1, 1, 1.06], source: 'estimated', at: NOW },
  pressure: fact('nominal'),
  userActive: undefined,
  lastInputAt: undefined,
  lastLongFrameAt: undefined,
  network: fact(wifi),
  bytesToday: 121_000,
  isCappedByServer: false,
  batteryDeclaredAt: undefined,
  minuteOfDay: 720,
  midnightAt: NOW + 43_200_000,
  clockChange: undefined,
  measuringUntil: undefined,
};

const NO_STUDY = { hours: 0, hoursNeeded: 699, costs: undefined };

/** The chips of a phone about which the real governor was asked: name → state and source. */
function chipsOf(changed: Partial<Signals>, kept: Partial<KeptLimits> = {}): Record<string, string> {
  const stored = { ...readLimits(undefined), agreed: NO_LIMITS.agreed, ...kept };
  const { limits, batteryDeclaredAt } = onPageClock(stored, NOW, NOW);
  const signals = { ...GOOD, batteryDeclaredAt, ...changed };
  const { decision } = govern(NEW_GOVERNOR, signals, limits, GOVERNOR_POLICY, NOW);
  const chips = signalChips(
    { facts: signals, decision, bytesToday: signals.bytesToday, study: NO_STUDY, now: NOW },
    stored,
  );
  return Object.fromEntries(chips.map((chip) => [chip.icon, wordsOf(chip)]));
}
const wordsOf = ({ state, source }: SignalChip): string => `${state} ${source ?? '-'}`;

describe('the signal chips', () => {
  it('are all ok on a good phone, each with where it is from', () => {
    expect(chipsOf({})).toEqual({
      eye: 'ok measured',
      'battery-medium': 'ok measured',
      leaf: 'ok measured',
      thermometer: 'ok estimated',
      hand: 'ok measured',
      'signal-high': 'ok measured',
      'arrow-down-up': 'ok measured',
    });
  });

  it.each([
    ['eye', { focused: fact(false) }, {}],
    ['battery-medium', { battery: fact({ level: 0.18, isCharging: true }) }, {}],
    ['thermometer', { pressure: fact('critical' as const) }, {}],
    ['hand', { userActive: fact(true) }, {}],
    ['signal-high', { network: fact({ ...wifi, isOnline: false }) }, {}],
    ['arrow-down-up', { bytesToday: 500_000 }, {}],
    ['wifi', { network: fact({ ...wifi, type: 'cellular' as const }) }, { wifiOnly: true }],
  ] as const)('%s is bad when its rule fails, though others are ok', (icon, changed, kept) => {
    const chips = chipsOf(changed, kept);
    expect(Object.keys(chips).filter((name) => chips[name]?.startsWith('bad'))).toEqual([icon]);
  });

  it('shows every rule that fails, not the first alone', () => {
    const chips = chipsOf(
      { battery: fact({ level: 0.1, isCharging: false }), bytesToday: 500_000 },
      { chargingOnly: true },
    );
    expect([chips['battery-medium'], chips['arrow-down-up']]).toEqual(['bad measured', 'bad measured']);
  });

  it('says unknown where the phone says nothing, and declared where the driver did', () => {
    const silent = {
      battery: undefined,
      lowPower: undefined,
      heat: undefined,
      pressure: undefined,
      network: undefined,
    };
    expect(chipsOf(silent)).toMatchObject({
      'battery-medium': 'unknown -',
      leaf: 'unknown -',
      thermometer: 'unknown -',
      'signal-high': 'unknown -',
    });
    const declared = (hoursAgo: number) =>
      chipsOf(silent, { batteryDeclaredAt: NOW - hoursAgo * 3_600_000 })['battery-medium'];
    expect([declared(1), declared(2)]).toEqual(['ok declared', 'unknown -']);
  });
});
