/**
 * The demonstration's own server: the shipped one but for two numbers, both arguments of this composition root and of no
 * other: work at full speed is credited, and one address may do what a whole fleet does.
 */
import { POLICY } from '../shared/model/policy.ts';
import { serve } from '../server/serve.ts';
import { readSettings } from '../server/settings.ts';

/** What one address may: here all phones are at one. */
const ONE_HOUSE = {
  linksPerAddress: 100,
  socketsPerAddress: 2_000,
  entriesPerMinute: 1_000,
  addressWritesPerMinute: 10_000,
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const settings = readSettings(process.env);
const server = await serve({
  ...settings,
  say,
  policy: {
    ...settings.policy,
    creditsBenchDuty: true,
    // At full speed a day's data are used up in minutes.
    throttle: {
      ...POLICY.throttle,
      bytesADay: 100_000_000,
      unitsADay: 100_000,
      drawnBytes: 100_000_000,
      framesAMinute: 1_000,
    },
    limits: { ...POLICY.limits, ...ONE_HOUSE },
  },
});
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
say(`Serving on ${server.url}`);
