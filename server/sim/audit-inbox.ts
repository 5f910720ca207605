import type { DeviceId } from '../../shared/ids.ts';
import type { Exchange } from '../../shared/model/exchange.ts';
import type { MainframeResult } from '../core/facts.ts';
import type { WriteSet } from '../core/ports.ts';
import { hasBit, rowName, type AuditedWorld, type BlockModel, type SlotModel } from './audited-world.ts';
import { slotName } from './observer.ts';

export interface HandedAudit {
  readonly no: number;
  readonly type: 'audit';
  readonly block: BlockModel;
  readonly taskIndex: number;
  readonly slot: SlotModel;
  /** Whose result was asked about; the slot may hold another by now. */
  readonly deviceId: DeviceId;
  readonly seq: number;
  readonly chunk: number | 'all';
  readonly isAnswered: boolean;
}

/** Something on its way into the coordinator, numbered in the order it was handed over. */
export type Handed =
  | { readonly no: number; readonly type: 'exchange'; readonly exchange: Exchange }
  | { readonly no: number; readonly type: 'mainframe'; readonly result: MainframeResult }
  | HandedAudit;

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

  /** Asked again means that what became of the earlier question is settled. */
  forgetAnswers(slot: SlotModel): void {
    this.#waiting = this.#waiting.filter((one) => one.type !== 'audit' || one.slot !== slot || !one.isAnswered);
  }

  /** The answer to an audit goes in now, with a number of its own. */
  answer(no: number): HandedAudit | undefined {
    const audit = this.#waiting.find((one) => one.no === no);
    if (audit?.type !== 'audit') return undefined;
    this.refuse(no);
    this.hand({ ...audit, isAnswered: true });
    return audit;
  }

  /**
   * Which facts are in a write set, in the order they were handed in. Believed of the write set is only that: a device's
   * seq moved on, the mainframe's result lies in its slot, a slot was checked, an exchange failed its audit.
   */
  takeFrom(writes: WriteSet, handedBefore: number, world: AuditedWorld): readonly Handed[] {
    const evidence = new Evidence(writes, world);
    const facts: Handed[] = [];
    const later: Handed[] = [];
    for (const handed of this.#waiting) {
      const verdict = handed.no > handedBefore ? 'not_yet' : evidence.about(handed);
      if (verdict === 'in') facts.push(handed);
      else if (verdict === 'not_yet') later.push(handed);
    }
    this.#waiting = later;
    return facts;
  }
}

/** `stale`: it can never have an effect any more. */
type Standing = 'in' | 'not_yet' | 'stale';

class Evidence {
  readonly #world: AuditedWorld;
  readonly #lastSeqs: ReadonlyMap<DeviceId, number>;
  readonly #failed: ReadonlySet<string>;
  readonly #own: Set<string>;
  readonly #checked: ReadonlyMap<number, Uint8Array>;
  readonly #seen = new Set<string>();

  constructor(writes: WriteSet, world: AuditedWorld) {
    this.#world = world;
    this.#lastSeqs = new Map(writes.devices.map(({ id, lastSeq }) => [id, lastSeq]));
    const failed = writes.exchanges.filter(({ audit }) => audit === 'failed');
    this.#failed = new Set(failed.map(({ deviceId, seq, blockId }) => rowName(deviceId, seq, blockId)));
    const own = writes.results.filter(({ seq }) => seq === 0);
    this.#own = new Set(own.map(({ blockId, taskIndex }) => slotName(blockId, taskIndex)));
    this.#checked = new Map(writes.blocks.map(({ id, checked }) => [id, checked]));
  }

  about(handed: Handed): Standing {
    if (handed.type === 'exchange') return this.#aboutExchange(handed.exchange);
    if (handed.type === 'audit') return this.#aboutAudit(handed);
    const { blockId, taskIndex } = handed.result;
    return this.#own.delete(slotName(blockId, taskIndex)) ? 'in' : 'not_yet';
  }

  #aboutExchange({ deviceId, seq }: Exchange): Standing {
    if (seq <= (this.#world.devices.get(deviceId)?.lastSeq ?? 0)) return 'stale';
    const name = `${deviceId}:${seq}`;
    if (seq > (this.#lastSeqs.get(deviceId) ?? 0) || this.#seen.has(name)) return 'not_yet';
    this.#seen.add(name);
    return 'in';
  }

  #aboutAudit({ slot, block, taskIndex, deviceId, seq, isAnswered }: HandedAudit): Standing {
    if (!isAnswered) return 'not_yet';
    if (slot.deviceId !== deviceId || slot.seq !== seq) return 'stale';
    const isIn =
      slot.audit === 'wrong'
        ? this.#failed.has(rowName(deviceId, seq, block.id))
        : slot.state === 'done' && hasBit(this.#checked.get(block.id), taskIndex);
    return isIn ? 'in' : 'not_yet';
  }
}
