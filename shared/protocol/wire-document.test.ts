import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { WIRE_VERSION } from './frame-table.ts';
import { layoutHash, layoutText, wireDocument } from './wire-document.ts';

const DOCUMENT = new URL('../../docs/WIRE.md', import.meta.url);

/** One line for every version that ever left the house. A released line never changes: add the next. */
const LAYOUTS: Readonly<Record<number, string>> = {
  1: '79624248',
};

it('has not changed its layout without a new version', () => {
  expect(layoutHash(), layoutText()).toBe(LAYOUTS[WIRE_VERSION]);
});

it('is what docs/WIRE.md says', () => {
  if (process.env['UPDATE']) writeFileSync(DOCUMENT, wireDocument());
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(wireDocument());
});
