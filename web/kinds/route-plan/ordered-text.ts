import type { AskedRoute } from './asked-route.ts';

/** The asker's own stops in the new order, in a form that can be pasted here again: CSV. */
export function orderedText(asked: AskedRoute, tour: readonly number[]): string {
  const lines = linesOf(asked);
  if (lines) return `${[lines.header, ...tour.map((stop) => lines.stops[stop])].join('\n')}\n`;
  const stops = tour.map((stop) => asked.spec.stops[stop]?.join(','));
  return `x,y\n${stops.join('\n')}\n`;
}

/** A CSV keeps its own lines, digit for digit; other forms are written from the coordinates. */
function linesOf({
  request,
  spec,
}: AskedRoute): { readonly header: string; readonly stops: readonly string[] } | undefined {
  if (typeof request !== 'string') {
    const { stops } = request as { readonly stops: readonly unknown[] };
    const places = stops.map((stop) => stop as { readonly lat?: number; readonly lon?: number });
    if (places[0]?.lat === undefined) return undefined;
    return { header: 'lat,lon', stops: places.map(({ lat, lon }) => `${lat},${lon}`) };
  }
  const [header = '', ...stops] = request
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return stops.length === spec.stops.length ? { header, stops } : undefined;
}
