import type { Page } from '@playwright/test';

export interface SteadyPressure {
  set(state: 'nominal' | 'serious' | 'critical'): Promise<void>;
  /** Back to the machine's own. An observer that is at work hears nothing more. Before a page closes: else the browser ends with it. */
  release(): Promise<void>;
}

const SOURCE = { source: 'cpu' } as const;

/** The machine's own load must not decide a test: nominal, until a test says otherwise. Before the page observes. */
export async function steadyPressure(page: Page): Promise<SteadyPressure> {
  const session = await page.context().newCDPSession(page);
  const override = (enabled: boolean): Promise<unknown> =>
    session.send('Emulation.setPressureSourceOverrideEnabled', {
      ...SOURCE,
      enabled,
      ...(enabled && { metadata: { available: true } }),
    });
  const steady: SteadyPressure = {
    set: async (state) => void (await session.send('Emulation.setPressureStateOverride', { ...SOURCE, state })),
    release: async () => void (await override(false)),
  };
  await override(true);
  await steady.set('nominal');
  return steady;
}
