import { expect, test } from 'vitest';
import { addedByRole } from './roles.ts';

const roles = (of: Readonly<Record<string, number>>) => new Map(Object.entries(of));

test('a role has what the phone spent less what its twin did, the largest first, roles of one alone too', () => {
  const before = [roles({ main: 1000, gpu: 50, gone: 400 }), roles({ main: 900, gpu: 50 })] as const;
  const after = [roles({ main: 1200, gpu: 55, worker: 700 }), roles({ main: 950, gpu: 52, only: 40 })] as const;
  expect(Object.entries(addedByRole(before, after))).toEqual([
    ['worker', 700],
    ['main', 150],
    ['only', -40],
  ]);
});
