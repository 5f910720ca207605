/** This browser's device, as it is kept: all that Shared Compute stores on a phone. */
export interface StoredDevice {
  readonly accountId: number;
  /** Non-extractable: not even this page can read the private key out. */
  readonly keys: CryptoKeyPair;
  /** The server's name for it; nothing while the enrolment has not been answered. */
  readonly deviceId: number | undefined;
}

export interface DeviceStore {
  load(): Promise<StoredDevice | undefined>;
  save(device: StoredDevice): Promise<void>;
  forget(): Promise<void>;
}

const TABLE = 'device';
const ONLY_ROW = 'this';

/** One row in IndexedDB, the only store that holds a key without showing it. Opened for each call: there are three in a session. */
export function deviceStore(factory: IDBFactory = indexedDB, name = 'zeusdrive'): DeviceStore {
  async function call<Value>(
    mode: IDBTransactionMode,
    ask: (table: IDBObjectStore) => IDBRequest<Value>,
  ): Promise<Value> {
    const opening = factory.open(name, 1);
    opening.addEventListener('upgradeneeded', () => void opening.result.createObjectStore(TABLE));
    const database = await answered(opening);
    try {
      const transaction = database.transaction(TABLE, mode);
      const asked = ask(transaction.objectStore(TABLE));
      await new Promise<void>((resolve, reject) => {
        transaction.addEventListener('complete', () => resolve());
        transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('aborted')));
      });
      return asked.result;
    } finally {
      database.close();
    }
  }
  return {
    load: async () => (await call<unknown>('readonly', (table) => table.get(ONLY_ROW))) as StoredDevice | undefined,
    async save(device) {
      await call('readwrite', (table) => table.put(device, ONLY_ROW));
    },
    async forget() {
      await call('readwrite', (table) => table.delete(ONLY_ROW));
    },
  };
}

const answered = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('no answer')));
  });
