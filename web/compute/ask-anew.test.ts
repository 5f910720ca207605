import { expect, test } from 'vitest';
import { ok, refuse, type Result } from '../../shared/result.ts';
import type { TurnOnProblem } from '../data/device.ts';
import { askAnew } from './ask-anew.ts';

const refused = (code: string): Result<undefined, TurnOnProblem> =>
  refuse({ kind: 'refused', code, status: 409, message: '' });
const FORGOTTEN = refused('self_test_missing');
const FAILED = refused('self_test_failed');

async function play(
  answers: readonly Result<undefined, TurnOnProblem>[],
  signal = new AbortController().signal,
): Promise<{ readonly times: number; readonly result: Result<undefined, TurnOnProblem> }> {
  let times = 0;
  const result = await askAnew(() => Promise.resolve(answers[times++] ?? FAILED), signal);
  return { times, result };
}

test('a draw that the server has forgotten is made once more, and no third time; nothing else is', async () => {
  expect(await play([FORGOTTEN, ok(undefined)])).toEqual({ times: 2, result: ok(undefined) });
  expect(await play([FORGOTTEN, FORGOTTEN, ok(undefined)])).toEqual({ times: 2, result: FORGOTTEN });
  expect(await play([FAILED, ok(undefined)])).toEqual({ times: 1, result: FAILED });
  expect(await play([ok(undefined)])).toEqual({ times: 1, result: ok(undefined) });
  expect(await play([refuse({ kind: 'unreached' }), ok(undefined)])).toMatchObject({ times: 1 });
});

test('a driver who has turned back is not tested again', async () => {
  expect(await play([FORGOTTEN, ok(undefined)], AbortSignal.abort())).toEqual({ times: 1, result: FORGOTTEN });
});
