/** What can be read in sun and at night: contrast of the token pairs that meet on a screen (WCAG 2.2's formula). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

/** Colours of one theme by name. */
function coloursOf(theme: 'light' | 'dark'): ReadonlyMap<string, string> {
  const [, block] = must(new RegExp(`\\[data-theme=['"]${theme}['"]\\] \\{([^}]*)\\}`).exec(css), `the ${theme} block`);
  return new Map(
    [...must(block, 'colours').matchAll(/--([\w-]+): (#[0-9a-fA-F]{6})/g)].map(([, name, hex]) => [name!, hex!]),
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

/** Text on a sign is read at arm's length; other text at 4.5; edges and marks at 3. */
const PAIRS: readonly (readonly [ink: string, ground: string, least: number])[] = [
  ...['go', 'rest', 'you', 'off', 'stop'].flatMap((sign) => [
    [`${sign}-on`, `${sign}-ground`, 7] as const,
    [`${sign}-on-2`, `${sign}-ground`, 4.5] as const,
  ]),
  ...['bg', 'surface'].flatMap((ground) => [
    ['ink', ground, 7] as const,
    ['ink-2', ground, 4.5] as const,
    ['ink-3', ground, 4.5] as const,
    ['go', ground, 4.5] as const,
    ['stop', ground, 4.5] as const,
    ['line-strong', ground, 3] as const,
    ['focus', ground, 3] as const,
  ]),
  ['cta-on', 'cta', 7],
  ['ink-2', 'sunk', 4.5],
  ['go', 'go-soft', 4.5],
  ['unknown', 'unknown-soft', 4.5],
  ['go-bar', 'go-ground', 3],
];

test.each(['light', 'dark'] as const)('%s: every pair of ink and ground can be read', (theme) => {
  const colours = coloursOf(theme);
  const of = (name: string): string => must(colours.get(name), `--${name}`);
  const tooClose = PAIRS.filter(([ink, ground, least]) => contrast(of(ink), of(ground)) < least);
  expect(tooClose.map(([ink, ground]) => `${ink} on ${ground}: ${contrast(of(ink), of(ground)).toFixed(2)}`)).toEqual(
    [],
  );
});
