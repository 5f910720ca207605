import { expect, test } from 'vitest';
import type { ComputeView } from '../compute/view.ts';
import { afterPart } from './after-part.ts';

const PART = { kind: 'route-plan', jobId: 1, progress: 0.4 };
const AT_WORK: Partial<ComputeView> = { state: 'computing', working: PART, unitsDone: 3 };

/** A phone in one state after another. */
function phone(first: Partial<ComputeView>) {
  const listeners = new Set<() => void>();
  let view = first as ComputeView;
  const said: string[] = [];
  const compute = {
    view: () => view,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const waits = afterPart(compute, () => void said.push('applied'));
  const become = (next: Partial<ComputeView>): string[] => {
    view = { ...view, ...next };
    for (const listener of [...listeners]) listener();
    return [...said];
  };
  return { waits, said, become };
}

test.each([
  ['off', { state: 'off', working: undefined }],
  ['ready', { state: 'ready', working: undefined }],
  ['resting for hours with a part in hand', { state: 'resting', reason: 'battery_low' }],
] as const)('a phone that is %s is updated at once', (_name, view) => {
  const { waits, said } = phone(view);
  expect({ waits, said }).toEqual({ waits: false, said: ['applied'] });
});

test('a part is finished first, also when the tap itself made it rest', () => {
  const { waits, become } = phone(AT_WORK);
  expect(waits).toBe(true);
  expect(become({ state: 'resting', reason: 'in_use', working: undefined })).toEqual([]);
  expect(become({ state: 'computing', reason: undefined, working: PART })).toEqual([]);
  expect(become({ unitsDone: 4, working: { ...PART, jobId: 2, progress: 0 } })).toEqual(['applied']);
  expect(become({ unitsDone: 5 })).toEqual(['applied']);
});

test('a part that is given up holds nothing up', () => {
  const { become } = phone(AT_WORK);
  expect(become({ state: 'off', working: undefined })).toEqual(['applied']);
});
