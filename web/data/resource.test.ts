import { expect, test } from 'vitest';
import { ok, refuse, type Result } from '../../shared/result.ts';
import type { Problem } from './api.ts';
import { resource, valueOf } from './resource.ts';

const UNREACHED: Problem = { kind: 'unreached' };
const SIGNED_OUT: Problem = { kind: 'refused', status: 401, code: 'unauthorised', message: '' };

/** A resource whose loads are answered one after another, on a clock that the test holds. */
function scripted(...answers: readonly Result<number, Problem>[]) {
  const rest = [...answers];
  const clock = { now: 100 };
  let loads = 0;
  const load = () => {
    loads += 1;
    return Promise.resolve(rest.shift() ?? refuse(UNREACHED));
  };
  return { of: resource(load, () => clock.now), clock, loads: () => loads };
}

test('a value keeps its time; a later failure keeps the value beside it', async () => {
  const { of, clock } = scripted(ok(7), refuse(UNREACHED), ok(8));
  expect(of.read()).toEqual({ state: 'loading' });
  await of.refresh();
  expect(of.read()).toEqual({ state: 'ready', value: 7, at: 100, problem: undefined });
  clock.now = 200;
  await of.refresh();
  expect(of.read()).toEqual({ state: 'ready', value: 7, at: 100, problem: UNREACHED });
  await of.refresh();
  expect(of.read()).toEqual({ state: 'ready', value: 8, at: 200, problem: undefined });
});

test('a first failure is a failure, and trying again says that it loads', async () => {
  const { of } = scripted(refuse(UNREACHED), ok(1));
  await of.refresh();
  expect(of.read()).toEqual({ state: 'failed', problem: UNREACHED });
  const again = of.refresh();
  expect(of.read()).toEqual({ state: 'loading' });
  await again;
  expect(valueOf(of.read())).toBe(1);
});

test('whoever is signed out sees nothing of before', async () => {
  const { of } = scripted(ok(7), refuse(SIGNED_OUT));
  await of.refresh();
  await of.refresh();
  expect(of.read()).toEqual({ state: 'failed', problem: SIGNED_OUT });
});

test('two who ask at once share one call; listeners hear each change once', async () => {
  const { of, loads } = scripted(ok(7), ok(8));
  let heard = 0;
  const stop = of.subscribe(() => (heard += 1));
  await Promise.all([of.refresh(), of.refresh()]);
  expect(loads()).toBe(1);
  expect(heard).toBe(1);
  stop();
  await of.refresh();
  expect(heard).toBe(1);
});
