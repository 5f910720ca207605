import { deviceId } from '../../../shared/ids.ts';
import { makeNodeKey } from '../../../server/testing/node-device.ts';
import type { ServerProcess } from './server-process.ts';
import { operationsOf, type FuzzDevice, type FuzzWorld } from './world.ts';

interface Enrolled extends FuzzDevice {
  readonly token: string;
}

/** Gives the attacker what anybody may have, and an admin's session besides: input is malformed whoever sends it. */
export async function openWorld(server: ServerProcess, links: number): Promise<FuzzWorld> {
  const { url } = server.serving;
  const admitted = await server.ask({ type: 'admit' });
  if (!admitted) throw new Error(`the server died before the attack: ${server.stderr}`);
  const driver = await enrol(server, 'Driver');
  const linkDevices: FuzzDevice[] = [];
  for (let i = 0; i < links; i++) linkDevices.push(await enrol(server, `Attacker ${i + 1}`));
  const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as unknown;
  const { kernels } = (await (await fetch(`${url}/api/kernels`)).json()) as { kernels: readonly { hash: string }[] };
  return {
    host: new URL(url).host,
    origin: url,
    operations: operationsOf(document),
    driver: driver.token,
    admin: admitted.admin,
    deviceId: driver.deviceId,
    linkDevices,
    invites: admitted.invites,
    kernelHash: kernels[0]?.hash ?? '',
  };
}

async function enrol(server: ServerProcess, name: string): Promise<Enrolled> {
  const key = makeNodeKey();
  const publicKey = Buffer.from(key.publicKey).toString('base64url');
  const enrolled = await server.ask({ type: 'enrol', publicKey, name });
  if (!enrolled) throw new Error(`the server died before the attack: ${server.stderr}`);
  return { deviceId: deviceId(enrolled.deviceId), privateKey: key.privateKey, token: enrolled.token };
}
