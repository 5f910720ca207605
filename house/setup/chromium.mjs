/** Finds the Chromium of the browser tests, and on Debian as root installs it. Nothing is downloaded by Playwright. */
import { existsSync, readFileSync } from 'node:fs';
import { runCommand } from './run-command.mjs';
import { say, SetupError } from './say.mjs';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const HOW_TO =
  'The browser tests need Chromium: install it (Debian: `sudo apt-get install chromium`) or set CHROMIUM_PATH to its executable.';

/**
 * Where Chromium is, or undefined. A CHROMIUM_PATH that does not exist is an error, not a reason to look elsewhere.
 * @param {string | undefined} said the value of CHROMIUM_PATH
 * @param {(path: string) => boolean} exists
 */
export function findChromium(said = process.env.CHROMIUM_PATH, exists = existsSync) {
  if (!said) return USUAL_PLACES.find(exists);
  if (!exists(said)) throw new SetupError(`CHROMIUM_PATH is ${said}, but there is no such file.`);
  return said;
}

/** Debian exactly: other distributions' package of this name may be only a stub that asks for a snap. */
function isDebianAsRoot() {
  try {
    return process.getuid?.() === 0 && /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** Flags for every Chromium of ours: no GPU, nothing of its own on the network, and its sandbox everywhere but as root, where it refuses. */
export const chromiumArgs = () => [
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** Installs Chromium where we know how, and returns where it is. Call it inside the set-up's lock. */
export async function installChromium() {
  if (!isDebianAsRoot()) throw new SetupError(HOW_TO);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another apt-get may be at work on this machine: wait for it instead of failing.
  const apt = (/** @type {string[]} */ ...args) =>
    runCommand('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], { env });
  const aptInstall = () => apt('install', '-y', '--no-install-recommends', 'chromium');
  say('installing Chromium with apt-get, once.');
  if (!(await aptInstall())) {
    say('refreshing the package lists and trying again.');
    await apt('update');
    await aptInstall();
  }
  const path = findChromium();
  if (!path) throw new SetupError(HOW_TO);
  return path;
}
