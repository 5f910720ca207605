import { readdirSync, readFileSync } from 'node:fs';

/** Every process below `root`, itself included: a browser is a tree of them. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(name);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree: number[] = [];
  for (const queue = [root]; queue.length > 0;) {
    const pid = queue.pop();
    if (pid === undefined) break;
    tree.push(pid);
    queue.push(...(children.get(pid) ?? []));
  }
  return tree;
}

/**
 * CPU time that threads of one name have had so far, milliseconds: the scheduler's own count (schedstat, nanoseconds), not
 * anybody's estimate. Threads that have ended are not in it.
 */
export function threadCpuMs(pids: readonly number[], threadName: string): number {
  let nanoseconds = 0;
  for (const pid of pids) {
    for (const thread of namesIn(`/proc/${pid}/task`)) {
      const folder = `/proc/${pid}/task/${thread}`;
      if (textOf(`${folder}/comm`).trim() !== threadName) continue;
      nanoseconds += Number(textOf(`${folder}/schedstat`).split(' ')[0] ?? 0);
    }
  }
  return nanoseconds / 1e6;
}

function parentOf(pid: string): number | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return afterName[1] === undefined ? undefined : Number(afterName[1]);
}

/** A process may end between being listed and being read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
