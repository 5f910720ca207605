import { must } from '../../shared/assert.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Exchange, ExchangeReply, LeaseGroup, ResultGroup } from '../../shared/model/exchange.ts';
import type { Frame } from '../../shared/protocol/frames.ts';
import type { TestServer } from '../../server/http/testing/test-server.ts';
import { enrol, Line, prove } from '../../server/link/testing/line.ts';
import { loadKernel } from '../../wasm/load-node.ts';
import { ALL_OPS, openKernel } from '../../wasm/runtime/kernel.ts';
import { openTask } from '../../wasm/runtime/run-task.ts';

type Enrolled = Awaited<ReturnType<typeof enrol>>;

/** A phone moved by hand: what an attacker's program says on its link, message by message. */
export class HandPhone {
  readonly id: DeviceId;
  readonly line: Line;
  seq = 0;

  private constructor(id: DeviceId, line: Line) {
    this.id = id;
    this.line = line;
  }

  /** Linked and ready; undefined when the server would not have it. */
  static async link(server: TestServer, { id, key }: Enrolled): Promise<HandPhone | undefined> {
    const line = new Line(server);
    await line.send({ type: 'hello', deviceId: id, cores: 8, zone: 1440 }).catch(() => undefined);
    const challenge = await line.next();
    if (challenge.type !== 'challenge') return undefined;
    await line.send(prove(server.url, challenge.nonce, id, key));
    const answer = await line.next();
    return answer.type === 'ready' ? new HandPhone(id, line) : undefined;
  }

  /** Of an account of its own, or of `owner`. */
  static async open(server: TestServer, owner?: Parameters<typeof enrol>[1]): Promise<HandPhone> {
    return must(await HandPhone.link(server, await enrol(server, owner)), 'a link');
  }

  message(want: number, groups: readonly ResultGroup[] = []): Exchange & { readonly type: 'exchange' } {
    const report = { reason: 0, duty: 150, bytesToday: 0 };
    return { type: 'exchange', deviceId: this.id, seq: ++this.seq, groups, want, report };
  }

  async say(message: Frame): Promise<ExchangeReply> {
    await this.line.send(message);
    for (;;) {
      const frame = await this.line.next();
      if (frame.type === 'reply') return frame;
      if (frame.type === 'bye') throw new Error(`the server said ${frame.code}`);
    }
  }

  /** Asks for so many units and keeps them. */
  async take(want: number): Promise<readonly LeaseGroup[]> {
    return (await this.say(this.message(want))).leases;
  }

  /** Asks until it has so many or gets none: one message brings no more than a fair share. How many it got. */
  async takeAll(want: number): Promise<number> {
    let got = 0;
    for (let more = 1; more > 0 && got < want; got += more) more = unitsIn(await this.take(want - got));
    return got;
  }

  /** Takes so many units, computes them and hands them in. How many it got. */
  async work(units: number): Promise<number> {
    let done = 0;
    while (done < units) {
      const leases = await this.take(units - done);
      if (unitsIn(leases) === 0) break;
      await this.say(this.message(0, await this.compute(leases)));
      done += unitsIn(leases);
    }
    return done;
  }

  /** What an honest phone hands in for these leases. */
  async compute(groups: readonly LeaseGroup[]): Promise<readonly ResultGroup[]> {
    const kernel = openKernel(loadKernel('tiny').module);
    const done: ResultGroup[] = [];
    for (const { jobId, blockId, round, firstTask, terms, scoreToBeat, leases } of groups) {
      await this.line.send({ type: 'need', jobId, round, holdsJob: false });
      const input = await this.line.next();
      if (input.type !== 'input') throw new Error(`expected an input, got ${input.type}`);
      const results = leases.map(({ taskIndex, token }) => {
        const { jobInput, roundInput } = input;
        const task = openTask(kernel, { jobInput, roundInput, taskIndex: firstTask + taskIndex, scoreToBeat });
        while (!task.advance(ALL_OPS));
        return { taskIndex, token, cpuMs: 1_000, output: task.output() };
      });
      done.push({ blockId, terms, results });
    }
    return done;
  }
}

export const unitsIn = (groups: readonly LeaseGroup[]): number =>
  groups.reduce((units, { leases }) => units + leases.length, 0);
