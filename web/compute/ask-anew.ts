import type { Result } from '../../shared/result.ts';
import type { TurnOnProblem } from '../data/device.ts';

/** A server that has started again meanwhile knows nothing of what it had drawn: then it draws once more, and no third time. */
export async function askAnew<T>(
  test: () => Promise<Result<T, TurnOnProblem>>,
  signal: AbortSignal,
): Promise<Result<T, TurnOnProblem>> {
  const tested = await test();
  if (tested.ok || signal.aborted) return tested;
  const { error } = tested;
  return error.kind === 'refused' && error.code === 'self_test_missing' ? test() : tested;
}
