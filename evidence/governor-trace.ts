/**
 * Two hours of a phone's sensors, one step a second, drawn from a seed, given to the shipped governor and to the model of
 * `governor-model.ts`: in how many steps they say the same. Exit 1 below 99.5 % of the reasons, and where what a consent's
 * rest is called or when hours open differs in a single step.
 *
 *   node evidence/governor-trace.ts [--seed 1] [--json]
 *
 * Batteries drain faster than real ones, so that two hours hold several stops; everything else keeps a phone's pace.
 */
import { parseArgs } from 'node:util';
import { NEW_GOVERNOR, NO_LIMITS, govern } from '../shared/agent/governor/governor.ts';
import {
  GOVERNOR_POLICY,
  HALF_CODES,
  REST_CODES,
  type BatteryFact,
  type Decision,
  type DriverLimits,
  type NetworkFact,
  type Pressure,
  type Signal,
  type Signals,
} from '../shared/agent/governor/signals.ts';
import { pcg32, unit, type Rng } from '../shared/rng.ts';
import { between, happens, pick } from '../server/sim/chance.ts';
import { model, type Moment, type Verdict } from './governor-model.ts';

const STEPS = 7_200;
const START = 1_000_000_000;
/** 22:20, so that midnight passes at step 6,000 where the clock is not set before. */
const START_MINUTE = 22 * 60 + 20;
const MIDNIGHT_STEP = 6_000;
const DAY_MINUTES = 24 * 60;
const DAY_MS = DAY_MINUTES * 60_000;
const FLOOR = 0.995;

const timeOf = (step: number): number => START + step * 1_000;
const everyStep = <T>(make: (step: number) => T): T[] => Array.from({ length: STEPS }, (_, step) => make(step));

type Range = readonly [from: number, to: number];

/** In which steps something goes on that comes after a gap, stays for a length, and comes again: both drawn, in seconds. */
function episodes(rng: Rng, gap: Range, length: Range): readonly boolean[] {
  const isOn = everyStep(() => false);
  for (let from = between(rng, 0, gap[1]); from < STEPS; from += between(rng, ...gap)) {
    const to = from + between(rng, ...length);
    isOn.fill(true, from, to);
    from = to;
  }
  return isOn;
}

/** One value per stretch, each stretch of a drawn length. */
function stretches<T>(rng: Rng, length: Range, draw: () => T): readonly T[] {
  const values: T[] = [];
  while (values.length < STEPS) {
    const value = draw();
    for (let left = between(rng, ...length); left > 0; left--) values.push(value);
  }
  return values;
}

/**
 * A sensor that says its value again each second, a little late, and now and then goes silent for 3-30 s: then its last
 * fact ages, or is thrown away.
 */
function spoken<T>(
  rng: Rng,
  valueAt: (step: number) => T | undefined,
  isMute: (step: number) => boolean = () => false,
): readonly Signal<T>[] {
  const silent = episodes(rng, [300, 1_200], [3, 30]);
  const thrownAway = stretches(rng, [20, 400], () => happens(rng, 0.3));
  let last: Signal<T>;
  return everyStep((step) => {
    if (silent[step] || isMute(step)) return thrownAway[step] ? undefined : last;
    const value = valueAt(step);
    last = value === undefined ? undefined : { value, source: 'measured', at: timeOf(step) - between(rng, 0, 700) };
    return last;
  });
}

/** What the server says: heard after some seconds, said again only when it changes. */
function fromServer(rng: Rng, offLength: Range): readonly Signal<boolean>[] {
  const off = episodes(rng, [2_000, 4_500], offLength);
  const heardAt = between(rng, 2, 12);
  let last: Signal<boolean>;
  return everyStep((step) => {
    if (step < heardAt) return undefined;
    if (last?.value !== !off[step]) last = { value: !off[step], source: 'measured', at: timeOf(step) };
    return last;
  });
}

/** A level that falls below 20 % and rises past 30 % a few times, charged now and then by a charger that is too weak. */
function drainAndCharge(rng: Rng): readonly BatteryFact[] {
  const facts: BatteryFact[] = [];
  let level = 30 + 50 * unit(rng);
  // Some batteries are read in whole percent, others finer.
  const isWhole = happens(rng, 0.5);
  const push = (isCharging: boolean): void => {
    facts.push({ level: isWhole ? Math.round(level) / 100 : level / 100, isCharging });
  };
  while (facts.length < STEPS) {
    const weakSeconds = facts.length === 0 || happens(rng, 0.6) ? between(rng, 200, 700) : 0;
    for (const fall = 1 / between(rng, 60, 200), to = facts.length + weakSeconds; facts.length < to; level -= fall)
      push(true);
    for (const fall = 1 / between(rng, 12, 45), to = 15 + 7 * unit(rng); level > to; level -= fall) push(false);
    for (const rise = 1 / between(rng, 12, 40), to = 26 + 20 * unit(rng); level < to; level += rise) push(true);
  }
  return facts;
}

function batteryOf(rng: Rng, isHidden: readonly boolean[]): readonly Signal<BatteryFact>[] {
  const facts = drainAndCharge(rng);
  const gone = episodes(rng, [500, 1_500], [40, 400]);
  const nonsense = episodes(rng, [700, 2_000], [1, 20]);
  return spoken(
    rng,
    (step) => {
      if (gone[step]) return undefined;
      const fact = facts[step]!;
      return nonsense[step] ? { ...fact, level: pick(rng, [Number.NaN, -0.01, 1.2, Infinity]) } : fact;
    },
    (step) => isHidden[step]!,
  );
}

/** Three windows of 30 s around 1, in ramps past the warm and the hot ratio. */
function heatOf(rng: Rng): readonly Signal<readonly number[]>[] {
  const warm = episodes(rng, [500, 1_500], [90, 300]);
  const hot = episodes(rng, [2_400, 4_800], [60, 180]);
  let windows: readonly number[] = [];
  const values = everyStep((step) => {
    const ratio = hot[step] ? 1.8 : warm[step] ? 1.5 : 1.05;
    if (step % 30 === 29) windows = [...windows, ratio + 0.2 * (unit(rng) - 0.5)].slice(-3);
    return windows;
  });
  return spoken(rng, (step) => values[step]);
}

function pressureOf(rng: Rng, isHidden: readonly boolean[]): readonly Signal<Pressure>[] {
  const present = episodes(rng, [300, 1_500], [600, 2_000]);
  const serious = episodes(rng, [300, 900], [5, 60]);
  const critical = episodes(rng, [3_000, 6_000], [2, 15]);
  return spoken(
    rng,
    (step) => {
      if (!present[step]) return undefined;
      if (critical[step]) return 'critical';
      return serious[step] ? 'serious' : step % 50 < 25 ? 'nominal' : 'fair';
    },
    (step) => isHidden[step]!,
  );
}

function networkOf(rng: Rng): readonly Signal<NetworkFact>[] {
  const offline = episodes(rng, [800, 2_000], [3, 40]);
  const dips = episodes(rng, [500, 1_200], [10, 90]);
  const slow = episodes(rng, [600, 1_500], [20, 90]);
  const kinds = ['wifi', 'wifi', 'cellular', 'ethernet', 'unknown'] as const;
  const types = stretches(rng, [60, 600], () => pick(rng, kinds));
  const good = stretches(rng, [60, 600], () => pick(rng, ['3g', '4g', '4g', 'unknown'] as const));
  const bad = stretches(rng, [10, 60], () => pick(rng, ['slow-2g', '2g'] as const));
  let slowCalls = 0;
  return spoken(rng, (step) => {
    if (!slow[step]) slowCalls = 0;
    else if (happens(rng, 0.15)) slowCalls++;
    return {
      isOnline: !offline[step],
      type: offline[step] ? 'none' : types[step]!,
      effectiveType: dips[step] ? bad[step]! : good[step]!,
      saveData: false,
      slowCalls,
    };
  });
}

/** On for minutes, and for a second or two by mistake; looked at every other second. */
function lowPowerOf(rng: Rng): readonly Signal<boolean>[] {
  const on = episodes(rng, [900, 2_500], [40, 200]);
  const flicker = episodes(rng, [150, 500], [1, 7]);
  const isRare = stretches(rng, [100, 600], () => happens(rng, 0.3));
  return spoken(
    rng,
    (step) => on[step] !== flicker[step],
    (step) => step % (isRare[step] ? 7 : 2) !== 0,
  );
}

/** Bursts of input, and the page's own words for it coming late now and then. */
function inputOf(rng: Rng): readonly Pick<Signals, 'lastInputAt' | 'lastLongFrameAt'>[] {
  const bursts = episodes(rng, [25, 240], [1, 12]);
  const late = episodes(rng, [100, 400], [2, 9]);
  let [inputAt, frameAt]: (number | undefined)[] = [];
  let told: { lastInputAt: number | undefined; lastLongFrameAt: number | undefined };
  return everyStep((step) => {
    if (bursts[step] && happens(rng, 0.6)) inputAt = timeOf(step) - between(rng, 0, 999);
    if (happens(rng, 0.003)) frameAt = timeOf(step) - between(rng, 0, 999);
    if (!late[step] || step === 0) told = { lastInputAt: inputAt, lastLongFrameAt: frameAt };
    return told;
  });
}

function userActiveOf(rng: Rng): readonly Signal<boolean>[] {
  const granted = episodes(rng, [400, 2_000], [300, 900]);
  const active = episodes(rng, [60, 300], [3, 30]);
  const guessed = stretches(rng, [100, 400], () => happens(rng, 0.2));
  return spoken(rng, (step) => (granted[step] ? active[step] : undefined)).map(
    (fact, step) => fact && (guessed[step] ? { ...fact, source: 'estimated' as const } : fact),
  );
}

/** Fills to the day's 500,000 bytes some minutes before midnight, and starts again. */
function meterOf(rng: Rng): readonly number[] {
  const perStep = 500_000 / between(rng, 4_500, 5_500);
  let bytes = 0;
  return everyStep((step) => {
    bytes = step === MIDNIGHT_STEP ? 0 : bytes + 2 * perStep * unit(rng);
    return Math.floor(bytes);
  });
}

/** "Above 30 %", said an hour and more ago, and again now and then. */
function declaredOf(rng: Rng): readonly (number | undefined)[] {
  let at = happens(rng, 0.5) ? START - between(rng, 60, 115) * 60_000 : undefined;
  const said = episodes(rng, [900, 3_000], [1, 1]);
  return everyStep((step) => {
    if (said[step]) at = timeOf(step) - between(rng, 0, 700);
    return at;
  });
}

/** Blocks without lending, some of them dropped before their time. */
function measuringOf(rng: Rng): readonly (number | undefined)[] {
  const off = episodes(rng, [1_200, 2_400], [200, 500]);
  let until: number | undefined;
  return everyStep((step) => {
    if (off[step] && !off[step - 1]) until = timeOf(step) + between(rng, 120_000, 400_000);
    if (!off[step]) until = undefined;
    return until;
  });
}

/** What was agreed to, and now and then less of it, or by the text again more. */
function agreedOf(rng: Rng): readonly DriverLimits['agreed'][] {
  const networks = stretches(rng, [300, 1_500], () => (happens(rng, 0.2) ? 'wifi' : 'any'));
  const evening = { from: 1_200, to: 30 };
  const windows = [undefined, undefined, evening, evening, { from: 1_400, to: 1_425 }, { from: 420, to: 480 }];
  const hours = stretches(rng, [200, 900], () => pick(rng, windows));
  return everyStep((step) => ({ hours: hours[step], networks: networks[step]! }));
}

/** The driver's clock, which is set by an hour, or by a zone with half ones, at a whole minute of it. */
function clockOf(rng: Rng): readonly Pick<Signals, 'minuteOfDay' | 'midnightAt' | 'clockChange'>[] {
  const changeStep = 60 * between(rng, 10, 110);
  const minutes = pick(rng, [60, 60, -60, -60, 30, -30]);
  return everyStep((step) => {
    const isSet = step >= changeStep;
    const local = START_MINUTE * 60_000 + step * 1_000 + (isSet ? minutes * 60_000 : 0);
    return {
      minuteOfDay: Math.floor(local / 60_000) % DAY_MINUTES,
      midnightAt: timeOf(step) + DAY_MS - (local % DAY_MS),
      clockChange: isSet ? undefined : { at: timeOf(changeStep), minutes },
    };
  });
}

function limitsOf(rng: Rng): readonly DriverLimits[] {
  const wifiOnly = episodes(rng, [600, 1_500], [150, 500]);
  const chargingOnly = episodes(rng, [600, 1_500], [150, 500]);
  const waived = episodes(rng, [900, 2_000], [100, 500]);
  const paused = episodes(rng, [900, 2_000], [100, 300]);
  const night = { from: 22 * 60, to: 120 };
  const windows = [night, { from: 480, to: 1_080 }, { from: 1_390, to: 1_430 }, { from: 60, to: 60 }];
  const hours = stretches(rng, [100, 500], () => pick(rng, [undefined, undefined, night, ...windows]));
  const shares = stretches(rng, [200, 900], () => pick(rng, [undefined, undefined, 0.4, 0.75, 0.9, 1.2, 1.5]));
  let until: number | undefined;
  return everyStep((step) => {
    if (paused[step] && !paused[step - 1]) until = timeOf(step) + between(rng, 60_000, 300_000);
    // Some drivers take it back before its time.
    if (!paused[step] && happens(rng, 0.02)) until = undefined;
    return {
      ...NO_LIMITS,
      wifiOnly: wifiOnly[step]!,
      chargingOnly: chargingOnly[step]!,
      ignoreBatteryWhileCharging: waived[step]!,
      hours: hours[step],
      lowerShare: shares[step],
      pausedUntil: until,
    };
  });
}

function drawTrace(seed: number): readonly Moment[] {
  let stream = 0n;
  // A stream each, so that one more draw in one sensor moves no other.
  const next = (): Rng => pcg32(BigInt(seed), stream++);
  const hidden = episodes(next(), [300, 1_200], [4, 60]);
  const blurred = episodes(next(), [500, 1_500], [2, 30]);
  const facts = {
    optedIn: fromServer(next(), [10, 60]),
    inRollout: fromServer(next(), [10, 60]),
    programmeOn: fromServer(next(), [10, 60]),
    visible: spoken(next(), (step) => !hidden[step]),
    focused: spoken(next(), (step) => !hidden[step] && !blurred[step]),
    battery: batteryOf(next(), hidden),
    lowPower: lowPowerOf(next()),
    heat: heatOf(next()),
    pressure: pressureOf(next(), hidden),
    userActive: userActiveOf(next()),
    network: networkOf(next()),
  };
  const input = inputOf(next());
  const bytes = meterOf(next());
  const capped = episodes(next(), [1_500, 4_000], [20, 90]);
  const declared = declaredOf(next());
  const limits = limitsOf(next());
  const measuring = measuringOf(next());
  const agreed = agreedOf(next());
  const clock = clockOf(next());
  return everyStep((step) => ({
    now: timeOf(step),
    limits: { ...limits[step]!, agreed: agreed[step]! },
    signals: {
      optedIn: facts.optedIn[step],
      inRollout: facts.inRollout[step],
      programmeOn: facts.programmeOn[step],
      visible: facts.visible[step],
      focused: facts.focused[step],
      battery: facts.battery[step],
      lowPower: facts.lowPower[step],
      heat: facts.heat[step],
      pressure: facts.pressure[step],
      userActive: facts.userActive[step],
      network: facts.network[step],
      lastInputAt: input[step]!.lastInputAt,
      lastLongFrameAt: input[step]!.lastLongFrameAt,
      bytesToday: bytes[step]!,
      isCappedByServer: capped[step]!,
      batteryDeclaredAt: declared[step],
      ...clock[step]!,
      measuringUntil: measuring[step],
    },
  }));
}

interface Step {
  readonly moment: Moment;
  readonly shipped: Decision;
  readonly modelled: Verdict;
}

function runBoth(trace: readonly Moment[]): readonly Step[] {
  let state = NEW_GOVERNOR;
  const history: Moment[] = [];
  return trace.map((moment) => {
    history.push(moment);
    const turn = govern(state, moment.signals, moment.limits, GOVERNOR_POLICY, moment.now);
    state = turn.state;
    return { moment, shipped: turn.decision, modelled: model(history, GOVERNOR_POLICY) };
  });
}

const sameReason = ({ shipped, modelled }: Step): boolean => shipped.reason === modelled.reason;
const sameShare = ({ shipped, modelled }: Step): boolean => Math.abs(shipped.share - modelled.share) <= 1e-9;
const sameLink = ({ shipped, modelled }: Step): boolean => shipped.link === modelled.link;
const sameTransfer = ({ shipped, modelled }: Step): boolean => shipped.mayTransfer === modelled.mayTransfer;
const sameConsent = ({ shipped, modelled }: Step): boolean => shipped.byConsent.join() === modelled.byConsent.join();
/** What ends it is said for the reason that is shown. */
function sameOpening({ shipped, modelled }: Step): boolean {
  if (shipped.reason !== 'outside_hours' || modelled.reason !== 'outside_hours') return true;
  const [end] = shipped.ends;
  return modelled.hoursOpenAt === (end?.when === 'time' ? end.at : 'never');
}
const wordOf = ({ shipped, modelled }: Step): string =>
  `${shipped.reason ?? 'computes'} ${shipped.share} ${shipped.link} / ${modelled.reason ?? 'computes'} ${modelled.share} ${modelled.link}`;

/** Each disagreement once, with how many steps it lasted and the facts of its first step. */
function disagreements(steps: readonly Step[]): readonly string[] {
  const lines: string[] = [];
  steps.forEach((step, index) => {
    const word = wordOf(step);
    const before = steps[index - 1];
    if ((sameReason(step) && sameShare(step) && sameLink(step)) || (before && wordOf(before) === word)) return;
    const end = steps.findIndex((later, at) => at > index && wordOf(later) !== word);
    lines.push(
      `step ${index}, ${(end < 0 ? STEPS : end) - index} steps: governor ${word} model; ${factsOf(step.moment)}`,
    );
  });
  return lines;
}

/** What each sensor says, and how many seconds ago it said so. The server's three switches show in the words themselves. */
function factsOf({ now, signals, limits }: Moment): string {
  const secondsAgo = (at: number | undefined): string => (at === undefined ? 'never' : `${(now - at) / 1_000} s ago`);
  const said = (
    ['visible', 'focused', 'battery', 'lowPower', 'heat', 'pressure', 'userActive', 'network'] as const
  ).map((name) => `${name} ${JSON.stringify(signals[name]?.value)} ${secondsAgo(signals[name]?.at)}`);
  const meters = { bytes: signals.bytesToday, isCapped: signals.isCappedByServer, minute: signals.minuteOfDay };
  return [
    ...said,
    `input ${secondsAgo(signals.lastInputAt)}`,
    `long frame ${secondsAgo(signals.lastLongFrameAt)}`,
    `declared ${secondsAgo(signals.batteryDeclaredAt)}`,
    JSON.stringify({ ...meters, ...limits, pausedFor: (limits.pausedUntil ?? now) - now }),
  ].join(', ');
}

function countBy(words: readonly string[], names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, words.filter((word) => word === name).length]));
}

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, json: { type: 'boolean', default: false } },
});
const seed = Number(values.seed);
const steps = runBoth(drawTrace(seed));
const agreement = (agrees: (step: Step) => boolean): number => steps.filter(agrees).length / STEPS;
const reasons = countBy(
  steps.map(({ modelled }) => modelled.reason ?? 'computes'),
  ['computes', ...REST_CODES],
);
const halves = countBy(
  // Those that halve a duty, not those behind a rest.
  steps.filter(({ modelled }) => modelled.share > 0).flatMap(({ modelled }) => modelled.half),
  HALF_CODES,
);
const result = {
  seed,
  steps: STEPS,
  reasonAgreement: agreement(sameReason),
  shareAgreement: agreement(sameShare),
  linkAgreement: agreement(sameLink),
  consentAgreement: agreement(sameConsent),
  openingAgreement: agreement(sameOpening),
  reasons,
};
for (const line of disagreements(steps).slice(0, 10)) console.log(line);
console.log('steps per reason', reasons);
console.log('steps at half duty', halves);
const codeCount = REST_CODES.filter((code) => (reasons[code] ?? 0) > 0).length;
const isWide = codeCount >= 12 && HALF_CODES.every((code) => (halves[code] ?? 0) > 0);
console.log(`${codeCount} of ${REST_CODES.length} codes${isWide ? '' : ': too few, or a half code is missing'}`);
for (const [what, agrees] of Object.entries({
  sameReason,
  sameShare,
  sameLink,
  sameTransfer,
  sameConsent,
  sameOpening,
}))
  console.log(`${what}: ${(100 * agreement(agrees)).toFixed(3)} %`);
if (values.json) console.log(JSON.stringify(result));
const isExact = result.consentAgreement === 1 && result.openingAgreement === 1;
process.exitCode = result.reasonAgreement < FLOOR || !isExact ? 1 : 0;
