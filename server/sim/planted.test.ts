import { describe, expect, it, vi } from 'vitest';
import { CHUNKS_PER_TASK, digestAt } from '../../shared/protocol/output.ts';
import { wrapStore } from '../testing/wrap-store.ts';
import type { AuditExecutor, RoundOfJob, Store, WriteSet } from '../core/ports.ts';
import type { Transfer } from '../../shared/model/ledger.ts';
import type { Plants } from './server-node.ts';
import { brokenRules, runSeed } from './testing/run-seed.ts';

vi.setConfig({ testTimeout: 120_000 }); // a seed takes a second; a busy machine is no reason to fail

/** A store whose commits are tampered with on their way in. */
const tampered = (tamper: (writes: WriteSet) => WriteSet): Plants => ({
  store: (store) => wrapStore(store, { commit: (writes) => store.commit(tamper(writes)) }),
});

/** Audits by asking the stored result whether it is right: it always is. Takes as long as a real one. */
function credulous(): Plants {
  let store: Store | undefined;
  const claimOf = async ({ jobId, round }: RoundOfJob, task: number): Promise<Uint8Array | undefined> =>
    (await store?.resultsOf(jobId, round))?.[task]?.output;
  return {
    store: (own) => (store = own),
    audit: (audit): AuditExecutor => ({
      async rerun(request) {
        const honest = await audit.rerun(request);
        const claim = await claimOf(request, Math.floor(request.chunk / CHUNKS_PER_TASK));
        return { ...honest, digest: claim ? digestAt(claim, request.chunk % CHUNKS_PER_TASK) : honest.digest };
      },
      async rerunTask(request) {
        const honest = await audit.rerunTask(request);
        return (await claimOf(request, request.task)) ?? honest;
      },
    }),
  };
}

function paidAgain(transfers: readonly Transfer[]): readonly Transfer[] {
  const again = transfers.filter(({ kind, id }) => kind === 'credit' && id % 7 === 0);
  return [...transfers, ...again.map((one) => ({ ...one, id: one.id + 1_000_000, cause: `${one.cause}:again` }))];
}

/** Every so many commits, one is acknowledged and not done. */
function forgetful(): Plants {
  let commits = 0;
  const isForgotten = (): boolean => ++commits % 300 === 0;
  return {
    store: (store) =>
      wrapStore(store, { commit: (writes) => (isForgotten() ? Promise.resolve() : store.commit(writes)) }),
  };
}

/** An audit thread with a broken memory: one task in forty is found wrong that is right. */
function unjust(): Plants {
  let reruns = 0;
  return {
    audit: (audit) => ({
      ...audit,
      async rerunTask(request) {
        const output = (await audit.rerunTask(request)).slice();
        if (++reruns % 40 === 0) output[0] = (output[0] ?? 0) ^ 1;
        return output;
      },
    }),
  };
}

const PLANTED: readonly {
  readonly bug: string;
  readonly plants: () => Plants;
  readonly scenario: string;
  readonly rule: string;
}[] = [
  {
    bug: 'a void moves no money',
    plants: () =>
      tampered((writes) => ({ ...writes, transfers: writes.transfers.filter(({ kind }) => kind !== 'void') })),
    scenario: 'liars',
    rule: 'escrow_is_pending_rows',
  },
  {
    bug: 'a result is paid twice',
    plants: () => tampered((writes) => ({ ...writes, transfers: paidAgain(writes.transfers) })),
    scenario: 'calm',
    rule: 'balance_as_predicted',
  },
  {
    bug: 'money is posted before it has matured',
    plants: () => ({ policy: (policy) => ({ ...policy, maturityTasks: 0, maturityMs: 0 }) }),
    scenario: 'calm',
    rule: 'exchange_as_predicted',
  },
  {
    bug: 'an audit agrees with whatever it is asked about',
    plants: credulous,
    scenario: 'liars',
    rule: 'slot_as_predicted',
  },
  {
    bug: 'tokens are not checked',
    plants: () => ({ secrets: (secrets) => ({ ...secrets, leaseMac: () => new Uint8Array(32) }) }),
    scenario: 'calm',
    rule: 'outcome_as_predicted',
  },
  {
    bug: 'a message never reaches the outbox',
    plants: () => tampered((writes) => ({ ...writes, outbox: [] })),
    scenario: 'calm',
    rule: 'news_of_every_answer',
  },
  {
    bug: 'a sent message is not marked',
    plants: () => tampered((writes) => ({ ...writes, sentOutbox: [] })),
    scenario: 'calm',
    rule: 'outbox_is_empty',
  },
  { bug: 'a commit is acknowledged and lost', plants: forgetful, scenario: 'calm', rule: 'reply_is_stored' },
  { bug: 'an honest phone is convicted', plants: unjust, scenario: 'calm', rule: 'conviction_as_predicted' },
  {
    bug: 'newcomers are audited like everyone else',
    plants: () => ({ policy: (policy) => ({ ...policy, probationTasks: 0 }) }),
    scenario: 'calm',
    rule: 'probation_as_predicted',
  },
  {
    bug: 'more is reserved at a time than policy allows',
    plants: () => ({ policy: (policy) => ({ ...policy, slabUnits: policy.slabUnits + 3 }) }),
    scenario: 'calm',
    rule: 'balance_as_predicted',
  },
];

describe('a planted bug is caught', () => {
  it.each(PLANTED)('when $bug', async ({ plants, scenario, rule }) => {
    const outcome = await runSeed(scenario, 1, { plants: plants() });
    expect(brokenRules(outcome)).toContain(rule);
  });
});

describe('phones that lie about everything', () => {
  it('end with nothing, in escrow or paid', async () => {
    const { counts, violations } = await runSeed('liars', 1);
    expect(violations).toEqual([]);
    expect(counts['lies']).toBeGreaterThan(50);
    expect([counts['liarsPendingMicros'], counts['liarsPostedMicros']]).toEqual([0, 0]);
  });

  it('would be paid if audits only asked', async () => {
    const { counts } = await runSeed('liars', 1, { plants: credulous(), toTheEnd: true });
    expect((counts['liarsPendingMicros'] ?? 0) + (counts['liarsPostedMicros'] ?? 0)).toBeGreaterThan(0);
  });
});
