import Database from 'better-sqlite3';
import { micros } from '../shared/money.ts';

export interface DeviceBooks {
  readonly id: number;
  readonly name: string;
  /** Units accepted and not void. */
  readonly units: number;
  readonly pendingMicros: number;
  readonly postedMicros: number;
}

export interface DemoBooks {
  readonly devices: readonly DeviceBooks[];
  readonly unitsRefused: number;
  readonly unaudited: number;
  /** Units accepted since an instant. */
  acceptedSince(at: number): number;
}

/** What the demonstration's database says in plain SQL, read beside the running server. */
export function readBooks(path: string): DemoBooks {
  const db = new Database(path, { readonly: true });
  const devices = db
    .prepare<[], DeviceBooks>(
      `SELECT d.id, a.name,
              coalesce((SELECT sum(length(x.task_indices) / 2) FROM exchange x WHERE x.device_id = d.id AND x.state <> 'void'), 0) AS units,
              coalesce((SELECT micros FROM balance WHERE account = 'pending:' || a.id), 0) AS pendingMicros,
              coalesce((SELECT micros FROM balance WHERE account = 'available:' || a.id), 0) AS postedMicros
       FROM device d JOIN account a ON a.id = d.account_id WHERE d.executor = 'peer' ORDER BY d.id`,
    )
    .all();
  const units = (where: string, ...values: number[]): number =>
    db
      .prepare<number[], { readonly n: number }>(
        `SELECT coalesce(sum(length(task_indices) / 2), 0) AS n FROM exchange WHERE ${where}`,
      )
      .get(...values)?.n ?? 0;
  return {
    devices: devices.map((device) => ({ ...device, pendingMicros: micros(device.pendingMicros) })),
    unitsRefused: units(`state = 'void'`),
    unaudited: units(`state = 'pending' AND audit = 'none'`),
    acceptedSince: (at) => units('accepted_at >= ?', at),
  };
}
