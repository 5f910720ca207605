import { TASK_CLASSES } from '../../shared/model/consent.ts';
import type { AuditEvent } from '../core/ports.ts';

/** What an act of consent left in force on its phone, and how far the phone's leases had come when it was committed. */
export interface ConsentAct {
  readonly deviceId: number;
  /** Of the consent in force from then on; 0 = none. */
  readonly version: number;
  /** As a row keeps them: bit i for the i-th class. */
  readonly classBits: number;
  /** Units it had been leased in its life. */
  readonly unitsLeased: number;
  readonly commitNo: number;
}

/** Nothing if the event is no act of consent. */
export function consentActOf({ action, target, detail }: AuditEvent): ConsentAct | undefined {
  if (!/^consent_(granted|narrowed|withdrawn)$/.test(action)) return undefined;
  const isIn = action !== 'consent_withdrawn';
  return {
    deviceId: Number(target.slice('device:'.length)),
    version: isIn ? Number(detail['version']) : 0,
    classBits: isIn ? bitsOf(String(detail['classes'])) : 0,
    unitsLeased: Number(detail['unitsLeased']),
    commitNo: Number(detail['commit']),
  };
}

/** Whether a phone may be given work under it. One that was narrowed to no class may not. */
export const allowsWork = ({ version, classBits }: Pick<ConsentAct, 'version' | 'classBits'>): boolean =>
  version > 0 && classBits > 0;

function bitsOf(classes: string): number {
  const names = new Set(classes.split(' '));
  return TASK_CLASSES.reduce((bits, one, i) => (names.has(one) ? bits | (1 << i) : bits), 0);
}
