/**
 * The demonstration's own server: the shipped one but for two numbers, both arguments of this composition root and of no
 * other: work at full speed is credited, and one address may open as many links as the fleet has devices.
 */
import { POLICY } from '../shared/model/policy.ts';
import { serve } from '../server/serve.ts';
import { readSettings } from '../server/settings.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const settings = readSettings(process.env);
const server = await serve({
  ...settings,
  say,
  policy: {
    ...settings.policy,
    creditsBenchDuty: true,
    // At full speed a day's data are used up in minutes.
    throttle: { ...POLICY.throttle, bytesADay: 100_000_000, unitsADay: 100_000 },
    limits: { ...POLICY.limits, linksPerAddress: 100 },
  },
});
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
say(`Serving on ${server.url}`);
