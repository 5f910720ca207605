import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { privacyTable } from './document.ts';

const DOCUMENT = new URL('../../docs/SECURITY.md', import.meta.url);
const [BEGIN, END] = ['<!-- privacy table: begin -->', '<!-- privacy table: end -->'];

/** Only the table between its marks is generated; everything around it is written. */
it('is what docs/SECURITY.md says', () => {
  const document = readFileSync(DOCUMENT, 'utf8');
  const [before = '', rest = ''] = document.split(BEGIN);
  const [, after = ''] = rest.split(END);
  const expected = `${before}${BEGIN}\n\n${privacyTable()}\n\n${END}${after}`;
  if (process.env['UPDATE']) writeFileSync(DOCUMENT, expected);
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(expected);
});
