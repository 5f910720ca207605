/** Numbers, money and times in the reader's language. Units follow a no-break space; s, min, h, mi and MB are the same in all. */
import { i18n } from '@lingui/core';

const NBSP = '\u00A0';

/** Format objects are slow to make and are asked for once a second. */
const made = new Map<string, unknown>();

/** Spanish as in the United States, where our drivers and their dollars are: "$0.05" and "6:31 p.m.", not "0,05 US$" and "18:31". */
function cached<Options, Format>(Maker: new (locale: string, options: Options) => Format, options: Options): Format {
  const key = i18n.locale + JSON.stringify(options);
  const format = (made.get(key) as Format) ?? new Maker(i18n.locale === 'es' ? 'es-US' : i18n.locale, options);
  made.set(key, format);
  return format;
}

const number = (options: Intl.NumberFormatOptions): Intl.NumberFormat => cached(Intl.NumberFormat, options);
const date = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => cached(Intl.DateTimeFormat, options);

export const whole = (value: number): string => number({ maximumFractionDigits: 0 }).format(value);

export const tenths = (value: number): string =>
  number({ minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value);

/** A percentage that is whole as often as not: "2", "1.5". */
export const upToTenths = (value: number): string => number({ maximumFractionDigits: 1 }).format(value);

export const percent = (value: number): string => `${upToTenths(value)}${NBSP}%`;

const MICROS = 1_000_000;

/** Whole cents as a rule; a price below a cent shows what it is. */
export const money = (micros: number): string =>
  number({ style: 'currency', currency: 'USD', minimumFractionDigits: 2, maximumFractionDigits: 4 }).format(
    micros / MICROS,
  );

export const megabytes = (bytes: number): string =>
  `${number({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(bytes / 1_000_000)}${NBSP}MB`;

const METRES_PER_MILE = 1_609.344;

export interface Length {
  readonly value: string;
  readonly unit: string;
}

/** Metres as miles; a length without a unit stays as it is. */
export const lengthOf = (length: number, isMetres: boolean): Length =>
  isMetres ? { value: tenths(length / METRES_PER_MILE), unit: 'mi' } : { value: upToTenths(length), unit: '' };

export const seconds = (ms: number): string => {
  const all = Math.max(0, Math.round(ms / 1000));
  if (all < 60) return `${all}${NBSP}s`;
  return `${whole(Math.floor(all / 60))}${NBSP}min ${all % 60}${NBSP}s`;
};

export const timeOfDay = (at: number): string =>
  date({ hour: 'numeric', minute: '2-digit' }).format(at).replace(/\s/g, NBSP);

export const dayAndMonth = (at: number): string => date({ month: 'long', day: 'numeric' }).format(at);

/** "6:31 PM" today, "May 12, 6:31 PM" before. */
export const when = (at: number, now: number = Date.now()): string =>
  new Date(at).toDateString() === new Date(now).toDateString() ? timeOfDay(at) : `${dayAndMonth(at)}, ${timeOfDay(at)}`;
