import type { DeviceId } from '../../shared/ids.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { Draws } from './audit-draws.ts';
import { wrongAmong } from './audit-truth.ts';
import {
  isDue,
  rowName,
  type AuditedWorld,
  type BlockModel,
  type DeviceModel,
  type SlotModel,
} from './audited-world.ts';
import { slotName, type AskedRerun, type Report } from './observer.ts';

interface Asked {
  readonly of: AskedRerun;
  readonly block: BlockModel;
  readonly index: number;
  readonly slot: SlotModel;
  /** Whose result was asked about; the slot may hold another by now. */
  readonly deviceId: DeviceId | undefined;
  readonly seq: number;
}

/** Who asks reads the device a moment before the write of a commit that changes it. */
const READ_MS = 60_000;

/**
 * Every chunk that is run again: whether it is one that the rules ask for, and what it shows by the auditor's own sums.
 * What comes out of it is believed only as far as a later commit says that it was heard.
 */
export class Reruns {
  readonly #world: AuditedWorld;
  readonly #policy: Policy;
  readonly #draws: Draws;
  readonly #report: Report;
  #asked = new Map<number, Asked>();
  #count = 0;

  constructor(world: AuditedWorld, policy: Policy, draws: Draws, report: Report) {
    this.#world = world;
    this.#policy = policy;
    this.#draws = draws;
    this.#report = report;
  }

  /** What was under way inside a server that died is gone. */
  clear(): void {
    this.#asked = new Map();
  }

  ask(of: AskedRerun, now: number): number {
    const found = this.#world.slotOf(of.jobId, of.round, of.task);
    if (new Set(of.chunks).size !== of.chunks.length || of.chunks.some((chunk) => chunk < 0 || chunk > 63))
      this.#report('chunks_are_distinct', `job ${of.jobId}, round ${of.round}, task ${of.task}: ${of.chunks.join()}`);
    if (!found) return 0;
    const { block, index, slot } = found;
    this.#asked.set(++this.#count, { of, block, index, slot, deviceId: slot.deviceId, seq: slot.seq });
    const device = slot.deviceId === undefined ? undefined : this.#world.devices.get(slot.deviceId);
    // Once something was found, the rest of the task is counted.
    const isCounting = slot.wrongAt !== undefined || slot.confirmed.size > 0;
    if (device && of.build === 'first' && !isCounting) this.#check(of, device, block, index, slot, now);
    return this.#count;
  }

  answer(rerun: number, now: number): void {
    const asked = this.#asked.get(rerun);
    this.#asked.delete(rerun);
    if (!asked) return;
    const { of, block, index, slot } = asked;
    if (slot.deviceId !== asked.deviceId || slot.seq !== asked.seq || slot.digests.length === 0) return; // overtaken
    if (of.build === 'second') {
      for (const chunk of of.chunks) slot.confirmed.add(chunk);
      return;
    }
    const isRight = wrongAmong(block, index, slot.digests, of.chunks).length === 0;
    if (!isRight && slot.wrongAt === undefined) {
      slot.wrongAt = now;
      this.#world.wrong.set(slot, rowName(slot.deviceId ?? 0, slot.seq, block.id));
    }
    if (slot.state === 'done') Object.assign(slot, { gate: isRight ? 'right' : 'wrong', gateChunks: of.chunks.length });
    if (of.chunks.length === 64) slot.whole = isRight ? 'right' : 'wrong';
  }

  #check(of: AskedRerun, device: DeviceModel, block: BlockModel, index: number, slot: SlotModel, now: number): void {
    const name = `${slotName(block.id, index)} of device ${device.id}`;
    const { gateChunks, probationGateChunks } = this.#policy.audit;
    if (slot.state === 'done') {
      if (!slot.isGateAsked) this.#draws.gate(of.chunks); // asked again, it is the same draw
      slot.isGateAsked = true;
      const expected = device.probationLeft > 0 ? probationGateChunks : gateChunks;
      const isAsExpected = of.chunks.length === expected && of.urgency === 'answer';
      if (!isAsExpected && now - device.probationAt > READ_MS)
        this.#report(
          'gate_has_its_chunks',
          `${name}: ${of.chunks.length} chunks (${of.urgency}), expected ${expected}`,
        );
    } else if (of.urgency === 'background') {
      const row = this.#world.rows.get(rowName(device.id, slot.seq, block.id));
      const bit = row?.indices.indexOf(index) ?? -1;
      // A row that is void since the question was made up is no offence.
      const isPassed = row?.audit === 'passed' && row.state === 'pending';
      const isCalledFor = row?.state === 'void' || (isPassed && isDue(row.wholeDue, bit));
      if (of.chunks.length !== 64 || !isCalledFor)
        this.#report('whole_reruns_are_due', `${name}: ${of.chunks.length} chunks, row ${row?.state} ${row?.audit}`);
    }
  }
}
