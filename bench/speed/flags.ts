import { parseArgs } from 'node:util';
import { ok, refuse, type Result } from '../../shared/result.ts';

export interface SpeedFlags {
  /** How long the page is watched for long tasks while the phone computes. */
  readonly seconds: number;
  readonly json: boolean;
}

export const SPEED_USAGE = 'npm run bench -- speed [--seconds 60] [--json]';

/** What was asked for, or one sentence that says what was expected and what came. */
export function readSpeedFlags(args: readonly string[]): Result<SpeedFlags, string> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { seconds: { type: 'string', default: '60' }, json: { type: 'boolean', default: false } },
    });
    const seconds = Number(values.seconds);
    if (!/^\d+$/.test(values.seconds) || seconds < 10 || seconds > 3_600)
      return refuse(`--seconds: expected 10 to 3600; got “${values.seconds}”.`);
    return ok({ seconds, json: values.json });
  } catch (error) {
    return refuse((error as Error).message.split('. ')[0] + '.'); // Node's own sentence, without its advice
  }
}
