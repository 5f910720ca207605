/** Words that are rightly the same as in English. Whatever else equals its English was forgotten. */
import type { Translated } from './catalogues.ts';

/** Our names, and what everybody writes so. */
const NAMES = ['Shared Compute', 'Wi-Fi', 'Mainframe', '{level}'];

export const SAME: Readonly<Record<Translated, ReadonlySet<string>>> = {
  es: new Set([
    ...NAMES,
    // The same word in Spanish.
    'No',
  ]),
  fil: new Set([
    ...NAMES,
    // Words of the phone: a Filipino phone shows them in English, and drivers say them so.
    'Battery',
    'Data',
    'Network',
    'ok',
    'Offline',
    'offline',
    'Online',
    'Settings',
    'Home',
    // Words of money and work that Taglish keeps.
    'Credits',
    'Pending',
    'pending',
    '{pending} pending',
  ]),
};
