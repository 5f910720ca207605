/** `npm start`: reads the environment, starts the server, says what it does, and stops it when asked to. */
import { isFirstRun, runSample } from './first-run.ts';
import { StartError } from './adapters/start-error.ts';
import { serve, type RunningServer } from './serve.ts';
import { readSettings, type Settings } from './settings.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Interrupted twice: somebody is in a hurry. Everything acknowledged is on the disk already. */
const IN_A_HURRY = 130;

process.stdout.on('error', () => undefined); // whoever read what we say has left; the work goes on
process.on('unhandledRejection', (error) => say(`incident, a promise nobody waited for: ${describe(error)}`));

try {
  const settings = readSettings(process.env);
  const server = await serve({ ...settings, say });
  stopOnSignal(server);
  await welcome(server, settings);
} catch (error) {
  process.stderr.write(`${error instanceof StartError ? error.message : describe(error)}\n`);
  process.exit(1);
}

async function welcome(server: RunningServer, settings: Settings): Promise<void> {
  const { mainframeThreads, auditThreads } = settings.policy;
  const running = server.coordinator.runningJobs();
  if (running > 0) say(`${running} ${running === 1 ? 'job' : 'jobs'} of before: going on.`);
  if (await isFirstRun(server)) {
    if (mainframeThreads > 0) await runSample(server, say);
    else say('First start, but the mainframe has no threads: no sample request is shown.');
  }
  if (server.stopping.aborted) return;
  await inviteFirstAdmin(server, settings);
  const threads =
    mainframeThreads === 0 ? 'off' : `${mainframeThreads} ${mainframeThreads === 1 ? 'thread' : 'threads'}`;
  say(`Mainframe: ${threads}; audits: ${auditThreads}. Data: ${settings.dataDir}`);
  say(`Serving on ${named(server.url)} (Ctrl-C stops it).`);
}

/** Nobody can be an admin yet: whoever reads the console is the one to decide who will. */
async function inviteFirstAdmin(
  { url, people, hasAdmin }: RunningServer,
  { policy, origins }: Settings,
): Promise<void> {
  if (hasAdmin()) return;
  const code = await people.invite('admin', policy.signIn.adminLinkMs);
  say(`No admin yet. This link makes one, once, within 30 minutes: ${origins[0] ?? named(url)}/join/${code}`);
}

/** Passkeys need a name: the numbers of this machine have none. */
function named(url: string): string {
  return url.replace('127.0.0.1', 'localhost');
}

function stopOnSignal(server: RunningServer): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(IN_A_HURRY);
    isStopping = true;
    say(`${signal}: stopping.`);
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        say(`incident while stopping: ${describe(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
