import { unit, type Rng } from '../rng.ts';
import { HOUR, MINUTE } from '../time.ts';

/**
 * What lending costs a phone's battery. No page can measure it: the level comes in steps of 1 % and the screen takes most of
 * it. So time on battery is cut into blocks, each drawn by lot: in some nothing is lent. The difference of how fast the level
 * falls is what lending costs, once there are enough blocks; before that nothing is claimed.
 *
 *     waiting ── unplugged, in front, level known, half an hour ──▶ block on | off ── half an hour ──▶ counted, next block
 *        ▲                                                             │
 *        └── plugged in, level unknown, away for two minutes ──────────┘   (the block is not counted)
 *
 * Pure: the lot and the clock are arguments, and both arms lose their blocks by the same rules.
 */
export interface StudyState {
  /** Since when the phone has been fit for a block without a gap; blocks begin `warmUpMs` later. */
  readonly fitSince: number | undefined;
  readonly seenAt: number | undefined;
  readonly block: StudyBlock | undefined;
  readonly on: Tally;
  readonly off: Tally;
}

export interface StudyBlock {
  readonly startedAt: number;
  /** Whether lending is allowed in it. */
  readonly isOn: boolean;
  /** Percent when it began. */
  readonly percent: number;
}

/** How fast the level fell in counted blocks, percent an hour: their number, sum and sum of squares. */
export interface Tally {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

export interface StudyPolicy {
  /** Half an hour: long enough for some steps of 1 %, short enough to end before the driver plugs in. */
  readonly blockMs: number;
  /** Nothing is asked of a phone that has just been opened. */
  readonly warmUpMs: number;
  /** Share of the blocks without lending. A quarter needs a third more time than a half, and costs the driver half as much. */
  readonly offShare: number;
  /** Blocks begin at this level or above: below it other rules may stop the phone. */
  readonly leastPercent: number;
  /** Away from the front for longer than this ends a block uncounted. */
  readonly longestGapMs: number;
  /** A figure is given once it is known to this many percent an hour, 19 times of 20 … */
  readonly within: number;
  /** … and each arm has this many blocks. */
  readonly leastBlocks: number;
  /**
   * How far blocks of one phone lie apart, percent an hour, until its own are known: with it the wait begins at the 700 hours
   * that the promise names.
   */
  readonly guessedSpread: number;
}

export const STUDY_POLICY: StudyPolicy = {
  blockMs: 30 * MINUTE,
  warmUpMs: 30 * MINUTE,
  offShare: 0.25,
  leastPercent: 30,
  longestGapMs: 2 * MINUTE,
  within: 0.5,
  leastBlocks: 20,
  guessedSpread: 4.13,
};

const NONE: Tally = { count: 0, sum: 0, squares: 0 };
export const NEW_STUDY: StudyState = { fitSince: undefined, seenAt: undefined, block: undefined, on: NONE, off: NONE };

/** What is seen of the phone while the app is in front. */
export interface StudySight {
  readonly now: number;
  readonly battery: { readonly percent: number; readonly isCharging: boolean } | undefined;
  /** Opted in, in front, wanted, and no rule rests it but one that passes by itself within seconds. */
  readonly isFit: boolean;
}

export function studyStep(state: StudyState, sight: StudySight, rng: Rng, policy: StudyPolicy): StudyState {
  const { now, battery, isFit } = sight;
  // Not in front: nothing is known now. Whether it was too long shows when it is seen again.
  if (!isFit) return state;
  const isGap = state.seenAt !== undefined && (now < state.seenAt || now - state.seenAt > policy.longestGapMs);
  const isUsable = battery !== undefined && !battery.isCharging && !isGap;
  if (!isUsable || isFuller(state.block, battery.percent)) {
    return { ...state, block: undefined, seenAt: now, fitSince: battery && !battery.isCharging ? now : undefined };
  }
  const seen = { ...state, seenAt: now, fitSince: state.fitSince ?? now };
  if (seen.block && now - seen.block.startedAt >= policy.blockMs) {
    return begun(counted(seen, seen.block, battery.percent, now), battery.percent, now, rng, policy);
  }
  if (!seen.block && now - seen.fitSince >= policy.warmUpMs) return begun(seen, battery.percent, now, rng, policy);
  return seen;
}

/** Charged meanwhile, out of our sight. */
const isFuller = (block: StudyBlock | undefined, percent: number): boolean =>
  block !== undefined && percent > block.percent;

function begun(state: StudyState, percent: number, now: number, rng: Rng, policy: StudyPolicy): StudyState {
  if (percent < policy.leastPercent) return { ...state, block: undefined };
  return { ...state, block: { startedAt: now, isOn: unit(rng) >= policy.offShare, percent } };
}

function counted(state: StudyState, block: StudyBlock, percent: number, now: number): StudyState {
  const rate = (block.percent - percent) / ((now - block.startedAt) / HOUR);
  const arm = block.isOn ? 'on' : 'off';
  const { count, sum, squares } = state[arm];
  return { ...state, [arm]: { count: count + 1, sum: sum + rate, squares: squares + rate * rate } };
}

/** Until when nothing is lent, on the clock of the sights; nothing while lending is allowed. */
export const measuringUntil = ({ block }: StudyState, { blockMs }: StudyPolicy): number | undefined =>
  block && !block.isOn ? block.startedAt + blockMs : undefined;

export interface StudyResult {
  /** Counted so far, and about how many it takes. */
  readonly hours: number;
  readonly hoursNeeded: number;
  /** Percent of the battery an hour that lending takes, and the half width of its 95 % interval; nothing until it is sure enough. */
  readonly costs: { readonly percentAnHour: number; readonly plusMinus: number } | undefined;
}

/** Two means and their normal 95 % interval (Welch's without his degrees of freedom: blocks are many by then). */
export function studyResult({ on, off }: StudyState, policy: StudyPolicy): StudyResult {
  const isKnown = on.count >= policy.leastBlocks && off.count >= policy.leastBlocks;
  const guessed = policy.guessedSpread ** 2;
  const [onSpread, offSpread] = isKnown ? [varianceOf(on), varianceOf(off)] : [guessed, guessed];
  const blockHours = policy.blockMs / HOUR;
  const perBlock = onSpread / (1 - policy.offShare) + offSpread / policy.offShare;
  const blocksNeeded = Math.max((Z / policy.within) ** 2 * perBlock, policy.leastBlocks / policy.offShare);
  const plusMinus = isKnown ? Z * Math.sqrt(onSpread / on.count + offSpread / off.count) : Infinity;
  return {
    hours: (on.count + off.count) * blockHours,
    hoursNeeded: blocksNeeded * blockHours,
    costs: plusMinus <= policy.within ? { percentAnHour: meanOf(on) - meanOf(off), plusMinus } : undefined,
  };
}

/** 19 times of 20. */
const Z = 1.96;

const meanOf = ({ count, sum }: Tally): number => sum / count;
const varianceOf = (tally: Tally): number =>
  Math.max(0, (tally.squares - tally.count * meanOf(tally) ** 2) / (tally.count - 1));
