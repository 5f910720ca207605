import type { DeviceId } from '../../shared/ids.ts';
import type { Exchange } from '../../shared/model/exchange.ts';
import type { MainframeResult } from '../core/facts.ts';
import type { WriteSet } from '../core/ports.ts';
import type { AuditedWorld } from './audited-world.ts';
import { slotName } from './observer.ts';

/** Something on its way into the coordinator, numbered in the order it was handed over. */
export type Handed =
  | { readonly no: number; readonly type: 'exchange'; readonly exchange: Exchange }
  | { readonly no: number; readonly type: 'mainframe'; readonly result: MainframeResult };

type WithoutNo<T> = T extends Handed ? Omit<T, 'no'> : never;

/** What was handed to the coordinator and has not been seen in a commit. */
export class Inbox {
  #waiting: Handed[] = [];
  #handed = 0;

  get handedSoFar(): number {
    return this.#handed;
  }

  hand(fact: WithoutNo<Handed>): number {
    this.#waiting.push({ ...fact, no: ++this.#handed });
    return this.#handed;
  }

  refuse(no: number): void {
    this.#waiting = this.#waiting.filter((one) => one.no !== no);
  }

  clear(): void {
    this.#waiting = [];
  }

  /**
   * Which facts are in a write set, in the order they were handed in. Believed of the write set is only that a device's
   * seq moved on, and that the mainframe's result lies in its slot.
   */
  takeFrom(writes: WriteSet, handedBefore: number, world: AuditedWorld): readonly Handed[] {
    if (this.#waiting.length === 0) return [];
    const signs = new Signs(writes, world);
    const facts: Handed[] = [];
    const later: Handed[] = [];
    for (const handed of this.#waiting) {
      const standing = handed.no > handedBefore ? 'not_yet' : signs.of(handed);
      if (standing === 'in') facts.push(handed);
      else if (standing === 'not_yet') later.push(handed);
    }
    this.#waiting = later;
    return facts;
  }
}

/** `stale`: it can never have an effect any more. */
type Standing = 'in' | 'not_yet' | 'stale';

class Signs {
  readonly #world: AuditedWorld;
  readonly #lastSeqs: ReadonlyMap<DeviceId, number>;
  readonly #own: Set<string>;
  readonly #seen = new Set<string>();

  constructor(writes: WriteSet, world: AuditedWorld) {
    this.#world = world;
    this.#lastSeqs = new Map(writes.devices.map(({ id, lastSeq }) => [id, lastSeq]));
    const own = writes.results.filter(({ seq }) => seq === 0);
    this.#own = new Set(own.map(({ blockId, taskIndex }) => slotName(blockId, taskIndex)));
  }

  of(handed: Handed): Standing {
    if (handed.type === 'exchange') return this.#ofExchange(handed.exchange);
    const { blockId, taskIndex } = handed.result;
    return this.#own.delete(slotName(blockId, taskIndex)) ? 'in' : 'not_yet';
  }

  #ofExchange({ deviceId, seq }: Exchange): Standing {
    if (seq <= (this.#world.devices.get(deviceId)?.lastSeq ?? 0)) return 'stale';
    const name = `${deviceId}:${seq}`;
    if (seq > (this.#lastSeqs.get(deviceId) ?? 0) || this.#seen.has(name)) return 'not_yet';
    this.#seen.add(name);
    return 'in';
  }
}
