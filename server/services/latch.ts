/** Something that has happened, or has not yet: opened once or often, waited for with a limit. */
export class Latch {
  #isOpen = false;
  #waiting: (() => void)[] = [];

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    this.#isOpen = true;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  close(): void {
    this.#isOpen = false;
  }

  /** Resolves when open, or after `limitMs`; says whether it is open. */
  async opened(limitMs: number): Promise<boolean> {
    if (this.#isOpen) return true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((wake) => wake !== done);
        resolve();
      }, limitMs);
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.push(done);
    });
    return this.#isOpen;
  }
}
