import { describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { ExchangeReply } from '../../shared/model/exchange.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { decodeFrame, encodeReply } from '../../shared/protocol/frames.ts';
import { deviceOf, fileJob, holdBack, ONLY_GATES, ONLY_SUSPECTS, rowsOf } from '../testing/tiny-jobs.ts';
import { openWorld, Phone, type Manner, type World } from '../testing/world.ts';
import { wrapStore } from '../testing/wrap-store.ts';

/** All that a driver can see of one exchange: the reply to the byte, and when it came. */
interface Seen {
  readonly bytes: Uint8Array;
  /** Commits until the reply, and turns of the event loop. */
  readonly commits: number;
  readonly turns: number;
  /** How often the account's open app was told, since the exchange before, that something of its own has changed. */
  readonly told: number;
}

/** How two conversations differ, field by field; nothing when they look alike. Tokens are noise to whoever holds no key. */
function differences(a: readonly Seen[], b: readonly Seen[]): string[] {
  if (a.length !== b.length) return [`${a.length} and ${b.length} exchanges`];
  return a.flatMap((one, i) => {
    const other = must(b[i], 'as many');
    const [mine, theirs] = [fieldsOf(one), fieldsOf(other)];
    const names = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
    return [...names].filter((name) => mine[name] !== theirs[name]).map((name) => `${i}: ${name}`);
  });
}

function fieldsOf({ bytes, ...times }: Seen): Record<string, string> {
  const frame = decodeFrame(bytes, bytes.length);
  if (!frame.ok) throw new Error(frame.error);
  const fields = { byteLength: bytes.length, ...times, ...frame.value };
  const masked = (name: string, value: unknown): unknown => (name === 'token' ? (value as Uint8Array).length : value);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value, masked)]));
}

interface Situation {
  readonly policy?: Partial<Policy>;
  readonly manner?: Manner;
  readonly lie?: number;
  readonly duty?: number;
  /** What else is so before the first exchange. */
  readonly before?: (world: World) => void;
  readonly isIdle?: boolean;
}

/** A phone at work for six units, everything settled between two exchanges; beside it, what only the server knows. */
async function converse(situation: Situation): Promise<{ seen: Seen[]; inside: string }> {
  let [commits, told] = [0, 0];
  const world = await openWorld({
    policy: { audit: ONLY_GATES, ...situation.policy },
    around: (store) =>
      wrapStore(store, {
        commit: (writes) => {
          commits++;
          return store.commit(writes);
        },
      }),
  });
  if (!situation.isIdle) await fileJob(world, 'k', 16);
  const phone = await Phone.enrol(world);
  Object.assign(world.ports.listener, {
    accountChanged: (id: number) => void (told += id === phone.accountId ? 1 : 0),
  });
  situation.before?.(world);
  phone.duty = situation.duty ?? phone.duty;
  told = 0;
  const seen: Seen[] = [];
  for (let i = 0; i < 6; i++) {
    world.now += 1000;
    const groups = phone.work(situation.lie ?? 0, situation.manner ?? {});
    commits = 0;
    let [turns, isOver] = [0, false];
    const turn = (): void => {
      if (isOver) return;
      turns++;
      setImmediate(turn);
    };
    turn();
    await phone.exchange(groups, 1);
    isOver = true;
    const counted = { commits, turns };
    await world.settle();
    seen.push({ bytes: (await deviceOf(world, phone)).lastReply, ...counted, told });
    told = 0;
  }
  const { probationLeft, suspectUntil, cleanTasks } = await deviceOf(world, phone);
  const rows = (await rowsOf(world, phone)).map(({ audit, wholeDue, digest }) => [audit, wholeDue, digest.join()]);
  const reruns = world.reruns.map(({ chunks }) => chunks.length);
  const votes = (await world.store.votesOf(1 as never, 1)).length;
  return { seen, inside: JSON.stringify({ probationLeft, suspectUntil, cleanTasks, rows, reruns, votes }) };
}

const untold = (seen: Seen): Seen => ({ ...seen, told: 0 });

const wholeAt = (wholeFloor: number): Situation => ({ policy: { audit: { ...ONLY_GATES, wholeFloor } } });
const quota = (probationFloorPerHour: number): Partial<Policy> => ({
  probationTasks: 5,
  audit: { ...ONLY_GATES, probationShare: 0, probationFloorPerHour },
});

describe('what a phone sees is the same, to the byte and to the turn,', () => {
  const pairs: Record<string, readonly [Situation, Situation]> = {
    'on probation and known': [{ policy: { probationTasks: 50 } }, { policy: { probationTasks: 0 } }],
    'while its probation ends and known': [{ policy: { probationTasks: 3 } }, { policy: { probationTasks: 0 } }],
    'when all of it is re-run whole and when none is': [wholeAt(1), wholeAt(0)],
    'when some of it is drawn and when none is': [wholeAt(0.5), wholeAt(0)],
    'when it is suspect and when it is not': [
      { policy: { audit: ONLY_SUSPECTS }, manner: { cpuMs: 0.4 } },
      { policy: { audit: ONLY_SUSPECTS }, manner: { cpuMs: 1 } },
    ],
    'in a replicated job and in an audited one': [{ policy: { replicas: { tiny: 2 } } }, {}],
    'after its gates have passed and before': [{}, { before: (world) => void holdBack(world, () => true) }],
    'with one gate and with eight': [{ policy: { audit: { ...ONLY_GATES, gateChunks: 8 } } }, {}],
    'with a lie that nobody has found and with none': [{ lie: 1, manner: { aim: 'unseen', cpuMs: 0.7 } }, {}],
    'when the share of new phones is used up and when there is no work': [
      { policy: quota(0) },
      { policy: quota(50), isIdle: true },
    ],
  };

  describe.each(Object.entries(pairs))('%s', (_name, [one, other]) => {
    test('in the replies', async () => {
      const [a, b] = [await converse(one), await converse(other)];
      expect(differences(a.seen.map(untold), b.seen.map(untold))).toEqual([]);
      if (!other.isIdle) expect(a.inside).not.toBe(b.inside); // inside they are not the same
      expect(a.seen.map(({ commits }) => commits)).toEqual([1, 1, 1, 1, 1, 1]);
    });

    test('in what its app is told', async () => {
      const [a, b] = [await converse(one), await converse(other)];
      expect(a.seen.map(({ told }) => told)).toEqual(b.seen.map(({ told }) => told));
    });
  });

  test('and its app is told of each unit that was taken, paid or not, and of nothing else', async () => {
    for (const situation of [{}, { duty: 10_000 }, { lie: 1, manner: { aim: 'unseen' as const } }])
      expect((await converse(situation)).seen.map(({ told }) => told)).toEqual([0, 1, 1, 1, 1, 1]);
  });

  test('and a reply has no field but those that are in the protocol', async () => {
    const { seen } = await converse({});
    for (const { bytes } of seen) {
      const frame = decodeFrame(bytes, bytes.length);
      expect(Object.keys(must(frame.ok ? frame.value : undefined, 'a frame')).sort()).toEqual(
        ['leases', 'outcomes', 'retryMs', 'seq', 'status', 'type'].sort(),
      );
    }
  });
});

describe('whoever compares notices', () => {
  const replyOf = ({ bytes }: Seen): ExchangeReply => {
    const frame = decodeFrame(bytes, bytes.length);
    if (!frame.ok || frame.value.type !== 'reply') throw new Error('expected a reply');
    return frame.value;
  };
  const changes: Record<string, [(seen: Seen) => Seen, string[]]> = {
    'another status': [
      (seen) => ({ ...seen, bytes: encodeReply({ ...replyOf(seen), status: 'enough_held' }) }),
      ['2: status'],
    ],
    'another outcome': [
      (seen) => ({ ...seen, bytes: encodeReply({ ...replyOf(seen), outcomes: ['slot_taken'] }) }),
      ['2: outcomes'],
    ],
    'another time to come back': [
      (seen) => ({ ...seen, bytes: encodeReply({ ...replyOf(seen), retryMs: 1 }) }),
      ['2: retryMs'],
    ],
    'a score to beat that knows more': [
      (seen) => ({
        ...seen,
        bytes: encodeReply({
          ...replyOf(seen),
          leases: replyOf(seen).leases.map((group) => ({ ...group, scoreToBeat: group.scoreToBeat - 1 })),
        }),
      }),
      ['2: leases'],
    ],
    'one lease fewer': [
      (seen) => ({ ...seen, bytes: encodeReply({ ...replyOf(seen), leases: [] }) }),
      ['2: byteLength', '2: leases'],
    ],
    'a commit more': [(seen) => ({ ...seen, commits: seen.commits + 1 }), ['2: commits']],
    'a turn more': [(seen) => ({ ...seen, turns: seen.turns + 1 }), ['2: turns']],
    'an event more': [(seen) => ({ ...seen, told: seen.told + 1 }), ['2: told']],
  };
  test.each(Object.entries(changes))('%s', async (_name, [change, noticed]) => {
    const { seen } = await converse({});
    expect(differences(seen, seen)).toEqual([]);
    const changed = seen.map((one, i) => (i === 2 ? change(one) : one));
    expect(differences(seen, changed)).toEqual(noticed);
  });
});
