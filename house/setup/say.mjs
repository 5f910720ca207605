/** Set-up speaks on stderr only: stdout belongs to the command, so that `npm run -s zeus -- … --json | jq` works. */

/** @param {string} sentence */
export const say = (sentence) => void process.stderr.write(`Set-up: ${sentence}\n`);

/** A reason to stop that its reader can act on: printed as one sentence, without a stack. */
export class SetupError extends Error {}
