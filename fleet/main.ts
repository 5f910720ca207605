/**
 * `npm run fleet -- --devices N --url URL`: real headless Chromium devices against a running server, opted in by clicking,
 * at the promised share (`--bench`: at full speed, which that server takes and does not credit). Ends with Ctrl-C.
 */
import { parseArgs } from 'node:util';
import { DEFAULT_PORT, dataDirIn } from '../server/settings.ts';
import { openFleet } from './browser-fleet.ts';
import { ServerClient } from './server-client.ts';

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '2' },
    url: { type: 'string', default: `http://localhost:${DEFAULT_PORT}` },
    bench: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const { ZEUS_TOKEN: token } = process.env;
const client = token ? new ServerClient(values.url, token) : ServerClient.at(values.url, dataDirIn(process.env));
const fleet = await openFleet({
  url: values.url,
  devices: Number(values.devices),
  invite: () => client.invite(),
  isBench: values.bench,
  cheats: 0,
  cheat: { honestUnits: 0, altered: 0 },
  say,
});
say(`${fleet.devices.length} devices are on the line (Ctrl-C ends them).`);
const report = setInterval(() => say(`workers have had ${Math.round(fleet.workerCpuMs())} ms of CPU`), 10_000);
process.once('SIGINT', () => {
  clearInterval(report);
  void fleet.close().then(() => process.exit(0));
});
