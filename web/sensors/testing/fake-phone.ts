import type { BatteryManager, HeatMemory, Listens, Phone, SensorParts, Stop } from '../surroundings.ts';

/** Counts its listeners, and tells them. */
export class FakeTarget implements Listens {
  readonly #heard: { readonly type: string; readonly run: () => void; readonly capture: boolean }[] = [];

  get listenerCount(): number {
    return this.#heard.length;
  }

  addEventListener(type: string, run: () => void, { capture = false } = {}): void {
    this.#heard.push({ type, run, capture });
  }

  removeEventListener(type: string, run: () => void, { capture = false } = {}): void {
    const at = this.#heard.findIndex((one) => one.type === type && one.run === run && one.capture === capture);
    if (at >= 0) this.#heard.splice(at, 1);
  }

  tell(type: string): void {
    for (const one of [...this.#heard]) if (one.type === type) one.run();
  }
}

/** Time that passes only when told to; frames and timers on it. */
class FakeClock {
  now = 1_000;
  /** Milliseconds between animation frames. */
  frameMs = 16.7;
  /** How long the page is busy in each frame. */
  busyMs = 0;
  #waiting: { at: number; readonly run: () => void; readonly everyMs: number | undefined }[] = [];

  get timerCount(): number {
    return this.#waiting.length;
  }

  wait(ms: number, run: () => void, everyMs?: number): Stop {
    const one = { at: this.now + ms, run, everyMs };
    this.#waiting.push(one);
    return () => this.#forget(one);
  }

  #forget(one: object): void {
    this.#waiting = this.#waiting.filter((other) => other !== one);
  }

  /** Lets promises settle between the timers. */
  async advance(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      await settle();
      const next = this.#waiting.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > until) break;
      this.now = next.at;
      if (next.everyMs === undefined) this.#forget(next);
      else next.at += next.everyMs;
      next.run();
    }
    this.now = until;
  }
}

export async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await Promise.resolve();
}

class FakePage extends FakeTarget {
  visibilityState = 'visible';
  hasTheFocus = true;
  hasFocus(): boolean {
    return this.hasTheFocus;
  }
}

class FakeBattery extends FakeTarget implements BatteryManager {
  level = 0.5;
  charging = false;
}

class FakeConnection extends FakeTarget {
  type?: string = 'cellular';
  effectiveType?: string = '4g';
  saveData?: boolean = false;
}

export class FakeIdle extends FakeTarget {
  static readonly opened: FakeIdle[] = [];
  userState: string | null = null;
  signal: AbortSignal | undefined;
  threshold = 0;
  constructor() {
    super();
    FakeIdle.opened.push(this);
  }
  async start(options: { readonly threshold: number; readonly signal: AbortSignal }): Promise<void> {
    this.signal = options.signal;
    this.threshold = options.threshold;
    this.userState = 'active';
  }
}

export class FakePressure {
  static readonly opened: FakePressure[] = [];
  isObserving = false;
  readonly #heard: (records: readonly { readonly state: string }[]) => void;
  constructor(heard: (records: readonly { readonly state: string }[]) => void) {
    this.#heard = heard;
    FakePressure.opened.push(this);
  }
  async observe(): Promise<void> {
    this.isObserving = true;
  }
  disconnect(): void {
    this.isObserving = false;
  }
  record(...states: string[]): void {
    this.#heard(states.map((state) => ({ state })));
  }
}

export class FakeFrames {
  static supportedEntryTypes: readonly string[] = ['longtask', 'long-animation-frame'];
  static readonly opened: FakeFrames[] = [];
  type: string | undefined;
  readonly #heard: (list: { getEntries(): readonly { readonly duration: number }[] }) => void;
  constructor(heard: (list: { getEntries(): readonly { readonly duration: number }[] }) => void) {
    this.#heard = heard;
    FakeFrames.opened.push(this);
  }
  observe({ type }: { readonly type: string }): void {
    this.type = type;
  }
  disconnect(): void {
    this.type = undefined;
  }
  took(duration: number): void {
    this.#heard({ getEntries: () => [{ duration }] });
  }
}

/** A phone whose every part can be replaced. By default all is there and well, but for Idle Detection, which was not granted. */
export class FakePhone {
  readonly clock = new FakeClock();
  readonly page = new FakePage();
  readonly view = Object.assign(new FakeTarget(), {
    PressureObserver: FakePressure,
    PerformanceObserver: FakeFrames,
    IdleDetector: FakeIdle,
  });
  readonly battery = new FakeBattery();
  readonly connection = new FakeConnection();
  readonly phone: Phone = {
    onLine: true,
    connection: this.connection,
    getBattery: async () => this.battery,
    permissions: { query: async () => ({ state: 'prompt' }) },
  };
  kept: unknown;
  /** What a muted video says to `play()`. */
  play: () => Promise<void> = async () => undefined;
  videoCount = 0;
  openVideoCount = 0;

  parts(over: Partial<SensorParts> = {}): SensorParts {
    const { clock } = this;
    return {
      now: () => clock.now,
      timers: { after: (ms, run) => clock.wait(ms, run), every: (ms, run) => clock.wait(ms, run, ms) },
      page: this.page,
      view: this.view,
      phone: this.phone,
      probes: {
        frame: (run) => clock.wait(clock.frameMs, () => run(clock.now)),
        soon: (run) => clock.wait(clock.busyMs, run),
        video: () => {
          this.videoCount++;
          this.openVideoCount++;
          return { play: () => this.play(), close: () => void this.openVideoCount-- };
        },
      },
      heatStore: { load: () => this.kept, save: (memory: HeatMemory) => (this.kept = memory) },
      ...over,
    };
  }

  get listenerCount(): number {
    const targets = [this.page, this.view, this.battery, this.connection, ...FakeIdle.opened];
    return targets.reduce((sum, { listenerCount }) => sum + listenerCount, 0);
  }
}

/** An iPhone: no battery, network, pressure or idle interface. */
export function fakeIphone(): FakePhone {
  const iphone = new FakePhone();
  Object.assign(iphone, { phone: { onLine: true } });
  for (const name of ['PressureObserver', 'PerformanceObserver', 'IdleDetector'])
    Reflect.deleteProperty(iphone.view, name);
  return iphone;
}

export const refusal = (name: string): Error => Object.assign(new Error(name), { name });

/** What a broken interface does when called. */
export const throws = (): never => {
  throw refusal('SecurityError');
};
export const rejects = async (): Promise<never> => throws();
export const never = (): Promise<never> => new Promise(() => undefined);

/** The one that a sensor opened last. */
export function newest<Fake>(opened: readonly Fake[]): Fake {
  const one = opened.at(-1);
  if (!one) throw new Error('none was opened');
  return one;
}
