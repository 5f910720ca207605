import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../core/ports.ts';
import type { Opened } from './conformance/opened.ts';
import { testAdjustments } from './conformance/adjustments.ts';
import { testJobs } from './conformance/jobs.ts';
import { testLedger } from './conformance/ledger.ts';
import { testPeople } from './conformance/people.ts';
import { testRows } from './conformance/rows.ts';
import { testTrust } from './conformance/trust.ts';

/** One empty store, and the same data in a new object. */
export interface Subject {
  readonly store: Store;
  reopen(): Promise<Store>;
}

/** What every store must do, whatever it is built on. */
export function testStore(name: string, open: () => Promise<Subject>): void {
  describe(`${name} keeps the store's contract`, () => {
    let subject: Subject;
    let store: Store;
    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(() => store.close());

    const opened: Opened = {
      current: () => store,
      reopen: async () => (store = await subject.reopen()),
    };
    testRows(opened);
    testJobs(opened);
    testTrust(opened);
    testPeople(opened);
    testLedger(opened);
    testAdjustments(opened);
  });
}
