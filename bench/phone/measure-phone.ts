import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { countedCores } from '../../web/compute/duty.ts';
import { ServerClient } from '../../fleet/server-client.ts';
import { freePort, stopDemoServer } from '../../fleet/start-demo-server.ts';
import type { BenchFlags } from '../flags.ts';
import { openAcceptedUnits, type AcceptedUnits } from './accepted-units.ts';
import { makeCertificate } from './certificate.ts';
import { feedWork } from './feed-work.ts';
import { answer, join, openPhone, signOf, waitForSign, type Phone } from './open-phone.ts';
import { addedByRole } from './roles.ts';
import { TreeMeter } from './process-meter.ts';
import type { MachineTime } from './proc-text.ts';
import type { Readings } from './report.ts';
import { Sampler } from './sampler.ts';
import { startServer } from './start-server.ts';
import { tryStop, turnOn, type StopTrial } from './stop-trial.ts';
import { openWire } from './wire.ts';

/** After the first slice: the touch of the opt-in rests the phone for five seconds, and heat is known after thirty. */
const WARM_UP_MS = 40 * SECOND;
const FIRST_WORK_MS = 120 * SECOND;
/** As many as a phone on the road loses its link in twenty minutes, for the bytes; at any length. */
const CUTS = 6;
const SIGN_MS = 10 * SECOND;
const STOPS_TRIED = 3;
const DRIVER = 'Driver';
const TWIN = 'Twin';

type Undo = (step: () => unknown) => void;
type Say = (line: string) => void;

/** Two phones on one server for as long as was asked for: one lends, its twin does not. Throws when something does not come up. */
export async function measurePhone(flags: BenchFlags, say: Say): Promise<Readings> {
  const undo: (() => unknown)[] = [];
  const undoAll = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const interrupted = (): void => void undoAll().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await measure(flags, say, (step) => undo.push(step));
  } finally {
    await undoAll();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}

async function measure(flags: BenchFlags, say: Say, onEnd: Undo): Promise<Readings> {
  const folder = mkdtempSync(joinPath(tmpdir(), 'zeus-bench-'));
  onEnd(() => rmSync(folder, { recursive: true, force: true }));
  const stage = await setStage(folder, onEnd);
  const { client, phone, twin, units } = stage;
  const [meter, control] = [new TreeMeter(phone.pid), new TreeMeter(twin.pid)];
  meter.look();
  control.look();
  const memoryBefore = { onBytes: meter.privateBytes(), controlBytes: control.privateBytes() };
  const feed = await feedWork(client, flags.stops, flags.seed);
  onEnd(() => feed.stop());

  const sampler = new Sampler(meter, control);
  onEnd(() => sampler.stop());
  await Promise.all([answer(phone, 'Enable'), answer(twin, 'Not Now')]);
  say('one phone has opted in, its twin has not');
  await waitForSign(phone, 'Computing', FIRST_WORK_MS);
  await waitForSign(twin, 'Off', SECOND);
  await pause(WARM_UP_MS);

  const measuredFrom = sampler.look();
  const rolesBefore = [meter.byRole(), control.byRole()] as const;
  const run = await letRun(stage, measuredFrom, flags.minutes, say);
  const measuredUntil = sampler.look();
  const { wire } = phone;
  const atTheEnd = {
    ...run,
    addedMsByRole: addedByRole(rolesBefore, [meter.byRole(), control.byRole()]),
    units: units.of(DRIVER),
    exchangeBytes: wire.log.exchangeBytes(),
    frames: wire.log.frames(),
    wireBytes: wire.bytes(),
    requests: wire.requests(),
    controlWireBytes: twin.wire.bytes(),
    linksOpened: wire.log.linksOpened,
    linksResumed: wire.linksResumed(),
    cpu: [...sampler.cpu],
    memory: [...sampler.memory],
    machineIdle: idleShare(sampler.machine, measuredFrom),
    duties: [...wire.log.duties()],
  };
  sampler.stop();
  const stopTrials = await tryStops(phone, meter, say);
  const cores = countedCores(await phone.page.evaluate(() => navigator.hardwareConcurrency));
  return { ...atTheEnd, cores, stops: flags.stops, measuredFrom, measuredUntil, memoryBefore, stopTrials };
}

/** Cuts links, evenly over the time, and asks both pages what they say. */
async function letRun({ phone, twin, units }: Stage, from: number, minutes: number, say: Say) {
  const lengthMs = minutes * MINUTE;
  const signs: Record<string, number> = {};
  let linksCut = 0;
  let passedMs = 0;
  while (passedMs < lengthMs) {
    await pause(Math.min(SIGN_MS, lengthMs - passedMs));
    passedMs = performance.now() - from;
    // Both, so that asking costs them the same.
    const [said] = await Promise.all([signOf(phone), signOf(twin)]);
    signs[said] = (signs[said] ?? 0) + 1;
    // While there is no link none can be cut: the next look does it.
    if (linksCut < Math.min(CUTS, Math.floor((CUTS * passedMs) / lengthMs + 0.5))) linksCut += phone.wire.cutLinks();
    say(
      `${(passedMs / 1000).toFixed(0)} s of ${60 * minutes}: ${said}; ${units.of(DRIVER)} units, ${linksCut} links cut`,
    );
  }
  return { signs, linksCut };
}

async function tryStops(phone: Phone, meter: TreeMeter, say: Say): Promise<readonly StopTrial[]> {
  const trials: StopTrial[] = [];
  while (trials.length < STOPS_TRIED) {
    if (trials.length > 0) await turnOn(phone);
    const trial = await tryStop(phone, meter);
    trials.push(trial);
    say(`stop ${trials.length} of ${STOPS_TRIED}: ${trial.stopMs.toFixed(1)} ms`);
  }
  return trials;
}

/** Certificate, two lines, the server behind them, and two browsers at the question. */
async function setStage(folder: string, onEnd: Undo): Promise<Stage> {
  const certificate = makeCertificate(folder);
  const port = await freePort();
  const wires = [await openWire(certificate, port), await openWire(certificate, port)] as const;
  onEnd(() => wires.forEach((wire) => wire.close()));
  const dataDir = joinPath(folder, 'data');
  const server = await startServer({ folder: dataDir, port, origins: wires.map(({ url }) => url) });
  onEnd(() => stopDemoServer(server));
  const units = openAcceptedUnits(joinPath(dataDir, 'zeus.db'));
  onEnd(() => units.close());
  const client = ServerClient.at(`http://127.0.0.1:${port}`, dataDir);

  async function enter(wire: (typeof wires)[number], name: string): Promise<Phone> {
    const profile = joinPath(folder, name);
    const phone = await openPhone({ wire, profile, spki: certificate.spki });
    onEnd(() => phone.close());
    await join(phone, await client.invite(), name);
    return phone;
  }
  return { client, units, phone: await enter(wires[0], DRIVER), twin: await enter(wires[1], TWIN) };
}

interface Stage {
  readonly client: ServerClient;
  readonly units: AcceptedUnits;
  readonly phone: Phone;
  readonly twin: Phone;
}

function idleShare(machine: readonly (MachineTime & { readonly at: number })[], from: number): number {
  const start = machine.findLast(({ at }) => at <= from);
  const end = machine.at(-1);
  return start && end ? (end.idleMs - start.idleMs) / (end.allMs - start.allMs) : 0;
}
