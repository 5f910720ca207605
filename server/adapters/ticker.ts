/**
 * Runs `tick` again and again, `everyMs` after the last one ended: never twice at once. What a tick throws is its own
 * business; the next one comes all the same. Returns what ends it, after the one that runs.
 */
export function startTicking(tick: () => Promise<void>, everyMs: number): () => Promise<void> {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const once = async (): Promise<void> => {
    await tick().catch(() => undefined);
    next();
  };
  const next = (): void => {
    if (!isOver) timer = setTimeout(() => (running = once()), everyMs);
  };
  next();
  return () => {
    isOver = true;
    clearTimeout(timer);
    return running;
  };
}
