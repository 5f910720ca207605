import { expect, test } from 'vitest';
import { POLICY } from '../../../shared/model/policy.ts';
import type { PolicyChangeView } from '../../../shared/protocol/rest.ts';
import { undoOf } from './undo.ts';

const change = (
  version: number | null,
  changes: Readonly<Record<string, number>>,
  settings: Readonly<Record<string, number>>,
): PolicyChangeView => ({
  ...{ id: version ?? 99, at: 0, authorId: 2, reason: 'why', changes, settings, version },
  ...{ state: version === null ? 'rejected' : 'approved', decidedAt: 0, decidedBy: 3, expiresAt: null },
});

test('a change is undone by what held before it, whatever was only proposed between', () => {
  const first = change(2, { priceMicros: 40_000 }, { priceMicros: 40_000 });
  const rejected = change(null, { priceMicros: 1 }, {});
  const second = change(3, { priceMicros: 30_000, runningJobs: 9 }, { priceMicros: 30_000, runningJobs: 9 });
  const third = change(4, { priceMicros: 20_000 }, { priceMicros: 20_000, runningJobs: 9 });
  const all = [third, rejected, second, first];
  expect(undoOf(third, all)).toEqual({ priceMicros: 30_000 });
  expect(undoOf(second, all)).toEqual({ priceMicros: 40_000, runningJobs: POLICY.limits.runningJobs });
  expect(undoOf(first, all)).toEqual({ priceMicros: POLICY.priceMicros });
  expect(undoOf(rejected, all)).toEqual({});
});
