const MOST_MS = 15_000;

const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

/** As many frames in a row show that nothing more is about to come. */
const FRAMES = 3;

/** What `found` gives once it gives something in three frames in a row. */
export async function until<T>(what: string, found: () => T | undefined | false): Promise<T> {
  const from = performance.now();
  for (let inARow = 0; ;) {
    await nextFrame();
    const value = found();
    inARow = value ? inARow + 1 : 0;
    if (value && inARow === FRAMES) return value;
    if (performance.now() - from > MOST_MS) throw new Error(`Waited ${MOST_MS / 1000} s until ${what}.`);
  }
}

/** The innermost element whose whole text is such a text. */
export function shownText(isIt: (text: string) => boolean): HTMLElement | undefined {
  const such = [...document.querySelectorAll<HTMLElement>('#app *')].filter((node) =>
    isIt(node.innerText?.trim() ?? ''),
  );
  return such.find((node) => !such.some((other) => other !== node && node.contains(other)));
}
