import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { readBooks } from '../../../fleet/books.ts';
import { POLICY } from '../../../shared/model/policy.ts';
import { makeNodeKey } from '../../../server/testing/node-device.ts';
import type { ServerProcess } from './server-process.ts';

export interface HonestReport {
  readonly phones: number;
  readonly unitsComputed: number;
  readonly unitsAccepted: number;
  readonly creditedMicros: number;
  readonly isWhole: boolean;
}

interface Progress {
  readonly done: number;
  readonly link: string;
}

const JOB = JSON.stringify({
  kind: 'tiny',
  placement: 'pool',
  request: { numbers: Array.from({ length: 500 }, (_, i) => (i * 7919) % 1009), units: 8 },
});
/** A new job so often: the phones always have something, and what they do in all stays bounded. */
const JOB_EVERY_MS = 400;
const SETTLE_MS = 20_000;

const LOOK_EVERY_MS = 50;

/** Phones that work for their credits while the server is attacked, and whoever asks for that work. */
export class HonestPhones {
  readonly #server: ServerProcess;
  readonly #workers: { readonly worker: Worker; readonly deviceId: number }[] = [];
  readonly #asking: NodeJS.Timeout;
  jobsFiled = 0;

  static async start(server: ServerProcess, count: number): Promise<HonestPhones> {
    const phones = new HonestPhones(server);
    for (let i = 0; i < count; i++) await phones.#open(`Honest ${i + 1}`);
    await phones.#until((now) => now.every(({ done }) => done > 0));
    return phones;
  }

  private constructor(server: ServerProcess) {
    this.#server = server;
    this.#asking = setInterval(() => void this.#fileJob(), JOB_EVERY_MS);
  }

  async #open(name: string): Promise<void> {
    const key = makeNodeKey();
    const publicKey = Buffer.from(key.publicKey).toString('base64url');
    const enrolled = await this.#server.ask({ type: 'enrol', publicKey, name });
    if (!enrolled) throw new Error('the server died before the attack');
    const { deviceId } = enrolled;
    const privateKey = key.privateKey.export({ format: 'pem', type: 'pkcs8' });
    const { url } = this.#server.serving;
    const worker = new Worker(join(import.meta.dirname, 'honest.worker.ts'), {
      workerData: { url, deviceId, privateKey, publicKey },
    });
    this.#workers.push({ worker, deviceId });
  }

  async #fileJob(): Promise<void> {
    const { url, operator } = this.#server.serving;
    const headers = { Authorization: `Bearer ${operator}`, 'Content-Type': 'application/json' };
    const reply = await fetch(`${url}/api/jobs`, { method: 'POST', headers, body: JOB }).catch(() => undefined);
    await reply?.arrayBuffer();
    if (reply?.ok) this.jobsFiled++;
  }

  /**
   * Each does one more unit: who was attacked still gives work. Then no work begins any more, and what was computed is handed
   * in. Was all of it accepted, and is all of it in the books?
   */
  async settle(database: string): Promise<HonestReport> {
    const before = await this.#progress();
    await this.#until((now) => now.every(({ done }, i) => done > (before[i]?.done ?? 0)));
    clearInterval(this.#asking);
    for (const { worker } of this.#workers) worker.postMessage('rest');
    let report = await this.#look(database);
    for (let waited = 0; !report.isWhole && waited < SETTLE_MS; waited += 100) {
      await pause(100);
      report = await this.#look(database);
    }
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()));
    return report;
  }

  async #until(isEnough: (now: readonly Progress[]) => boolean): Promise<void> {
    for (let waited = 0; waited < SETTLE_MS; waited += LOOK_EVERY_MS) {
      if (isEnough(await this.#progress())) return;
      await pause(LOOK_EVERY_MS);
    }
  }

  #progress(): Promise<readonly Progress[]> {
    return Promise.all(this.#workers.map(({ worker }) => askWorker(worker)));
  }

  stop(): void {
    clearInterval(this.#asking);
    for (const { worker } of this.#workers) void worker.terminate();
  }

  async #look(database: string): Promise<HonestReport> {
    const progress = await this.#progress();
    const { devices } = readBooks(database);
    const own = devices.filter(({ id }) => this.#workers.some(({ deviceId }) => deviceId === id));
    const unitsComputed = progress.reduce((sum, { done }) => sum + done, 0);
    const unitsAccepted = own.reduce((sum, { units }) => sum + units, 0);
    const creditedMicros = own.reduce((sum, { pendingMicros, postedMicros }) => sum + pendingMicros + postedMicros, 0);
    const isPaid = creditedMicros === unitsAccepted * POLICY.priceMicros;
    const isWhole = unitsComputed > 0 && unitsComputed === unitsAccepted && isPaid;
    return { phones: own.length, unitsComputed, unitsAccepted, creditedMicros, isWhole };
  }
}

function askWorker(worker: Worker): Promise<Progress> {
  return new Promise((resolve) => {
    worker.once('message', resolve);
    worker.postMessage('done');
  });
}
