/** Figures as the desk shows them: finer than a driver needs. */
import { i18n } from '@lingui/core';
import { seconds } from '../ui/format.ts';

const NBSP = '\u00A0';

/** "0.01 %", "1.5 %", "12 %": a rate of errors is seldom a tenth of a percent. */
export const fineShare = (percent: number): string =>
  `${new Intl.NumberFormat(i18n.locale === 'es' ? 'es-US' : i18n.locale, { maximumFractionDigits: 2 }).format(percent)}${NBSP}%`;

/** "30 s", "2 min": a round time on an axis. */
export const roundTime = (inSeconds: number): string =>
  inSeconds >= 60 && inSeconds % 60 === 0 ? `${inSeconds / 60}${NBSP}min` : seconds(inSeconds * 1000);
