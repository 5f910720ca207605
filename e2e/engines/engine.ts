/** One page in one browser engine, as far as the checks need it. Three protocols, one shape. */
export interface EnginePage {
  open(url: string): Promise<void>;
  /** The value of an expression in the page, a promise's value if it is one. It travels as JSON. */
  evaluate<T>(expression: string): Promise<T>;
  close(): Promise<void>;
}

export interface Engine {
  readonly name: 'chromium' | 'firefox' | 'webkit';
  /** Debian's packages, and what must be there once they are: files, or programs on the path. */
  readonly packages: readonly string[];
  readonly programs: readonly string[];
  start(): Promise<EnginePage & { readonly version: string }>;
}

const POLL_MS = 100;
const PATIENCE_MS = 60_000;

/** Looks until `expression` is true in the page. Rejects with what the page shows instead. */
export async function until(page: EnginePage, expression: string, what: string): Promise<void> {
  for (const from = performance.now(); performance.now() - from < PATIENCE_MS;) {
    if (await page.evaluate<boolean>(`Boolean(${expression})`)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const shown = await page.evaluate<string>('document.body.innerText.slice(0, 600)');
  throw new Error(`expected ${what}, got:\n${shown}`);
}

/** Taps the first button or link with exactly this text, as soon as it is there. */
export async function tap(page: EnginePage, text: string): Promise<void> {
  const found = `[...document.querySelectorAll('button, a')].find((one) => one.textContent.trim() === ${JSON.stringify(text)})`;
  await until(page, found, `“${text}”`);
  await page.evaluate(`void ${found}.click()`);
}
