import type { Hours } from '../../../shared/model/hours.ts';
import { timeOfDay } from '../../ui/format.ts';

/** "10:00 PM–6:00 AM", in the reader's language. */
export const hoursText = ({ from, to }: Hours): string => `${clock(from)}–${clock(to)}`;

/** On a day on which no clock anywhere is set. */
const clock = (minutes: number): string => timeOfDay(new Date(2026, 0, 15, 0, minutes).getTime());
