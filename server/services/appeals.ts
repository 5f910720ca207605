import { must } from '../../shared/assert.ts';
import { equalBytes } from '../../shared/bytes.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Account, Device } from '../../shared/model/device.ts';
import type { Evidence } from '../../shared/model/evidence.ts';
import type { Job, Round } from '../../shared/model/job.ts';
import type { AppealOutcome, EvidenceView, Finding } from '../../shared/protocol/app.ts';
import { CHUNKS_PER_TASK, equalDigests } from '../../shared/protocol/output.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { AuditExecutor, Store } from '../core/ports.ts';
import { ownDevice } from './find-device.ts';

export interface AppealParts {
  readonly coordinator: Pick<Coordinator, 'appeal'>;
  readonly store: Store;
  readonly audit: Pick<AuditExecutor, 'rerun'>;
  /** SHA-256 of the kernel this server runs for a kind now. */
  readonly kernelHash: (kind: string) => Uint8Array | undefined;
}

export type AppealRefusal = 'unknown_evidence' | 'already_appealed' | 'kernel_replaced' | 'budget_spent';

/** One finding with what stands behind it. */
interface Case {
  readonly evidence: Evidence;
  readonly job: Job;
  readonly round: Round;
}

/** What a driver may see of a finding about their phone, and the one tap that has it checked again. */
export class Appeals {
  readonly #parts: AppealParts;
  /** By asker and evidence: two taps are one appeal. */
  readonly #underWay = new Map<string, Promise<Result<AppealOutcome, AppealRefusal>>>();

  constructor(parts: AppealParts) {
    this.#parts = parts;
  }

  /** All it takes to run the piece again. Absent and not yours are the same; admins see every finding. */
  async view(asker: Account, evidenceId: number): Promise<EvidenceView | undefined> {
    const found = await this.#caseOf(evidenceId);
    if (!found || !(await this.#isTheirs(asker, found.evidence.deviceId))) return undefined;
    const { job, round } = found;
    const finding = findingOf(found);
    const voided = await this.#parts.store.voidedBy(evidenceId);
    return {
      ...finding,
      kernelUrl: this.#isServed(job) ? `/kernels/${finding.kernelHash}.wasm` : null,
      jobInput: Buffer.from(job.jobInput).toString('base64url'),
      roundInput: Buffer.from(round.roundInput).toString('base64url'),
      voided: {
        units: voided.reduce((sum, { taskIndices }) => sum + taskIndices.length, 0),
        amountMicros: voided.reduce((sum, { amountMicros }) => sum + amountMicros, 0),
      },
    };
  }

  /**
   * Runs the piece once more, in the second build of its kernel, and has the coordinator decide on what came out. By the
   * phone's own driver, once.
   */
  appeal(asker: Account, evidenceId: number): Promise<Result<AppealOutcome, AppealRefusal>> {
    const name = `${asker.id}:${evidenceId}`;
    const known = this.#underWay.get(name);
    if (known) return known;
    const deciding = this.#decide(asker, evidenceId).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, deciding);
    return deciding;
  }

  /** A device's findings, oldest first; for admins. */
  async findingsOf(deviceId: DeviceId): Promise<readonly Finding[]> {
    const all = await this.#parts.store.evidenceOf(deviceId);
    const cases = await Promise.all(all.map(({ id }) => this.#caseOf(id)));
    return cases.flatMap((one) => (one ? [findingOf(one)] : []));
  }

  async #decide(asker: Account, evidenceId: number): Promise<Result<AppealOutcome, AppealRefusal>> {
    const found = await this.#caseOf(evidenceId);
    if (!found || !(await ownDevice(this.#parts.store, asker.id, found.evidence.deviceId))) {
      return refuse('unknown_evidence');
    }
    const { evidence, job, round } = found;
    if (evidence.appeal) return refuse('already_appealed');
    // Other code may give other digests: it would prove nothing.
    if (!this.#isServed(job)) return refuse('kernel_replaced');
    const { digests } = await this.#parts.audit.rerun({
      kind: job.kind,
      jobId: job.id,
      round: round.round,
      jobInput: job.jobInput,
      roundInput: round.roundInput,
      task: evidence.task,
      chunks: [evidence.chunk],
      urgency: 'answer',
      build: 'second',
    });
    const wasRight = equalDigests(must(digests[0], 'a digest'), evidence.claimed);
    const decided = await this.#parts.coordinator.appeal({ accountId: asker.id, evidenceId, wasRight });
    return decided.ok ? ok(must(decided.value.appeal, 'an appeal').outcome) : decided;
  }

  async #caseOf(evidenceId: number): Promise<Case | undefined> {
    const evidence = await this.#parts.store.evidence(evidenceId);
    if (!evidence) return undefined;
    const { job, rounds } = must(await this.#parts.store.job(evidence.jobId), `job ${evidence.jobId} of a finding`);
    const round = must(
      rounds.find((one) => one.round === evidence.round),
      `round ${evidence.round} of a finding`,
    );
    return { evidence, job, round };
  }

  async #isTheirs(asker: Account, deviceId: DeviceId): Promise<boolean> {
    return asker.role === 'admin' || (await ownDevice(this.#parts.store, asker.id, deviceId)) !== undefined;
  }

  #isServed({ kind, kernelHash }: Job): boolean {
    const ours = this.#parts.kernelHash(kind);
    return ours !== undefined && equalBytes(ours, kernelHash);
  }
}

function findingOf({ evidence, job }: Case): Finding {
  const { id, deviceId, at, task, chunk, claimed, expected, wrongChunks, ruling, appeal } = evidence;
  return {
    evidenceId: id,
    deviceId,
    at,
    kind: job.kind,
    kernelHash: Buffer.from(job.kernelHash).toString('hex'),
    task,
    chunk,
    chunkOfRound: task * CHUNKS_PER_TASK + chunk,
    claimed,
    expected,
    wrongChunks,
    ruling,
    appeal: appeal ?? null,
  };
}

/** The finding that a device's driver may want to appeal: the one that stopped it, else its last. */
export function standingFinding(device: Device, findings: readonly Evidence[]): Evidence | undefined {
  const stopped = findings.filter(({ ruling, appeal }) => ruling === 'fraud' && appeal?.outcome !== 'granted');
  return (device.status === 'banned' ? stopped.at(-1) : undefined) ?? findings.at(-1);
}
