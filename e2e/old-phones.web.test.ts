/** What drivers' older and stricter browsers do to WebAssembly, in a real one that was started so. */
import { chromium, type Browser, type Page } from '@playwright/test';
import { must } from '../shared/assert.ts';
import { DAY } from '../shared/time.ts';
import { manifestHere } from '../server/adapters/kernel-manifest.ts';
import { GOLDEN_KIND } from '../server/services/golden-input.ts';
import { steadyPressure } from '../web/compute/testing/steady-pressure.ts';
import { expect, test as base } from './app/app-test.ts';

const sign = (page: Page) => page.locator('.sign-top');

interface Started {
  /** A new driver's page at the opt-in screen, in a browser of its own that was started with these flags of V8. */
  readonly joinedWith: (jsFlags: string) => Promise<Page>;
}

const test = base.extend<Started>({
  joinedWith: async ({ server }, use, { project }) => {
    const browsers: Browser[] = [];
    await use(async (jsFlags) => {
      const { args = [], ...launch } = project.use.launchOptions ?? {};
      const browser = await chromium.launch({ ...launch, args: [...args, `--js-flags=${jsFlags}`] });
      browsers.push(browser);
      const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
      await steadyPressure(page);
      await page.goto(`${server.url}/join/${await server.people.invite('driver', DAY)}`);
      await page.getByLabel('Your name').fill('Maria');
      await page.getByRole('button', { name: 'Continue' }).click();
      return page;
    });
    await Promise.all(browsers.map((browser) => browser.close()));
  },
});

const enable = (page: Page): Promise<void> => page.getByRole('button', { name: 'Enable' }).click();

test('without SIMD it loads the baseline alone, and the server finds its test right', async ({ joinedWith }) => {
  test.skip(process.arch !== 'x64', 'V8 has this switch for x86-64 only');
  const page = await joinedWith('--no-enable-sse4-1');
  const loaded: string[] = [];
  page.on('request', (request) => {
    const [, hash] = /\/kernels\/(\w+)\.wasm$/.exec(request.url()) ?? [];
    if (hash) loaded.push(hash);
  });
  await enable(page);
  await expect(sign(page)).toContainText('Ready');
  const { builds } = must(
    manifestHere().kernels.find(({ kind }) => kind === GOLDEN_KIND),
    GOLDEN_KIND,
  );
  const hashOf = (features: string): string | undefined => builds.find((build) => build.features === features)?.hash;
  expect(loaded).toEqual([hashOf('baseline')]);
  expect(loaded).not.toContain(hashOf('simd'));
});

test('a browser without a compiler and so without WebAssembly, as Lockdown Mode has it, is told so', async ({
  joinedWith,
}) => {
  const page = await joinedWith('--jitless');
  expect(await page.evaluate(() => typeof WebAssembly)).toBe('undefined');
  await enable(page);
  await expect(page.getByText('Lockdown Mode turns it off')).toBeVisible();
  await page.getByRole('button', { name: 'Not Now' }).click();
  await expect(sign(page)).toContainText(/Off|Not on this phone/);
});

test('where something on the way forbids WebAssembly, it says that', async ({ page, join }) => {
  await page.route('**/*', async (route) => {
    if (route.request().resourceType() !== 'document') return route.fallback();
    const response = await route.fetch();
    const policy = must(response.headers()['content-security-policy'], 'a policy');
    const headers = { ...response.headers(), 'content-security-policy': policy.replace("'wasm-unsafe-eval'", '') };
    await route.fulfill({ response, headers });
  });
  await join();
  await enable(page);
  await expect(page.getByText('forbids WebAssembly')).toBeVisible();
  await page.getByRole('button', { name: 'Not Now' }).click();
  await expect(sign(page)).toContainText(/Off|Not on this phone/);
});

test('a browser that knows no module workers runs ours all the same', async ({ page, join }) => {
  await page.addInitScript(() => {
    const AnyWorker = Worker;
    globalThis.Worker = class extends AnyWorker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, { ...options, type: 'classic' }); // what a browser does that does not know the option
      }
    };
  });
  await join();
  await enable(page);
  await expect(sign(page)).toContainText('Ready');
});
