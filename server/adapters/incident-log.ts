import { MINUTE } from '../../shared/time.ts';
import { Incident } from '../core/incident.ts';
import { StoreError } from '../core/ports.ts';

/** Tells what went wrong, where and under which id. */
export type Report = (where: string, error: unknown) => void;

/**
 * Bugs with their stack, faults of the disk in one line. A full disk fails something every second: the same trouble is told
 * once a minute.
 */
export function incidentLog(say: (line: string) => void, now: () => number): Report {
  const toldAt = new Map<string, number>();
  return (where, error) => {
    const text = describe(error);
    const last = toldAt.get(text);
    if (last !== undefined && now() - last < MINUTE) return;
    toldAt.delete(text);
    toldAt.set(text, now());
    if (toldAt.size > MOST_REMEMBERED) for (const oldest of toldAt.keys()) if (toldAt.delete(oldest)) break;
    say(`incident ${where}: ${text}`);
  };
}

const MOST_REMEMBERED = 100;

function describe(error: unknown): string {
  if (error instanceof StoreError || error instanceof Incident) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
