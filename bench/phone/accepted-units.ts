import Database from 'better-sqlite3';

/** What the database says, read beside the running server. */
export interface AcceptedUnits {
  /** Units of this driver's phones that were accepted and are not void. */
  of(driver: string): number;
  close(): void;
}

export function openAcceptedUnits(path: string): AcceptedUnits {
  const db = new Database(path, { readonly: true });
  const query = db.prepare<[string], { readonly units: number }>(
    `SELECT coalesce(sum(length(x.task_indices) / 2), 0) AS units
     FROM exchange x JOIN device d ON d.id = x.device_id JOIN account a ON a.id = d.account_id
     WHERE a.name = ? AND x.state <> 'void'`,
  );
  return { of: (driver) => query.get(driver)?.units ?? 0, close: () => void db.close() };
}
