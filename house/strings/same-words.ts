/** Words that are rightly the same as in English. Whatever else equals its English was forgotten. */
import type { Translated } from './catalogues.ts';

/** Our names, and what everybody writes so. */
const NAMES = ['Shared Compute', 'Wi-Fi', 'Mainframe', 'ok', '{price} / unit'];

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
    'Charging',
    'Data',
    'Network',
    'Offline',
    'offline',
    'Online',
    'Settings',
    'Home',
    'Technical details',
    'Program (SHA-256)',
    // Words of money and work that Taglish keeps.
    'Balance',
    'Credits',
    'Pending',
    'pending',
    'Route',
  ]),
};
