/** An honest phone in a thread of its own: the shipped agent and the real kernels, beside the attack. */
import { createPrivateKey } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { deviceId } from '../../../shared/ids.ts';
import { openNodeDevice } from '../../../server/testing/node-device.ts';

const own = workerData as { url: string; deviceId: number; privateKey: string; publicKey: string };
const device = openNodeDevice({
  url: own.url,
  deviceId: deviceId(own.deviceId),
  key: {
    privateKey: createPrivateKey(own.privateKey),
    publicKey: new Uint8Array(Buffer.from(own.publicKey, 'base64url')),
  },
  stepped: () => undefined,
}).start();

parentPort?.on('message', (asked: 'rest' | 'done') => {
  if (asked === 'rest') device.govern(false); // what is done is handed in, nothing is begun
  else parentPort?.postMessage({ done: device.unitsDone(), link: device.state().link.state });
});
