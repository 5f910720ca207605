import { spawn } from 'node:child_process';

/**
 * Runs a command with its output on our stderr. Resolves to whether it exited with 0; a command that does not exist counts as failed.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onPid?: (pid: number) => void }} [options]
 * @returns {Promise<boolean>}
 */
export function runCommand(command, args, { cwd, env, onPid } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ['ignore', 2, 2] });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
    if (child.pid !== undefined) onPid?.(child.pid);
  });
}
