/**
 * Minutes of a real Chromium in which things happen to the phone, drawn from a seed: a battery on a bus falls and is charged,
 * another tab comes in front, the network goes or turns slow, pressure rises, somebody touches the screen, limits, what
 * was agreed to and the programme's lever change. Every question to the governor is written down with its answer, and the model of
 * `governor-model.ts` is asked the same. Exit 1 below 99.5 % of the reasons.
 *
 *   npm run evidence:governor -- [--minutes 10] [--seed 1] [--json]
 *
 * Dwell, cool-down and ten-minute rules are a tenth as long, so that ten minutes hold many of them.
 */
import { parseArgs } from 'node:util';
import type { Page } from '@playwright/test';
import { createServer } from 'vite';
import { chromiumArgs, findChromium } from '../house/setup/chromium.mjs';
import { between, happens, pick } from '../server/sim/chance.ts';
import { temporaryFolder } from '../server/http/testing/test-server.ts';
import { GOVERNOR_POLICY, REST_CODES } from '../shared/agent/governor/signals.ts';
import { must } from '../shared/assert.ts';
import { pcg32, type Rng } from '../shared/rng.ts';
import { SECOND } from '../shared/time.ts';
import type { TracedDecision } from '../web/compute/governed.ts';
import type { DevicePage } from '../web/compute/testing/device-page.ts';
import { enable, openStage, type Stage } from '../web/compute/testing/device-stage.ts';
import { openRealBrowser, type RealBrowser } from '../web/compute/testing/real-browser.ts';
import { steadyPressure, type SteadyPressure } from '../web/compute/testing/steady-pressure.ts';
import { thousandStops } from '../web/compute/testing/tasks.ts';
import { startBattery, type VirtualBattery } from '../web/compute/testing/virtual-battery/virtual-battery.ts';
import { model, type Moment } from './governor-model.ts';

declare const window: Window & { device: DevicePage };

const FLOOR = 0.995;
const RULES = { batteryDwellMs: 30 * SECOND, coolDownMs: 60 * SECOND, losingMs: 60 * SECOND };
const POLICY = { ...GOVERNOR_POLICY, ...RULES };

interface Phone {
  readonly page: Page;
  readonly browser: RealBrowser;
  readonly battery: VirtualBattery;
  readonly pressure: SteadyPressure;
  readonly network: (conditions: 'good' | 'slow' | 'offline') => Promise<unknown>;
}

const CONDITIONS = {
  good: { offline: false, latency: 20, downloadThroughput: 2e6, uploadThroughput: 1e6 },
  slow: { offline: false, latency: 1_800, downloadThroughput: 6_000, uploadThroughput: 6_000 },
  offline: { offline: true, latency: 0, downloadThroughput: 0, uploadThroughput: 0 },
} as const;

/** Things that happen to a phone, each with what it does; how often is their weight. */
type Happening = (phone: Phone, rng: Rng) => Promise<unknown>;

const setBattery: Happening = async ({ battery }, rng) =>
  battery.set({
    percentage: pick(rng, [12, 19, 21, 25, 29, 30, 45, 76, 90]),
    state: pick(rng, ['discharging', 'discharging', 'charging'] as const),
  });
const drainOnCharger: Happening = async ({ battery }, rng) => {
  const level = between(rng, 40, 70);
  battery.set({ percentage: level, state: 'charging' });
  battery.set({ percentage: level - 2, state: 'charging' });
};
const hide: Happening = async ({ browser, page }, rng) => {
  const other = await browser.context.newPage();
  await other.bringToFront();
  await page.waitForTimeout(between(rng, 1, 8) * SECOND);
  await other.close();
  await page.bringToFront();
};
const touch: Happening = async ({ page }, rng) => {
  for (let taps = between(rng, 1, 6); taps > 0; taps--) {
    await page.mouse.click(between(rng, 10, 200), between(rng, 10, 300));
    await page.waitForTimeout(between(rng, 100, 900));
  }
};
const press: Happening = async ({ pressure, page }, rng) => {
  await pressure.set(pick(rng, ['serious', 'serious', 'critical']));
  await page.waitForTimeout(between(rng, 3, 12) * SECOND);
  await pressure.set('nominal');
};
const loseNetwork: Happening = async ({ network, page }, rng) => {
  await network(pick(rng, ['slow', 'offline']));
  await page.waitForTimeout(between(rng, 2, 10) * SECOND);
  await network('good');
};
const changeLimits: Happening = ({ page }, rng) =>
  page.evaluate(
    ([wifiOnly, chargingOnly, isOutside, pausedMs, lowerShare, isCharged, networks, isLate]) => {
      const { limits } = window.device;
      const minute = new Date().getHours() * 60 + new Date().getMinutes();
      const later = { from: (minute + 60) % 1440, to: (minute + 120) % 1440 };
      limits.write({
        ...limits.read(),
        agreed: { networks, hours: isLate ? later : undefined },
        wifiOnly,
        chargingOnly,
        ignoreBatteryWhileCharging: isCharged,
        hours: isOutside ? later : undefined,
        pausedUntil: pausedMs > 0 ? Date.now() + pausedMs : undefined,
        lowerShare: lowerShare || undefined,
      });
    },
    [
      happens(rng, 0.2),
      happens(rng, 0.2),
      happens(rng, 0.2),
      happens(rng, 0.2) ? between(rng, 2, 12) * SECOND : 0,
      pick(rng, [0, 0, 0.5, 1]),
      happens(rng, 0.3),
      happens(rng, 0.1) ? 'wifi' : 'any',
      happens(rng, 0.1),
    ] as const,
  );
const freeLimits: Happening = ({ page }) =>
  page.evaluate(() => {
    const { limits } = window.device;
    const none = { wifiOnly: false, chargingOnly: false, ignoreBatteryWhileCharging: false };
    const agreed = { hours: undefined, networks: 'any' } as const;
    limits.write({
      ...limits.read(),
      ...none,
      agreed,
      hours: undefined,
      pausedUntil: undefined,
      lowerShare: undefined,
    });
  });
const pullLever: Happening = async ({ page }, rng) => {
  const write = (isOn: boolean): Promise<void> =>
    page.evaluate((on) => window.device.programme.write({ isOn: on, targetPercent: 1.5 }), isOn);
  await write(false);
  await page.waitForTimeout(between(rng, 1, 5) * SECOND);
  await write(true);
};

const HAPPENINGS: readonly Happening[] = [
  ...[setBattery, setBattery, setBattery, drainOnCharger, hide, touch, touch, press, loseNetwork],
  ...[changeLimits, freeLimits, freeLimits, pullLever],
];

async function openPhone(battery: VirtualBattery, profile: string): Promise<Phone> {
  const executablePath = findChromium();
  const env = { ...process.env, ...battery.env };
  const browser = await openRealBrowser(
    { args: chromiumArgs(), env, ...(executablePath && { executablePath }) },
    profile,
  );
  const { page } = browser;
  const pressure = await steadyPressure(page);
  const session = await browser.context.newCDPSession(page);
  const network: Phone['network'] = (name) => session.send('Network.emulateNetworkConditions', CONDITIONS[name]);
  return { page, browser, battery, pressure, network };
}

/** What the page wrote down since it was last asked. */
const takeTrace = (page: Page): Promise<readonly TracedDecision[]> =>
  page.evaluate(() => window.device.trace.splice(0));

async function live(phone: Phone, stage: Stage, rng: Rng, minutes: number): Promise<readonly TracedDecision[]> {
  const trace: TracedDecision[] = [];
  await stage.open(phone.page, { bench: false, rules: RULES, traces: true });
  await enable(phone.page);
  await stage.asker.submit({ kind: 'route-plan', placement: 'pool', request: thousandStops() });
  const until = Date.now() + minutes * 60 * SECOND;
  while (Date.now() < until) {
    await phone.page.waitForTimeout(between(rng, 1, 9) * SECOND);
    await pick(rng, HAPPENINGS)(phone, rng);
    trace.push(...(await takeTrace(phone.page)));
    process.stderr.write(`${trace.length} answers, now ${trace.at(-1)?.decision.reason ?? 'computing'}\n`);
  }
  await phone.page.evaluate(() => window.device.compute.disable());
  return trace;
}

interface Comparison {
  readonly agrees: boolean;
  readonly shipped: string;
  readonly modelled: string;
  /** Until the next answer, ms. */
  readonly lastsMs: number;
}

function compare(trace: readonly TracedDecision[]): readonly Comparison[] {
  const history: Moment[] = [];
  return trace.map(({ now, signals, limits, decision }, index) => {
    history.push({ now, signals, limits });
    const modelled = model(history, POLICY).reason ?? 'computes';
    const shipped = decision.reason ?? 'computes';
    return { agrees: shipped === modelled, shipped, modelled, lastsMs: (trace[index + 1]?.now ?? now) - now };
  });
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const rng = pcg32(BigInt(values.seed));
const battery = await startBattery({ percentage: 60, state: 'discharging' });
const vite = await createServer({ configFile: 'e2e/vite.config.ts', logLevel: 'warn', server: { port: 0 } });
await vite.listen();
const stage = await openStage(must(vite.resolvedUrls?.local[0], 'an address').replace(/\/$/, ''));
const phone = await openPhone(battery, temporaryFolder());
try {
  const compared = compare(await live(phone, stage, rng, Number(values.minutes)));
  const all = compared.reduce((sum, { lastsMs }) => sum + lastsMs, 0);
  const agreed = compared.filter(({ agrees }) => agrees);
  const reasons = Object.fromEntries(
    ['computes', ...REST_CODES].map((code) => [code, compared.filter(({ shipped }) => shipped === code).length]),
  );
  for (const { shipped, modelled } of compared.filter(({ agrees }) => !agrees).slice(0, 10))
    console.error(`governor ${shipped}, model ${modelled}`);
  const result = {
    minutes: Number(values.minutes),
    seed: Number(values.seed),
    answers: compared.length,
    reasonAgreement: agreed.length / compared.length,
    timeAgreement: agreed.reduce((sum, { lastsMs }) => sum + lastsMs, 0) / all,
    reasons,
  };
  console.log(values.json ? JSON.stringify(result) : result);
  process.exitCode = result.reasonAgreement < FLOOR ? 1 : 0;
} finally {
  await phone.pressure.release();
  await phone.browser.close();
  await vite.close();
  await stage.close();
  await battery.close();
}
