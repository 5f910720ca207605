import type { Ends, HalfCode, UnknownSignal } from '../../shared/agent/governor/signals.ts';

/** A time is seconds from now. */
export type RestEnd = Exclude<Ends, { readonly when: 'time' }> | { readonly when: 'time'; readonly seconds: number };

/** What the screens may know of computing on this phone. One object, replaced whenever something changed. */
export interface ComputeView {
  readonly state: ComputeState;
  /**
   * A governor's code while resting; what is missing while unsupported; why the last computation gave nothing while ready
   * (`wrong_kernel`, …); why the device was ended while off (`not_opted_in`, `bad_signature`,
   * `device_stopped`: its results did not match ours, …).
   */
  readonly reason: string | undefined;
  /** While resting by a rule: what ends it, times in seconds from now. */
  readonly ends: readonly RestEnd[];
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

/** The device's side of Shared Compute, outside React. One per page. */
export interface Compute {
  view(): ComputeView;
  /** Calls back after each change, and for figures that move all the time every five seconds. Returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** After consent was stored: enrols if needed, links, computes. On already: links again where the server had ended it. */
  enable(): Promise<void>;
  /** Opt-out: the worker ends at once, the link closes. */
  disable(): Promise<void>;
}
