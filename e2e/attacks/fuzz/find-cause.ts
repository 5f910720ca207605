import { setTimeout as pause } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Attack, type AttackOptions, type Fault } from './attack.ts';
import { describeCase, type Case } from './case.ts';
import { makeCase } from './make-case.ts';
import { openWorld } from './open-world.ts';
import type { Setup } from './server-messages.ts';
import { ServerProcess } from './server-process.ts';
import { shrinkCase } from './shrink-case.ts';

export interface Finding {
  readonly what: string;
  /** The number of the case under this run's seed. */
  readonly number?: number;
  /** As small as it came, in words. */
  readonly case?: unknown;
}

/** What the wire showed: the case alone does it again, and is made smaller while it does. */
export async function explainFault(attack: Attack, { seed, world }: AttackOptions, found: Fault): Promise<Finding> {
  const fails = async (smaller: Case): Promise<boolean> =>
    (await attack.play(smaller)).fault?.slice(0, 12) === found.fault.slice(0, 12);
  const whole = makeCase(seed, found.number, world);
  const isAlone = await fails(whole);
  const small = isAlone ? await shrinkCase(whole, fails) : whole;
  const what = isAlone ? found.fault : `${found.fault} (not by this case alone)`;
  return { what, number: found.number, case: describeCase(small) };
}

/** A dead server says nothing: what was played last is played again, one by one, to servers that may die of it. */
export async function explainDeath(
  setup: Omit<Setup, 'dataDir'>,
  seed: bigint,
  recent: readonly number[],
  stderr: string,
): Promise<Finding> {
  const what = `the server died: ${stderr.slice(-1500)}`;
  const mortal = new MortalServer(setup, seed);
  try {
    for (const number of recent.toReversed()) {
      if (!(await mortal.diesOf((attack) => attack.caseOf(number)))) continue;
      const made = await mortal.caseOf(number);
      const whole: Case = made.opening === 'tcp' ? made : { ...made, ending: 'answered' };
      const small = await shrinkCase(whole, (smaller) => mortal.diesOf(() => smaller));
      return { what, number, case: describeCase(small) };
    }
    return { what: `${what} (not by one of the last ${recent.length} cases alone)` };
  } finally {
    await mortal.end();
  }
}

/** For what was reset before it was read; whatever the server answered itself is over by now. */
const READ_MS = 10;

interface Life {
  readonly server: ServerProcess;
  readonly attack: Attack;
  readonly folder: string;
  caseOf(number: number): Case;
}

/** A server that is started anew whenever it has died. */
class MortalServer {
  readonly #setup: Omit<Setup, 'dataDir'>;
  readonly #seed: bigint;
  #life: Life | undefined;

  constructor(setup: Omit<Setup, 'dataDir'>, seed: bigint) {
    this.#setup = setup;
    this.#seed = seed;
  }

  async diesOf(make: (life: Life) => Case): Promise<boolean> {
    const life = (this.#life ??= await this.#begin());
    await life.attack.play(make(life));
    await pause(READ_MS);
    if (await life.server.ask({ type: 'ping' })) return false;
    await this.end();
    return true;
  }

  async caseOf(number: number): Promise<Case> {
    return (this.#life ??= await this.#begin()).caseOf(number);
  }

  async end(): Promise<void> {
    await this.#life?.server.kill();
    if (this.#life) rmSync(this.#life.folder, { recursive: true, force: true });
    this.#life = undefined;
  }

  async #begin(): Promise<Life> {
    const folder = mkdtempSync(join(tmpdir(), 'zeus-fuzz-'));
    const server = await ServerProcess.start({ ...this.#setup, dataDir: join(folder, 'data') });
    const world = await openWorld(server, 1);
    const options = { server, world, seed: this.#seed, pieces: 0, isSpread: false, progress: () => undefined };
    const seed = this.#seed;
    return { server, folder, attack: new Attack(options), caseOf: (number) => makeCase(seed, number, world) };
  }
}
