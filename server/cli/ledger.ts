import { parseArgs } from 'node:util';
import { CliError } from './cli-error.ts';
import { Client } from './client.ts';

const OPTIONS = { json: { type: 'boolean', default: false }, server: { type: 'string' } } as const;

/** `ledger verify`: the whole book added up. Fails when something does not add up. */
export async function ledger(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (positionals.join(' ') !== 'verify') throw new CliError('bad_argument', 'Expected `ledger verify`.');
  const check = await Client.open(values.server, env).verifyLedger();
  const isRight = check.balancesMatch && check.entriesSumMicros === 0;
  if (values.json) console.log(JSON.stringify(check));
  else {
    console.log(
      `${check.transfers} transfers, ${check.entries} entries that sum to ${check.entriesSumMicros} micro-dollars.`,
    );
    for (const mismatch of check.mismatches) console.log(`✗ ${mismatch}`);
    console.log(isRight ? '✓ Every balance equals the sum of its entries.' : '✗ The book is wrong.');
  }
  return isRight ? 0 : 1;
}
