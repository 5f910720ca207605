import { must } from '../../shared/assert.ts';
import type { AccountId, JobId } from '../../shared/ids.ts';
import type { Rng } from '../../shared/rng.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { kindNamed } from '../../wasm/registry.ts';
import type { Secrets } from '../core/ports.ts';
import type { ServerNode } from './server-node.ts';
import { between, happens } from './chance.ts';
import { KIND } from './kernels.ts';
import type { Asked, Observer } from './observer.ts';
import type { Timeline } from './timeline.ts';

export interface AskerParts {
  readonly timeline: Timeline;
  readonly server: ServerNode;
  readonly secrets: Secrets;
  readonly kernelHash: Uint8Array;
  readonly rng: Rng;
  /** How likely a request is called off. */
  readonly cancels: number;
  readonly observer: Observer;
  readonly counts: { asked: number; refused: number; askedAgain: number; calledOff: number };
}

const PATIENCE_MS = 30 * SECOND;

/** People who file requests, and file them again, under the same key, until they hear that they are taken. */
export class Askers {
  readonly #parts: AskerParts;
  readonly filed = new Map<JobId, Asked>();
  #keys = 0;

  constructor(parts: AskerParts) {
    this.#parts = parts;
  }

  ask(accountId: AccountId, units: number): void {
    const { rng, observer, counts } = this.#parts;
    const most = 10 ** between(rng, 1, 5); // few values make ties, many make none
    const numbers = Array.from({ length: between(rng, 1, Math.min(4_096, units * 130)) }, () => between(rng, 0, most));
    const asked: Asked = { accountId, idempotencyKey: `ask-${++this.#keys}`, numbers, units };
    counts.asked++;
    observer.asked(asked);
    this.#file(asked);
  }

  #file(asked: Asked): void {
    const { timeline, server, secrets, kernelHash, counts } = this.#parts;
    const kind = must(kindNamed(KIND), KIND);
    const spec = kind.read({ numbers: asked.numbers, units: asked.units });
    if (!spec.ok) throw new Error(spec.error.message);
    let isAnswered = false;
    const again = timeline.in(PATIENCE_MS, 'ask again', () => {
      isAnswered = true; // whatever comes now is not heard
      counts.askedAgain++;
      this.#file(asked);
    });
    const { coordinator } = server;
    if (!coordinator) return;
    timeline.stir();
    const { accountId, idempotencyKey } = asked;
    const requestDigest = secrets.sha256(kind.spec.encode(spec.value));
    void coordinator
      .submitJob({ accountId, kind, kernelHash, spec: spec.value, idempotencyKey, requestDigest })
      .then((answer) => {
        if (isAnswered) return;
        again.isOff = true;
        if (!answer.ok) return void counts.refused++;
        this.filed.set(answer.value.id, asked);
        this.#maybeCancel(asked.accountId, answer.value.id);
      })
      .catch(() => undefined); // asked again when patience ends
  }

  /** Now and then an asker has thought better of it: at once, or when phones are at work. */
  #maybeCancel(accountId: AccountId, jobId: JobId): void {
    const { timeline, rng, cancels } = this.#parts;
    if (cancels === 0 || !happens(rng, cancels)) return;
    timeline.in(between(rng, 0, happens(rng, 0.3) ? SECOND : 10 * MINUTE), 'cancel', () =>
      this.#cancel(accountId, jobId),
    );
  }

  /** Again until it is heard, and now and then once more after that. */
  #cancel(accountId: AccountId, jobId: JobId): void {
    const { timeline, server, rng, observer, counts } = this.#parts;
    const again = timeline.in(PATIENCE_MS, 'cancel again', () => this.#cancel(accountId, jobId));
    const { coordinator } = server;
    if (!coordinator) return;
    timeline.stir();
    counts.calledOff++;
    observer.cancelAsked(jobId);
    void coordinator
      .cancelJob(accountId, jobId)
      .then((answer) => {
        again.isOff = !happens(rng, 0.1);
        observer.cancelAnswered(jobId, answer.ok);
      })
      .catch(() => undefined);
  }
}
