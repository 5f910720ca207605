import { parseArgs } from 'node:util';
import { ok, refuse, type Result } from '../shared/result.ts';

export interface BenchFlags {
  readonly name: 'phone';
  /** How long is measured, warm-up not counted. At least one window of 60 s. */
  readonly minutes: number;
  /** Places of every request the phone computes for. */
  readonly stops: 100 | 1000;
  /** Draws the places. */
  readonly seed: bigint;
  readonly json: boolean;
}

export const USAGE = 'npm run bench -- phone [--minutes 10] [--stops 100|1000] [--seed 1] [--json]';

const MOST_MINUTES = 24 * 60;

/** What was asked for, or one sentence that says what was expected and what came. */
export function readFlags(args: readonly string[]): Result<BenchFlags, string> {
  const parsed = parse(args);
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  const [name, ...others] = positionals;
  if (name !== 'phone' || others.length > 0)
    return refuse(`Expected the name of one bench, phone; got ${said(positionals.join(' '))}.`);
  const minutes = Number(values.minutes);
  if (!/^\d+(\.\d+)?$/.test(values.minutes) || minutes < 1 || minutes > MOST_MINUTES)
    return refuse(`--minutes: expected 1 to ${MOST_MINUTES}, a window is 60 s; got ${said(values.minutes)}.`);
  if (values.stops !== '100' && values.stops !== '1000')
    return refuse(`--stops: expected 100 or 1000, which the promise is about; got ${said(values.stops)}.`);
  if (!/^\d{1,15}$/.test(values.seed)) return refuse(`--seed: expected a whole number; got ${said(values.seed)}.`);
  return ok({
    name,
    minutes,
    stops: values.stops === '100' ? 100 : 1000,
    seed: BigInt(values.seed),
    json: values.json,
  });
}

const said = (text: string): string => (text === '' ? 'nothing' : `“${text}”`);

function parse(args: readonly string[]) {
  try {
    return ok(
      parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          minutes: { type: 'string', default: '10' },
          stops: { type: 'string', default: '100' },
          seed: { type: 'string', default: '1' },
          json: { type: 'boolean', default: false },
        },
      }),
    );
  } catch (error) {
    return refuse((error as Error).message.split('. ')[0] + '.'); // Node's own sentence, without its advice
  }
}
