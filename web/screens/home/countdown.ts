import type { Big } from './rest-words.ts';

/** "5 s", "7:40 min", "21 min", "3 h": as exact as the view counts. */
export function countdown(seconds: number): Big {
  if (seconds < 60) return { value: String(seconds), unit: 's' };
  if (seconds < 15 * 60) {
    return { value: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`, unit: 'min' };
  }
  return seconds < 2 * 3_600
    ? { value: String(Math.ceil(seconds / 60)), unit: 'min' }
    : { value: String(Math.ceil(seconds / 3_600)), unit: 'h' };
}
