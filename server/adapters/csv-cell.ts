/**
 * One cell of a CSV file (RFC 4180) that no spreadsheet takes for a formula: text that begins with one of the signs they look
 * at gets an apostrophe in front, which they show as text. A number is a number, its minus too.
 */
export function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const defused =
    /^[\s\p{Cf}]*[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]/u.test(value) || /^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(defused) ? `"${defused.replaceAll('"', '""')}"` : defused;
}
