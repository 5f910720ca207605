/** Installs exactly what the lock says, without running any package's install script. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';
import { say, SetupError } from './say.mjs';
import { readTree } from './tree.mjs';

// `error` hides some thirty lines of EBADENGINE: npm itself may run on Node 20 while the project brings its own 24.
const NPM_ARGS = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * The npm that called us, on the Node it runs on. Not `process.execPath`: that may be the copy in node_modules, which `npm ci` is about to delete.
 * @returns {[string, ...string[]]}
 */
function npmCommand() {
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  return npm?.endsWith('js') ? [node ?? process.execPath, npm] : ['npm'];
}

/**
 * @param {string} root
 * @param {(pid: number) => void} alsoHeldBy
 */
export async function install(root, alsoHeldBy) {
  const [command, ...args] = npmCommand();
  const npmCi = () => runCommand(command, [...args, ...NPM_ARGS], { cwd: root, onPid: alsoHeldBy });
  if (!(await npmCi())) {
    say('the install failed; removing node_modules and trying once more.');
    rmSync(join(root, 'node_modules'), { recursive: true, force: true });
    await npmCi();
  }
  const tree = readTree(root);
  if (!tree.finished) {
    throw new SetupError(`the packages could not be installed (${tree.because}); npm's own message is above.`);
  }
  return tree;
}
