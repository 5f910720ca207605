/** One Node device in a thread of its own: its kernel never holds up the script that kills the server. */
import { createPrivateKey } from 'node:crypto';
import { workerData } from 'node:worker_threads';
import { deviceId } from '../shared/ids.ts';
import { openNodeDevice } from '../server/testing/node-device.ts';

const own = workerData as { url: string; deviceId: number; privateKey: string; publicKey: string };
openNodeDevice({
  url: own.url,
  deviceId: deviceId(own.deviceId),
  key: {
    privateKey: createPrivateKey(own.privateKey),
    publicKey: new Uint8Array(Buffer.from(own.publicKey, 'base64url')),
  },
}).start();
