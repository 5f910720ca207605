import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from '../spawn-quietly.ts';
import { readEntries, writeTexts } from './catalogues.ts';
import { faultsOf, untranslated } from './faults.ts';
import { compiled, refusals } from './fill.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strings-'));
  cpSync(join(ROOT, 'web/i18n/locales'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const textsOf = async (english: string) =>
  Object.fromEntries(
    (await readEntries(folder)).filter((entry) => entry.english === english).map(({ locale, text }) => [locale, text]),
  );

test('what is forgotten is printed with its sources, filled, and printed no more', async () => {
  const clear = (_: string, english: string) => (english === 'Resume' ? '' : undefined);
  expect(await writeTexts(clear, folder)).toBe(2);
  const printed = untranslated(faultsOf(await readEntries(folder)));
  expect(printed['Resume']).toEqual({ es: '', fil: '', why: '', where: expect.stringContaining('web/') });

  const filled = { Resume: { ...printed['Resume'], es: 'Seguir ya', fil: 'Ituloy na' } };
  const entries = await readEntries(folder);
  expect(refusals(filled, entries)).toEqual([]);
  expect(await writeTexts(compiled(filled, entries), folder)).toBe(2);
  expect(await textsOf('Resume')).toEqual({ es: 'Seguir ya', fil: 'Ituloy na' });
  expect(untranslated(faultsOf(await readEntries(folder)))).not.toHaveProperty('Resume');
});

test('a sentence in two catalogues is written in both, by its id as well', async () => {
  const entries = await readEntries(folder);
  const id = entries.find(({ english }) => english === 'Try again')?.id ?? '';
  expect(await writeTexts(compiled({ [id]: { es: 'Prueba otra vez' } }, entries), folder)).toBe(2);
});

test('a bad one is refused with its reason and changes nothing; the good one beside it is written', async () => {
  const entries = await readEntries(folder);
  const before = await textsOf('Resume');
  const given = { Resume: { es: 'Seguir {x}', fil: 'Ituloy na' }, 'No such sentence': { es: 'x' } };
  expect(refusals(given, entries)).toEqual([
    'es "Resume": expected no placeholders, got {x}',
    '"No such sentence": no such sentence; run `npm run extract`',
  ]);
  expect(await writeTexts(compiled(given, entries), folder)).toBe(1);
  expect(await textsOf('Resume')).toEqual({ ...before, fil: 'Ituloy na' });
});

test('nothing to write leaves the files as `npm run extract` made them', async () => {
  const file = join(folder, 'es/later.po');
  const before = readFileSync(file, 'utf8');
  const { es = '' } = await textsOf('Yes');
  const say = (text: string) =>
    writeTexts((_, english, to) => (english === 'Yes' && to === 'es' ? text : undefined), folder);
  expect(await say('Claro')).toBe(1);
  expect(await say(es)).toBe(1);
  expect(readFileSync(file, 'utf8')).toBe(before);
});
