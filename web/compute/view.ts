import type { StudyResult } from '../../shared/agent/battery-study.ts';
import type { Decision, Ends, HalfCode, Signals, UnknownSignal } from '../../shared/agent/governor/signals.ts';

/** A time is seconds from now. */
export type RestEnd = Exclude<Ends, { readonly when: 'time' }> | { readonly when: 'time'; readonly seconds: number };

/** What the screens may know of computing on this phone. One object, replaced whenever something changed. */
export interface ComputeView {
  readonly state: ComputeState;
  /**
   * A governor's code while resting, or the server's where it refuses work for a reason of its own (`budget_spent`,
   * `day_full`, `paused_by_us`) or by another clock (`outside_hours`); what is missing while unsupported; why the last computation gave nothing while ready
   * (`wrong_kernel`, …); why the device was ended while off (`not_opted_in`, `bad_signature`,
   * `device_stopped`: its results did not match ours, …).
   */
  readonly reason: string | undefined;
  /** While resting by a rule: what ends it, times in seconds from now. */
  readonly ends: readonly RestEnd[];
  /** The reason is a bound of what was agreed to, whatever the driver's own limits are: only the text widens it. */
  readonly byConsent: boolean;
  /** The driver's “pause for today” holds, whatever other rule is the reason shown. */
  readonly isPaused: boolean;
  /** Nothing where the browser does not say. Never sent anywhere. */
  readonly battery: { readonly percent: number; readonly isCharging: boolean } | undefined;
  /** Why it computes half of what it may, and which signals are missing (then 1.0 % at most). */
  readonly half: readonly HalfCode[];
  readonly unknown: readonly UnknownSignal[];
  /** Share of this device's CPU per second over the last 60 s, percent, newest last: measured worker time, not a target. */
  readonly shares: readonly number[];
  /** Mean of `shares`. */
  readonly share: number;
  /** Logical cores, at most 8 counted. */
  readonly cores: number;
  /** The unit being computed, as far as it has come. */
  readonly working: { readonly kind: string; readonly jobId: number; readonly progress: number } | undefined;
  /** Since this page opened. */
  readonly unitsDone: number;
  /** Bytes in and out of the device link since this page opened, as counted at the socket's edge. */
  readonly bytes: number;
}

/**
 * off: not opted in here. other_tab: another tab of this browser computes. unsupported: this browser cannot (reason).
 * connecting: the link is not open yet. offline: it cannot be. ready: linked, nothing to do. computing. resting: a rule.
 */
export type ComputeState =
  | 'off'
  | 'other_tab'
  | 'unsupported'
  | 'connecting'
  | 'offline'
  | 'ready'
  | 'computing'
  | 'resting';

/** What the phone says of itself and what the rules made of it: for the screen that shows each signal. */
export interface PhoneSignals {
  readonly facts: Pick<Signals, 'visible' | 'focused' | 'battery' | 'lowPower' | 'heat' | 'pressure' | 'network'> &
    Pick<Signals, 'userActive' | 'lastInputAt' | 'lastLongFrameAt'>;
  readonly decision: Decision;
  readonly bytesToday: number;
  /** What lending takes from the battery, as far as blocks on and off have shown. */
  readonly study: StudyResult;
  /** The clock of all these times, in ms. */
  readonly now: number;
}

/** The device's side of Shared Compute, outside React. One per page. */
export interface Compute {
  view(): ComputeView;
  /** As they are now; nothing while no sensor is open. */
  signals(): PhoneSignals | undefined;
  /** Calls back after each change, and for figures that move all the time every five seconds. Returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** After consent was stored: enrols if needed, links, computes. On already: links again where the server had ended it. */
  enable(): Promise<void>;
  /** Opt-out: the worker ends at once, the link closes. */
  disable(): Promise<void>;
}
