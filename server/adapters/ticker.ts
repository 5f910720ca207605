/** Runs `tick` again and again, `everyMs` after the last one ended: never twice at once. Returns what ends it. */
export function startTicking(tick: () => Promise<void>, everyMs: number): () => Promise<void> {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const next = (): void => {
    if (isOver) return;
    timer = setTimeout(() => {
      running = tick().then(next, next);
    }, everyMs);
  };
  next();
  return () => {
    isOver = true;
    clearTimeout(timer);
    return running;
  };
}
