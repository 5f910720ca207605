import { must } from '../../../shared/assert.ts';
import type { DeviceId } from '../../../shared/ids.ts';
import type { ResultOutcome } from '../../../shared/model/exchange.ts';
import type { ByeCode } from '../../../shared/protocol/frame-table.ts';
import type { Result } from '../../../shared/result.ts';
import type { Rng } from '../../../shared/rng.ts';
import { MINUTE } from '../../../shared/time.ts';
import type { Coordinator } from '../../core/coordinator.ts';
import { randomBytes } from '../chance.ts';
import { deviceKey } from '../key-twin.ts';
import { BriefPhone, type ComputedTask, type PhoneIdentity, type PhoneOwner, type PhoneParts } from './brief-phone.ts';
import { lies, tasksLeft, type Conduct, type Leak } from './conduct.ts';
import { lieIn, sharedRng, type LieKind } from './lie.ts';
import { quickRng } from './quick-rng.ts';

/** Milliseconds a chunk takes at full speed, as the self-test at opt-in measures it: the reference phone's. */
const CHUNK_MS = 33;
export const UNIT_CPU_MS = 64 * CHUNK_MS;

export interface Cheat {
  readonly conduct: Conduct;
  readonly lie: LieKind;
  /** Whether all cheaters lie about the same tasks, and say the same. */
  readonly isColluding: boolean;
  /** Units it takes at once, at most. */
  readonly most: number;
  /** Whether it comes back under a new account when it is found out. */
  readonly comesBack: boolean;
}

export interface SeatParts {
  readonly coordinator: Coordinator;
  readonly consentVersion: number;
  readonly phone: PhoneParts;
  readonly rng: Rng;
  /** A lie is on its way: for the measuring side only. */
  readonly lied: (deviceId: DeviceId, task: ComputedTask) => void;
  /** A device has taken this seat. */
  readonly seated: (deviceId: DeviceId, seat: Seat) => void;
  /** A phone got nothing: more must be asked for. */
  readonly starved: () => void;
  readonly leakOf: (deviceId: DeviceId, task: ComputedTask) => Leak | undefined;
}

/**
 * A place in the population, held by one device after another: an honest one stays, a cheater who is found out (or has got
 * what it came for) comes back at once under a new account, for free. Tasks are counted by the seat, whoever sat there.
 */
export class Seat implements PhoneOwner {
  readonly cheat: Cheat | undefined;
  readonly #most: number;
  readonly #parts: SeatParts;
  #identity: PhoneIdentity | undefined;
  #phone: BriefPhone | undefined;
  /** Tasks of this identity that were accepted, and those on their way. */
  #accepted = 0;
  #handed = 0;
  #leftToday = 0;
  #hasLeft = false;
  identities = 0;

  /** `most`: units an honest device takes at once. */
  constructor(cheat: Cheat | undefined, most: number, parts: SeatParts) {
    this.cheat = cheat;
    this.#most = cheat?.most ?? most;
    this.#parts = parts;
  }

  /** Enrols, as the app does: account, key, self-test, consent. */
  async enrol(): Promise<void> {
    const { coordinator, consentVersion: version, rng } = this.#parts;
    const { id: accountId } = await coordinator.openAccount('Driver', 'driver');
    const key = deviceKey(randomBytes(rng, 32));
    const { id: deviceId } = taken(await coordinator.enrolDevice({ accountId, publicKey: key.publicKey, cores: 8 }));
    taken(await coordinator.calibrate({ accountId, deviceId, chunkMs: CHUNK_MS }));
    taken(await coordinator.consent({ accountId, deviceId, version, isGranted: true }));
    this.#identity = { deviceId, accountId, secret: key.secret };
    this.#accepted = 0;
    this.#handed = 0;
    this.identities++;
    this.#parts.seated(deviceId, this);
  }

  /** Works until so many units are handed in. */
  work(units: number): void {
    this.#leftToday = units;
    this.#connect();
  }

  get isOnline(): boolean {
    return this.#phone !== undefined;
  }

  /** Found out, or done with this identity: the next one goes on where this one stopped. */
  comeBack(): void {
    const wasOnline = this.isOnline;
    this.#phone?.leave();
    this.#gone();
    if (!this.cheat?.comesBack) {
      this.#hasLeft = true;
      return;
    }
    this.#parts.phone.timeline.stir();
    void this.enrol().then(() => {
      if (wasOnline) this.#connect();
    });
  }

  wants(): number {
    const ofIdentity = this.cheat ? tasksLeft(this.cheat.conduct, this.#accepted + this.#handed) : this.#most;
    return Math.max(0, Math.min(this.#leftToday, this.#most, ofIdentity));
  }

  handsIn(task: ComputedTask): Uint8Array {
    this.#leftToday--;
    const taskNo = this.#accepted + ++this.#handed;
    const { cheat } = this;
    if (!cheat) return task.output;
    const { leakOf, lied } = this.#parts;
    const { deviceId } = must(this.#identity, 'an identity');
    const rng = cheat.isColluding ? sharedRng(task.jobId, task.task, quickRng) : this.#parts.rng;
    if (!lies(cheat.conduct, { taskNo, leak: leakOf(deviceId, task) }, rng)) return task.output;
    lied(deviceId, task);
    return lieIn(task.output, cheat.lie, rng);
  }

  heard(outcomes: readonly ResultOutcome[]): void {
    const accepted = outcomes.filter((outcome) => outcome === 'accepted').length;
    this.#leftToday += outcomes.length - accepted; // what was not taken was no task
    this.#accepted += accepted;
    this.#handed = 0;
    if (this.cheat && tasksLeft(this.cheat.conduct, this.#accepted) <= 0) this.comeBack();
  }

  ended(code: ByeCode | 'closed'): void {
    this.#gone();
    if (code === 'resting' || this.#leftToday === 0) return;
    this.#parts.phone.timeline.in(MINUTE, 'link again', () => this.#connect());
  }

  starved(): void {
    this.#parts.starved();
  }

  /** The server hears that the link is gone, as its socket would tell it. */
  #gone(): void {
    if (!this.#phone) return;
    this.#phone = undefined;
    this.#parts.coordinator.unlinked(must(this.#identity, 'an identity').deviceId);
  }

  #connect(): void {
    if (this.#phone || this.#hasLeft || this.#leftToday === 0) return;
    this.#phone = new BriefPhone(must(this.#identity, 'an identity'), this, this.#parts.phone);
  }
}

function taken<T>(answer: Result<T, string>): T {
  if (!answer.ok) throw new Error(`expected it to be taken, got ${answer.error}`);
  return answer.value;
}
