/** The design's checklist, as far as `states.web.test.ts` does not look at it on every screen: keys, voices, the system's wishes. */
import { DAY } from '../shared/time.ts';
import lingui from '../lingui.config.ts';
import { expect, test } from './app/app-test.ts';
import { tabTo } from './app/keyboard.ts';
import { cutOff, smallTargets } from './app/page-checks.ts';
import { restScene, SCENES } from './app/scenes.ts';
import { breaches, openStage, showScene } from './app/stage.ts';
import { must } from '../shared/assert.ts';

const sceneOf = (name: string) => must(SCENES[name], `a scene ${name}`);

test('with keys alone: in, the question, home, a route, settings, the parked screen and out of it', async ({
  page,
  server,
}) => {
  await page.addInitScript(() => {
    navigator.vibrate = () => {
      throw new Error('No haptics.');
    };
  });
  // Low, so that much lies under dock and tabs until it is scrolled to.
  await page.setViewportSize({ width: 390, height: 640 });
  const { keyboard } = page;
  const heading = (name: string) => page.getByRole('heading', { name, level: 1 });
  await page.goto(`/join/${await server.people.invite('driver', DAY)}`);
  await expect(heading('You are invited')).toBeVisible();
  await tabTo(page, 'Your name');
  await keyboard.type('Maria');
  await keyboard.press('Enter');

  // A new screen: its title has the focus and is the window's.
  await expect(heading('Shared Compute (Optional)')).toBeFocused();
  await expect(page).toHaveTitle(/^Shared Compute \(Optional\)/);
  await tabTo(page, 'Learn More');
  await keyboard.press('Enter');
  await expect(heading('What you would agree to')).toBeFocused();
  await keyboard.press('Shift+Tab');
  await expect(page.getByRole('link', { name: 'Back' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(heading('Shared Compute (Optional)')).toBeFocused();
  await tabTo(page, 'Enable');
  await keyboard.press('Enter');
  await expect(heading('Home')).toBeFocused();
  await expect(page.locator('.sign-top')).toContainText(/Ready|Resting/);

  // Past everything, to the buttons.
  await tabTo(page, 'To the buttons');
  await keyboard.press('Enter');
  await tabTo(page, 'Pause for today');
  await keyboard.press('Space');
  await expect(page.locator('.sign-top')).toContainText('Paused by you');
  await expect(page.getByRole('button', { name: 'Resume' })).toBeFocused();
  await keyboard.press('Space');
  await expect(page.locator('.sign-top')).toContainText(/Ready|Resting/);

  await tabTo(page, 'Ask');
  await keyboard.press('Enter');
  await expect(heading('Ask')).toBeFocused();
  await expect(page.getByRole('navigation').locator('[aria-current=page]')).toHaveText('Ask');
  await tabTo(page, 'route');
  await keyboard.press('Enter');
  await expect(page).toHaveURL(/\/ask\/route$/);
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await tabTo(page, 'Settings');
  await keyboard.press('Enter');
  await expect(heading('Settings')).toBeFocused();
  await expect(page).toHaveTitle(/^Settings/);
  await tabTo(page, 'Shared Compute');
  await keyboard.press('Enter');
  await expect(heading('Shared Compute')).toBeFocused();
  const wifi = page.getByRole('switch', { name: 'Wi-Fi only' });
  await tabTo(page, 'Wi-Fi only');
  await keyboard.press('Space');
  await expect(wifi).toBeChecked();
  await keyboard.press('Enter');
  await expect(wifi).not.toBeChecked();
  await tabTo(page, 'Parked screen');
  await keyboard.press('Enter');
  await expect(heading('Parked screen')).toBeFocused();
  await keyboard.press('Escape');
  await expect(heading('Home')).toBeFocused();
});

test('a change is read aloud once; a countdown at its start, in its last minute and at its end; bars never', async ({
  page,
}) => {
  await openStage(page);
  await showScene(page, 'hot', restScene('hot'));
  await page.evaluate(() => {
    const said: string[] = [];
    const status = document.querySelector('[role=status]')!;
    new MutationObserver(() => said.push(status.textContent)).observe(status, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    Object.assign(window, { said });
  });
  const start = await page.getByRole('status').textContent();
  expect(start).toContain('Back in 10 min');
  const after = (seconds: number) =>
    page.evaluate((left) => window.stage.change({ ends: [{ when: 'time', seconds: left }] }), seconds);
  for (const seconds of [590, 400, 130, 100, 61, 58, 40, 5, 1]) await after(seconds);
  await expect(page.locator('[data-sign]')).toContainText('1 s');
  for (const share of [1.1, 1.2, 1.3])
    await page.evaluate(
      (value) =>
        window.stage.change({ state: 'computing', reason: undefined, share: value, shares: [value], ends: [] }),
      share,
    );
  await expect(page.locator('[data-sign]')).toContainText('1.3');
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
  expect(said).toEqual([expect.stringContaining('Back in 58 s'), expect.stringMatching(/^Computing/)]);
  await expect(page.locator('[aria-live] .stripbox, [role=status] .stripbox')).toHaveCount(0);
});

test('where the system chooses the colours, every part keeps its edge and every mark its shape', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await openStage(page);
  for (const name of [
    'home-computing',
    'home-paused',
    'ask',
    'progress',
    'settings',
    'shared-compute-bad',
    'credits',
  ]) {
    await showScene(page, name, sceneOf(name));
    const bare = await page.evaluate(() => {
      const parts = [...document.querySelectorAll('.sign, .card, .btn, .tile, .sg, .seg, .bar, .mk, .cells i')];
      const edged = (part: Element): boolean => {
        const { borderTopWidth, borderTopStyle, outlineStyle } = getComputedStyle(part);
        return (parseFloat(borderTopWidth) >= 1 && borderTopStyle !== 'none') || outlineStyle !== 'none';
      };
      return parts.filter((part) => !edged(part)).map((part) => part.className);
    });
    expect({ name, bare }).toEqual({ name, bare: [] });
    const marks = await page.evaluate(() => {
      const ground = getComputedStyle(document.body).backgroundColor;
      const of = (selector: string, pseudo: string): string[] =>
        [...document.querySelectorAll(selector)]
          .map((node) => getComputedStyle(node, pseudo))
          .filter((style) => style.backgroundColor === ground && parseFloat(style.borderTopWidth) < 2)
          .map(() => `${selector}${pseudo}`);
      const knobless = [...document.querySelectorAll('.switch')].filter(
        (node) =>
          getComputedStyle(node, '::after').backgroundColor === getComputedStyle(node, '::before').backgroundColor,
      );
      return [
        ...knobless.map((node) => `no knob: ${node.getAttribute('aria-label')}`),
        ...of('.switch', '::before'),
        ...of('.seg [aria-pressed=true]', '::before'),
        ...of('.tab[aria-current]', '::before'),
        ...of('.bar > i', ''),
      ];
    });
    expect({ name, marks }).toEqual({ name, marks: [] });
  }
});

test('nothing moves for whoever wants nothing to move', async ({ page }) => {
  const moving = () =>
    page.evaluate(() => {
      const longest = (list: string): number => Math.max(...list.split(',').map(parseFloat));
      return [...document.querySelectorAll('#app *')]
        .flatMap((node) => ['', '::before', '::after'].map((pseudo) => getComputedStyle(node, pseudo)))
        .filter((style) => longest(style.transitionDuration) > 0 || style.animationName !== 'none').length;
    });
  await openStage(page);
  await showScene(page, 'home-computing', sceneOf('home-computing'));
  expect(await moving()).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const name of ['home-computing', 'shared-compute', 'opt-in-testing', 'ask-route', 'parked']) {
    await showScene(page, name, sceneOf(name));
    expect({ name, moving: await moving() }).toEqual({ name, moving: 0 });
  }
});

test('on its side: sign left, numbers right, buttons in a column under the chosen thumb; on a desk, room for a mouse', async ({
  page,
}) => {
  const boxOf = async (selector: string) => must(await page.locator(selector).first().boundingBox(), selector);
  await openStage(page);
  for (const [width, height] of [
    [844, 390],
    [667, 375],
  ] as const) {
    await page.setViewportSize({ width, height });
    await showScene(page, 'home-computing', sceneOf('home-computing'));
    const [sign, figures, dock, tabs] = [
      await boxOf('.sign'),
      await boxOf('.figures'),
      await boxOf('.dock'),
      await boxOf('.tabs'),
    ];
    expect(sign.x + sign.width).toBeLessThanOrEqual(figures.x);
    expect(figures.x + figures.width).toBeLessThanOrEqual(dock.x + 1);
    expect(dock.y + dock.height).toBeLessThanOrEqual(tabs.y + 1);
    expect(tabs.y + tabs.height).toBeLessThanOrEqual(height);
    // What the strip is for is seen without scrolling.
    expect(sign.y + sign.height).toBeLessThanOrEqual(height);
    await page.evaluate(() => (document.documentElement.dataset['dock'] = 'left'));
    expect((await boxOf('.dock')).x + (await boxOf('.dock')).width).toBeLessThanOrEqual((await boxOf('.sign')).x);

    for (const name of ['home-resting', 'opt-in', 'ask-route-filled', 'credits', 'shared-compute-bad', 'parked']) {
      await showScene(page, name, sceneOf(name));
      const faults: string[] = [];
      for (const locale of lingui.locales) {
        await page.evaluate((to) => window.stage.speak(to), locale);
        faults.push(...(await page.evaluate(cutOff)));
        await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
        faults.push(...(await page.evaluate(cutOff)));
        await page.evaluate(() => (document.documentElement.style.fontSize = ''));
        faults.push(...(await page.evaluate(smallTargets, 44)));
      }
      expect({ name, width, faults }).toEqual({ name, width, faults: [] });
    }
    // Parked, which was shown last: the number on one side, everything else on the other, in one look.
    const [number, clock, strip] = [await boxOf('.mega'), await boxOf('.clock'), await boxOf('.stripbox')];
    const isMirrored = (await page.locator('.pk').getAttribute('data-mirrored')) === 'true';
    expect(clock.x > number.x).toBe(!isMirrored);
    expect(strip.x > number.x).toBe(!isMirrored);
    expect(strip.y + strip.height).toBeLessThanOrEqual(height);
    expect(await page.locator('.pk').evaluate((screen) => screen.scrollHeight)).toBeLessThanOrEqual(height);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  for (const name of ['home-computing', 'ask', 'credits', 'shared-compute-bad']) {
    await showScene(page, name, sceneOf(name));
    const faults = [...(await page.evaluate(cutOff)), ...(await page.evaluate(smallTargets, 32))];
    expect({ name, faults }).toEqual({ name, faults: [] });
  }
});

test('the checks see what is wrong: planted faults are found', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await openStage(page);
  await showScene(page, 'settings', sceneOf('settings'));
  expect([...(await page.evaluate(cutOff)), ...(await page.evaluate(smallTargets, 44))]).toEqual([]);
  await page.evaluate(() => {
    const plant = (tag: string, style: string, text: string): void => {
      const planted = document.createElement(tag);
      planted.style.cssText = style;
      planted.textContent = text;
      document.querySelector('#app')!.append(planted);
    };
    plant('button', 'width:30px;height:30px', 'x');
    plant('input', 'min-height:44px', '');
    plant('p', 'color:#ccc;background:#fff', 'pale');
    plant('p', 'white-space:nowrap;width:40px;overflow:hidden', '$1,234,567.89');
    plant('p', 'white-space:nowrap', 'wide '.repeat(40));
  });
  const cut = (await page.evaluate(cutOff)).join('\n');
  for (const fault of ['sideways scroll', 'beyond the edge: wide', 'cut off:  $1,234,567.89'])
    expect(cut).toContain(fault);
  expect(await page.evaluate(smallTargets, 44)).toContain('30 × 30: x');
  const found = (await breaches(page, 'all')).join('\n');
  expect(found).toContain('color-contrast');
  expect(found).toContain('label');
});
