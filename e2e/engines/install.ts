import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from '../../house/setup/run-command.mjs';
import type { Engine } from './engine.ts';

const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

const isHere = ({ name, programs }: Engine): boolean =>
  programs.every(isOnPath) || (name === 'chromium' && existsSync(process.env['CHROMIUM_PATH'] ?? ''));

/** Installs what is missing with apt, as root on Debian. Returns what still is: packages, by engine. */
export async function installMissing(engines: readonly Engine[]): Promise<readonly string[]> {
  const missing = (): readonly Engine[] => engines.filter((engine) => !isHere(engine));
  const packages = missing().flatMap((engine) => engine.packages);
  if (packages.length > 0 && isDebianAsRoot()) {
    process.stderr.write(`engines: installing ${packages.join(', ')} with apt-get, once.\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // Another apt-get may be at work on this machine: wait for it instead of failing.
    const apt = (...args: string[]): Promise<boolean> =>
      runCommand('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], { env });
    const install = (): Promise<boolean> => apt('install', '-y', '--no-install-recommends', ...packages);
    if (!(await install()) && (await apt('update'))) await install();
  }
  return missing().map(({ name, packages: wanted }) => `${name}: ${wanted.join(' ')}`);
}

function isDebianAsRoot(): boolean {
  try {
    return process.getuid?.() === 0 && /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}
