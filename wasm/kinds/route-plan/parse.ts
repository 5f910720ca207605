import { type Result, ok, refuse } from '../../../shared/result.ts';
import { shorten } from '../../../shared/say-value.ts';
import type { SpecRefusal } from '../../kind.ts';
import type { Metric } from './codec.ts';

/** Stops as a request states them: pairs, what the pairs are, and how a refusal calls a pair ("Line 7", "Stop 3"). */
export interface StatedStops {
  readonly coordinates: 'lat_lon' | 'x_y';
  readonly metric: Metric;
  readonly pairs: readonly (readonly [number, number])[];
  readonly nameOf: (index: number) => string;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Reads the text of a file: a CSV with the header `lat,lon` or `x,y`, or a TSPLIB file with EUC_2D coordinates.
 * Codes: empty_file, bad_shape, unknown_metric, not_a_number.
 */
export function parseStops(text: string): Result<StatedStops, SpecRefusal> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  if (lines.every((line) => line.trim() === '')) return refuse({ code: 'empty_file', message: 'The file is empty.' });
  return lines.some((line) => line.trim() === 'NODE_COORD_SECTION') ? parseTsplib(lines) : parseCsv(lines);
}

function parseCsv(lines: readonly string[]): Result<StatedStops, SpecRefusal> {
  const headerAt = lines.findIndex((line) => line.trim() !== '');
  const header = (lines[headerAt] ?? '').toLowerCase().replaceAll(/[\s"]/g, '');
  if (header !== 'lat,lon' && header !== 'x,y') {
    const message = `Line ${headerAt + 1}: expected the header “lat,lon” or “x,y”, got “${shorten(lines[headerAt])}”.`;
    return refuse({ code: 'bad_shape', message });
  }
  const rows = rowsOf(lines, headerAt + 1, lines.length, ',', 2);
  if (!rows.ok) return rows;
  if (rows.value.length === 0) return refuse({ code: 'empty_file', message: 'The file has a header but no stops.' });
  return ok({
    coordinates: header === 'lat,lon' ? 'lat_lon' : 'x_y',
    metric: 'euclid',
    pairs: rows.value.map((row) => row.pair),
    nameOf: (index) => `Line ${rows.value[index]?.line}`,
  });
}

/** Keyword lines up to NODE_COORD_SECTION, then `id x y` a line, up to EOF. */
function parseTsplib(lines: readonly string[]): Result<StatedStops, SpecRefusal> {
  const sectionAt = lines.findIndex((line) => line.trim() === 'NODE_COORD_SECTION');
  const keywords = new Map(
    lines.slice(0, sectionAt).map((line) => {
      const [name = '', value = ''] = line.split(':', 2);
      return [name.trim(), value.trim()];
    }),
  );
  const metric = keywords.get('EDGE_WEIGHT_TYPE');
  if (metric !== 'EUC_2D') {
    const message = `Expected a TSPLIB file with EDGE_WEIGHT_TYPE EUC_2D, got ${shorten(metric ?? 'none')}.`;
    return refuse({ code: 'unknown_metric', message });
  }
  const eof = lines.findIndex((line, i) => i > sectionAt && line.trim() === 'EOF');
  const rows = rowsOf(lines, sectionAt + 1, eof < 0 ? lines.length : eof, /\s+/, 3);
  if (!rows.ok) return rows;
  const declared = Number(keywords.get('DIMENSION'));
  if (declared !== rows.value.length) {
    const message = `The file says DIMENSION ${shorten(keywords.get('DIMENSION'))} but has ${rows.value.length} stops.`;
    return refuse({ code: 'bad_shape', message });
  }
  return ok({
    coordinates: 'x_y',
    metric: 'nint',
    pairs: rows.value.map((row) => row.pair),
    nameOf: (index) => `Line ${rows.value[index]?.line}`,
  });
}

interface Row {
  readonly line: number;
  readonly pair: readonly [number, number];
}

/** The last two of `cells` cells of each line that is not blank. */
function rowsOf(
  lines: readonly string[],
  from: number,
  to: number,
  separator: string | RegExp,
  cells: number,
): Result<Row[], SpecRefusal> {
  const rows: Row[] = [];
  for (let i = from; i < to; i++) {
    const line = (lines[i] ?? '').trim();
    if (line === '') continue;
    const row = line.split(separator).map((cell) => cell.trim());
    if (row.length !== cells) {
      const message = `Line ${i + 1}: expected ${cells} values, got ${row.length}: “${shorten(line)}”.`;
      return refuse({ code: 'bad_shape', message });
    }
    const [first = '', second = ''] = row.slice(-2);
    const bad = [first, second].find((cell) => !NUMBER.test(cell) || !Number.isFinite(Number(cell)));
    if (bad !== undefined) {
      return refuse({ code: 'not_a_number', message: `Line ${i + 1}: expected a number, got “${shorten(bad)}”.` });
    }
    rows.push({ line: i + 1, pair: [Number(first), Number(second)] });
  }
  return ok(rows);
}
