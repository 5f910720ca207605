/**
 * Makes a fresh clone ready: `npm start`, `npm test` and the other scripts run this first.
 * No dependencies, and plain JavaScript: it has to run on the Node that the machine has, before the project's own Node 24 is there.
 *
 *     node setup.mjs              packages and Node 24
 *     node setup.mjs --chromium   and the browser of the browser tests
 *
 * When everything is there it says so in one line, in about a tenth of a second. Everything it says goes to stderr.
 */
import { fileURLToPath } from 'node:url';
import { findChromium, installChromium } from './house/setup/chromium.mjs';
import { exclusively } from './house/setup/exclusive.mjs';
import { install } from './house/setup/install.mjs';
import { nodeComplaint, projectNodeVersion } from './house/setup/node-version.mjs';
import { say, SetupError } from './house/setup/say.mjs';
import { readTree } from './house/setup/tree.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const lockFile = `${root}.setup-lock`;

/** @param {number[]} pids */
const sayWhoWeWaitFor = (pids) => say(`another set-up is at work (process ${pids.join(', ')}); waiting for it.`);

async function ensurePackages() {
  const before = readTree(root);
  if (before.finished) return before;
  return exclusively(
    lockFile,
    async (alsoHeldBy) => {
      // Whoever held the lock before us may have done the work.
      const now = readTree(root);
      if (now.finished) return now;
      say(`installing packages (${now.because}); the first time takes up to a minute.`);
      return install(root, alsoHeldBy);
    },
    sayWhoWeWaitFor,
  );
}

function ensureNode() {
  const version = projectNodeVersion(root);
  const complaint = nodeComplaint(version);
  if (complaint) throw new SetupError(complaint);
  return version;
}

async function ensureChromium() {
  return findChromium() ?? exclusively(lockFile, async () => findChromium() ?? installChromium(), sayWhoWeWaitFor);
}

try {
  const { packageCount } = await ensurePackages();
  const ready = [`${packageCount} packages`, `Node ${ensureNode()}`];
  if (process.argv.includes('--chromium')) ready.push(await ensureChromium());
  say(`ready (${ready.join(', ')}).`);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
