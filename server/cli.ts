/** `npm run zeus -- …`: asks a running server, in the operator's name. */
import { adjust } from './cli/adjust.ts';
import { adminToken } from './cli/admin-token.ts';
import { audit } from './cli/audit.ts';
import { CliError } from './cli/cli-error.ts';
import { feedback } from './cli/feedback.ts';
import { flags } from './cli/flags.ts';
import { HELP } from './cli/help.ts';
import { invite } from './cli/invite.ts';
import { jobs } from './cli/jobs.ts';
import { ledger } from './cli/ledger.ts';
import { manifest } from './cli/manifest.ts';
import { decideProposal, waiting } from './cli/proposals.ts';
import { submit } from './cli/submit.ts';

const [command = 'help', ...args] = process.argv.slice(2);

try {
  process.exitCode = await run();
} catch (error) {
  const { code, message } = readable(error);
  process.stderr.write(`zeus: ${code}: ${message}\n`);
  process.exitCode = 1;
}

async function run(): Promise<number> {
  switch (command) {
    case 'submit':
      return submit(args, process.env);
    case 'jobs':
      return jobs(args, process.env);
    case 'invite':
      return invite(args, process.env);
    case 'admin-token':
      return adminToken(args, process.env);
    case 'audit':
      return audit(args, process.env);
    case 'flags':
      return flags(args, process.env);
    case 'feedback':
      return feedback(args, process.env);
    case 'adjust':
      return adjust(args, process.env);
    case 'waiting':
      return waiting(args, process.env);
    case 'approve':
    case 'reject':
      return decideProposal(args, process.env, command === 'approve');
    case 'ledger':
      return ledger(args, process.env);
    case 'manifest':
      return manifest(args, process.env);
    case 'help':
    case '--help':
      process.stdout.write(HELP);
      return 0;
    default:
      throw new CliError('bad_argument', `There is no command “${command}”: see \`npm run zeus -- help\`.`);
  }
}

/** What parseArgs throws is a sentence about an argument; anything else that is not ours is a bug and shows its stack. */
function readable(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof CliError) return error;
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    return { code: 'bad_argument', message: error.message };
  }
  return { code: 'internal', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
