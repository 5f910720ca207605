/** What can be read in sun and at night: contrast of the token pairs that meet on a screen (WCAG 2.2's formula). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';

const tokens = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const parked = readFileSync(join(import.meta.dirname, '../screens/parked/parked.css'), 'utf8');

/** Colours of one theme by name. */
function coloursOf(css: string, theme: 'light' | 'dark' | 'parked'): ReadonlyMap<string, string> {
  const [, block] = must(new RegExp(`\\[data-theme=['"]${theme}['"]\\] \\{([^}]*)\\}`).exec(css), `the ${theme} block`);
  const colours = must(block, 'colours').matchAll(/--([\w-]+): #([0-9a-fA-F]{6}|[0-9a-fA-F]{3});/g);
  return new Map(
    [...colours].map(([, name, hex]) => [name!, `#${hex!.length === 3 ? hex!.replace(/./g, '$&$&') : hex!}`]),
  );
}

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * channels[0]! + 0.7152 * channels[1]! + 0.0722 * channels[2]!;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

const SIGNS = ['go', 'rest', 'you', 'off', 'stop'];

/** The sign's own words at arm's length: 7; other text: 4.5; edges, marks, bars and focus rings: 3. */
const PAIRS: readonly (readonly [ink: string, ground: string, least: number])[] = [
  ...SIGNS.flatMap((sign) => [
    [`${sign}-on`, `${sign}-ground`, 7] as const,
    [`${sign}-on-2`, `${sign}-ground`, 7] as const,
    // The inset line of a road sign.
    [`${sign}-edge`, `${sign}-ground`, 3] as const,
  ]),
  ...['bg', 'surface'].flatMap((ground) => [
    ['ink', ground, 7] as const,
    ['ink-2', ground, 4.5] as const,
    ['ink-3', ground, 4.5] as const,
    ['go', ground, 4.5] as const,
    ['stop', ground, 4.5] as const,
    ['info', ground, 4.5] as const,
    ['rest', ground, 4.5] as const,
    ['line-strong', ground, 3] as const,
    ['cta-edge', ground, 3] as const,
    ['focus', ground, 3] as const,
  ]),
  ['cta-on', 'cta', 7],
  ['ink', 'sunk', 7],
  ['ink-2', 'sunk', 4.5],
  ['ink-3', 'sunk', 4.5],
  ['focus', 'sunk', 3],
  // Marks and chips on their soft grounds.
  ...['go', 'rest', 'stop', 'info', 'unknown'].map((mark) => [mark, `${mark}-soft`, 4.5] as const),
  ['ink-2', 'stop-soft', 4.5],
  ['ink', 'stop-soft', 7],
  // The bars of the share strip; of a sign without bars of its own, its second ink.
  ['go-bar', 'go-ground', 3],
  ['rest-bar', 'rest-ground', 3],
  // What is done of a bar, and a switch's track.
  ['ink', 'line', 3],
  // Charts, in order.
  ...['c-1', 'c-2', 'c-3', 'c-4', 'c-limit'].map((series) => [series, 'surface', 3] as const),
];

/** The parked screen: one warm luminance on black. */
const PARKED: typeof PAIRS = [
  ['ink', 'bg', 7],
  ['ink-2', 'bg', 4.5],
  ['ink-3', 'bg', 4.5],
  ['on-2', 'bg', 4.5],
  ['bars', 'bg', 3],
  ['line-strong', 'bg', 3],
  ['focus', 'bg', 3],
];

const PALETTES: readonly (readonly [name: string, of: ReadonlyMap<string, string>, pairs: typeof PAIRS])[] = [
  ['light', coloursOf(tokens, 'light'), PAIRS],
  ['dark', coloursOf(tokens, 'dark'), PAIRS],
  ['parked', coloursOf(parked, 'parked'), PARKED],
];

test.each(PALETTES)('%s: every pair of ink and ground can be read', (_name, colours, pairs) => {
  const of = (name: string): string => must(colours.get(name), `--${name}`);
  const tooClose = pairs.filter(([ink, ground, least]) => contrast(of(ink), of(ground)) < least);
  expect(tooClose.map(([ink, ground]) => `${ink} on ${ground}: ${contrast(of(ink), of(ground)).toFixed(2)}`)).toEqual(
    [],
  );
});

test('the formula is WCAG’s: black on white 21, a grey at its bound', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
});
