/**
 * Draws docs/trust.svg from the JSON of the verification comparison: for each policy what it costs an honest population, and
 * how much wrong work it pays for, a dot for each way of cheating that was tried.
 *
 *   npm run -s sim -- --scenario verification --f 0.05 --json > trust.json
 *   node evidence/draw-trust.ts trust.json [--out docs/trust.svg]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

interface Row {
  readonly policy: string;
  readonly f: number;
  readonly s: number;
  readonly colluding: boolean;
  readonly liar?: string;
  readonly tasks: number;
  readonly wrongCredited: number;
  readonly overheadGoingOn: number;
}

interface Column {
  readonly policy: string;
  readonly overhead: number;
  readonly dots: readonly Row[];
}

/** Shape and name as well as colour tell the policies apart. */
const LOOKS: Readonly<Record<string, { readonly name: string; readonly shape: Shape }>> = {
  'ours-standard': { name: 'ours, standard', shape: 'circle' },
  'ours-strict': { name: 'ours, strict', shape: 'diamond' },
  quorum2: { name: 'quorum of 2', shape: 'square' },
  'boinc-adaptive': { name: 'BOINC adaptive', shape: 'triangle' },
  'boinc-adaptive-leaks': { name: 'BOINC adaptive, counter read', shape: 'triangle' },
  'spot-check': { name: 'spot-check + blacklist', shape: 'cross' },
  credibility: { name: 'credibility voting', shape: 'square' },
};
type Shape = 'circle' | 'diamond' | 'square' | 'triangle' | 'cross';

const WIDTH = 760;
const HEIGHT = 500;
const LEFT = 76;
const RIGHT = WIDTH - 24;
const TOP = 64;
const BOTTOM = HEIGHT - 92;
/** Rows in which nothing wrong was paid for stand on a line of their own. */
const NONE_AT = BOTTOM + 22;
const OVERHEADS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2];
const RATES = [1e-4, 1e-3, 1e-2, 1e-1];

const onLog = (value: number, [low, high]: readonly [number, number], from: number, to: number): number =>
  from + ((Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))) * (to - from);
const xOf = (overhead: number): number => onLog(overhead, [0.02, 2], LEFT, RIGHT);
const yOf = (rate: number): number => (rate > 0 ? onLog(rate, [2e-5, 1e-1], BOTTOM, TOP) : NONE_AT);
const round = (value: number): number => Math.round(value * 10) / 10;

/** A policy's dots stand above each other, at what it costs while nobody lies. Columns closer than a dot step aside. */
function columnsOf(rows: readonly Row[]): readonly (Column & { readonly x: number })[] {
  const columns = Object.keys(LOOKS).flatMap((policy): Column[] => {
    const own = rows.filter((row) => row.policy === policy);
    const honest = own.find(({ f }) => f === 0);
    // Settlement switched off is not the policy: it shows what settlement is for.
    const dots = own.filter(({ f, liar }) => f > 0 && liar !== 'hit-and-run-unsettled');
    return honest && dots.length > 0 ? [{ policy, overhead: honest.overheadGoingOn, dots }] : [];
  });
  let last = Number.NEGATIVE_INFINITY;
  return columns
    .toSorted((a, b) => a.overhead - b.overhead)
    .map((column) => {
      const x = Math.max(xOf(column.overhead), last + 15);
      last = x;
      return { ...column, x };
    });
}

const worstOf = ({ dots }: Column): Row =>
  dots.reduce((worst, row) => (row.wrongCredited > worst.wrongCredited ? row : worst));

function mark(shape: Shape, x: number, y: number, size: number): string {
  const [cx, cy, r] = [round(x), round(y), size];
  switch (shape) {
    case 'circle':
      return `<circle cx="${cx}" cy="${cy}" r="${r}"/>`;
    case 'square':
      return `<rect x="${round(cx - r)}" y="${round(cy - r)}" width="${2 * r}" height="${2 * r}"/>`;
    case 'diamond':
      return `<path d="M${cx} ${round(cy - 1.3 * r)}l${round(1.3 * r)} ${round(1.3 * r)}l${round(-1.3 * r)} ${round(1.3 * r)}l${round(-1.3 * r)} ${round(-1.3 * r)}z"/>`;
    case 'triangle':
      return `<path d="M${cx} ${round(cy - 1.2 * r)}l${round(1.2 * r)} ${round(2.2 * r)}h${round(-2.4 * r)}z"/>`;
    case 'cross':
      return `<path class="cross" d="M${round(cx - r)} ${round(cy - r)}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}"/>`;
  }
}

/** Labels beside the columns, each with a line to its worst dot, pushed apart where they would touch. */
function labels(columns: readonly (Column & { readonly x: number })[]): readonly string[] {
  const LINE = 30;
  /** Columns this close share a place for their labels. */
  const NEAR = 70;
  const placed: { readonly left: number; readonly right: number; readonly y: number }[] = [];
  return columns
    .toSorted((a, b) => yOf(worstOf(a).wrongCredited) - yOf(worstOf(b).wrongCredited))
    .map((column) => {
      const worst = worstOf(column);
      const name = LOOKS[column.policy]?.name ?? column.policy;
      const isLeft = column.x > WIDTH * 0.62;
      const width = 7 * Math.max(name.length, 22);
      const clear = Math.max(...columns.map(({ x }) => x).filter((x) => x < column.x + NEAR)) + 16;
      const [left, right] = isLeft ? [column.x - 12 - width, column.x - 12] : [clear, clear + width];
      let y = yOf(worst.wrongCredited) + 4;
      while (placed.some((other) => Math.abs(other.y - y) < LINE && other.left < right && left < other.right)) y += 2;
      placed.push({ left, right, y });
      const at = `x="${round(isLeft ? right : left)}" text-anchor="${isLeft ? 'end' : 'start'}"`;
      const rate = worst.wrongCredited > 0 ? inWords(worst.wrongCredited) : 'nothing wrong paid for';
      const from = isLeft ? right + 4 : left - 4;
      return (
        `<path class="leader" d="M${round(column.x)} ${round(yOf(worst.wrongCredited))}L${round(from)} ${round(y - 4)}"/>` +
        `<text class="p-${column.policy}" ${at} y="${round(y)}">${name}</text>` +
        `<text class="small" ${at} y="${round(y + 13)}">worst ${rate} at ${percent(column.overhead)}</text>`
      );
    });
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
const inWords = (rate: number): string => `${Number((1e4 * rate).toPrecision(2))} in 10,000`;

const STYLE = `
  svg{--ink:#1c2430;--faint:#5c6675;--rule:#d8dde4;--paper:#fff;--ours:#0b6bcb;--strict:#0a7f64;--red:#b3261e;--brown:#8a5a00;--violet:#7a3fb0;--grey:#4f5b69}
  @media(prefers-color-scheme:dark){svg{--ink:#e8edf4;--faint:#a4afbd;--rule:#38424f;--paper:#141a22;--ours:#6cb6ff;--strict:#4fd1ab;--red:#ff8a80;--brown:#f0b95a;--violet:#c79bf5;--grey:#b6c2d0}}
  .paper{fill:var(--paper)} text{font:13px system-ui,sans-serif;fill:var(--ink)} .small{font-size:11px;fill:var(--faint)} .head{font-size:15px;font-weight:600}
  .rule{stroke:var(--rule);stroke-width:1;fill:none} .leader{stroke:var(--faint);stroke-width:1;fill:none;opacity:.7} .cross{fill:none;stroke-width:2}
  .p-ours-standard{fill:var(--ours);stroke:var(--ours)} .p-ours-strict{fill:var(--strict);stroke:var(--strict)}
  .p-quorum2{fill:var(--red);stroke:var(--red)} .p-boinc-adaptive{fill:var(--brown);stroke:var(--brown)} .p-boinc-adaptive-leaks{fill:var(--red);stroke:var(--red)}
  .p-spot-check{fill:var(--violet);stroke:var(--violet)} .p-credibility{fill:var(--grey);stroke:var(--grey)}
  text[class^=p-]{stroke:none;font-weight:600} g[class^=p-]{fill-opacity:.55;stroke-width:1}
`;

export function drawTrust(rows: readonly Row[], f: number): string {
  const columns = columnsOf(rows);
  const described = columns
    .map((column) => {
      const name = LOOKS[column.policy]?.name ?? column.policy;
      return `${name}: ${percent(column.overhead)} overhead, at worst ${inWords(worstOf(column).wrongCredited)}`;
    })
    .join('; ');
  const grid = [
    ...OVERHEADS.map(
      (tick) =>
        `<path class="rule" d="M${round(xOf(tick))} ${TOP}V${NONE_AT + 8}"/><text class="small" x="${round(xOf(tick))}" y="${NONE_AT + 24}" text-anchor="middle">${percent(tick)}</text>`,
    ),
    ...RATES.map(
      (tick) =>
        `<path class="rule" d="M${LEFT} ${round(yOf(tick))}H${RIGHT}"/><text class="small" x="${LEFT - 8}" y="${round(yOf(tick) + 4)}" text-anchor="end">${percent(tick)}</text>`,
    ),
    `<path class="rule" d="M${LEFT} ${NONE_AT}H${RIGHT}"/><text class="small" x="${LEFT - 8}" y="${NONE_AT + 4}" text-anchor="end">none</text>`,
  ];
  const marks = columns.map(({ policy, x, dots }) => {
    const shape = LOOKS[policy]?.shape ?? 'circle';
    return `<g class="p-${policy}">${dots.map((row) => mark(shape, x, yOf(row.wrongCredited), 4)).join('')}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="trust-title trust-desc">
<title id="trust-title">Wrong work paid for, against what checking costs, when ${percent(f)} of the phones cheat</title>
<desc id="trust-desc">Both axes are logarithmic. One dot for each way of cheating that was tried. ${described}.</desc>
<style>${STYLE}</style>
<rect class="paper" width="${WIDTH}" height="${HEIGHT}" rx="8"/>
<text class="head" x="${LEFT}" y="26">Wrong work paid for, ${percent(f)} of the phones cheating</text>
<text class="small" x="${LEFT}" y="44">share of tasks; a dot for each way of cheating; both scales logarithmic</text>
${grid.join('\n')}
<text class="small" x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 16}" text-anchor="middle">overhead while nobody lies and all go on working: units checked or repeated, a unit paid for</text>
${marks.join('\n')}
${labels(columns).join('\n')}
</svg>
`;
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: 'string', default: join(import.meta.dirname, '../docs/trust.svg') } },
  });
  const [file] = positionals;
  if (file === undefined) throw new Error('expected the file with the JSON of the comparison');
  const last = readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '';
  const { rows, f } = JSON.parse(last) as { readonly rows: readonly Row[]; readonly f: number };
  writeFileSync(values.out, drawTrust(rows, f));
  console.log(values.out);
}
