/**
 * The small part of a browser that the sensors use, so that a test can stand in for it. Whatever a browser may lack is
 * optional here; whatever it has may still throw, reject or fall silent.
 */
export interface SensorParts {
  /** Milliseconds since the page opened, as `performance.now()` counts them. */
  readonly now: () => number;
  readonly timers: Timers;
  readonly page: Page;
  readonly view: View;
  readonly phone: Phone;
  readonly probes: LowPowerWays;
  readonly heatStore: HeatStore;
}

export type Stop = () => void;

export interface Listens {
  addEventListener(type: string, heard: () => void, options?: ListenOptions): void;
  removeEventListener(type: string, heard: () => void, options?: ListenOptions): void;
}
interface ListenOptions {
  readonly passive?: boolean;
  readonly capture?: boolean;
}

export interface Timers {
  every(ms: number, run: () => void): Stop;
  after(ms: number, run: () => void): Stop;
}

/** Of `document`. */
export interface Page extends Listens {
  readonly visibilityState?: string;
  hasFocus?(): boolean;
}

/** Of `window`. */
export interface View extends Listens {
  readonly PressureObserver?: new (heard: (records: readonly { readonly state: string }[]) => void) => {
    observe(source: 'cpu', options: { readonly sampleInterval: number }): Promise<void>;
    disconnect(): void;
  };
  readonly PerformanceObserver?: {
    readonly supportedEntryTypes?: readonly string[];
    new (heard: (list: { getEntries(): readonly { readonly duration: number }[] }) => void): {
      observe(options: { readonly type: string }): void;
      disconnect(): void;
    };
  };
  readonly IdleDetector?: new () => IdleWatch;
}

export interface IdleWatch extends Listens {
  readonly userState: string | null;
  start(options: { readonly threshold: number; readonly signal: AbortSignal }): Promise<void>;
}

/** Of `navigator`. */
export interface Phone {
  readonly onLine?: boolean;
  readonly connection?: Connection;
  getBattery?(): Promise<BatteryManager>;
  readonly permissions?: { query(permission: { readonly name: string }): Promise<{ readonly state: string }> };
}

export interface Connection extends Listens {
  readonly type?: string;
  readonly effectiveType?: string;
  readonly saveData?: boolean;
}

export interface BatteryManager extends Listens {
  readonly level: number;
  readonly charging: boolean;
}

/** What the low-power probe needs of a browser. */
export interface LowPowerWays {
  /** The next animation frame, and its time in milliseconds. */
  frame(run: (at: number) => void): Stop;
  /** As soon as the main thread is free. Not a timer: iOS holds those back in low-power mode. */
  soon(run: () => void): Stop;
  /** A new muted inline video of a second, from the page itself. */
  video(): { play(): Promise<void>; close(): void };
}

/** Kept from session to session. What was kept may be anything: it is looked at before it is believed. */
export interface HeatStore {
  load(): unknown;
  save(memory: HeatMemory): unknown;
}

/**
 * Milliseconds per operation of the coldest tenth of each of the last sessions, oldest first, at most twenty, apart by
 * whether the phone was charging: charging warms it, and some phones clock higher then.
 */
export type HeatMemory = Readonly<Record<Plug, readonly number[]>>;
export type Plug = 'plugged' | 'unplugged' | 'unknown';

/** What it says, or nothing where the browser has no such thing or refuses. */
export function attempt<Value>(ask: () => Value): Value | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

/** Listens to all of these until stopped. */
export function listen(
  target: Listens | undefined,
  types: readonly string[],
  heard: () => void,
  isInput = false,
): Stop {
  const options = isInput ? { passive: true, capture: true } : {};
  for (const type of types) attempt(() => target?.addEventListener(type, heard, options));
  return () => {
    for (const type of types) attempt(() => target?.removeEventListener(type, heard, options));
  };
}
