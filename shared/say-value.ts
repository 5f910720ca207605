/** For sentences about input: no longer than people read, whatever came in. */
export const shorten = (text = ''): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** What somebody sent, in a few words. Never `String(value)`: of an object whose `toString` is a number, that throws. */
export function sayValue(value: unknown): string {
  if (typeof value === 'string') return `“${shorten(value)}”`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : `an ${typeof value}`;
}
