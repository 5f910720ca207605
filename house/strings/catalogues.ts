/** The catalogues on disk, entry by entry: `web/i18n/locales/LOCALE/PART.po`, as `lingui.config.ts` lays them out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { formatter } from '@lingui/format-po';
import { ROOT } from '../spawn-quietly.ts';

/** English is written in the sources; these are translated. */
export const TRANSLATED = ['es', 'fil'] as const;
export type Translated = (typeof TRANSLATED)[number];

const PARTS = ['first', 'later', 'admin'] as const;

/** As in lingui.config.ts: what is written here reads as if `npm run extract` had. */
const po = formatter({ lineNumbers: false });

/** One sentence in one language. `text` is empty while it is not translated. */
export interface Entry {
  readonly id: string;
  readonly locale: Translated;
  /** The catalogue, from the root of the repository. */
  readonly file: string;
  readonly english: string;
  readonly text: string;
  /** The sources that say it. */
  readonly where: readonly string[];
}

type Catalogue = Awaited<ReturnType<typeof po.parse>>;

const LOCALES = join(ROOT, 'web/i18n/locales');
const context = (locale: Translated, filename: string) => ({ locale, sourceLocale: 'en', filename });

async function read(locale: Translated, file: string): Promise<Catalogue> {
  return po.parse(readFileSync(file, 'utf8'), context(locale, file));
}

export async function readEntries(folder = LOCALES): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const locale of TRANSLATED) {
    for (const part of PARTS) {
      const file = join(folder, locale, `${part}.po`);
      for (const [id, { message, translation, origin, obsolete }] of Object.entries(await read(locale, file))) {
        if (obsolete) continue;
        const where = (origin ?? []).map(([path]) => path);
        const english = message ?? id;
        entries.push({ id, locale, file: relative(ROOT, file), english, text: translation ?? '', where });
      }
    }
  }
  return entries;
}

/** Writes what `textOf` has for an entry, wherever the sentence stands; the rest stays as it is. Returns how many changed. */
export async function writeTexts(
  textOf: (id: string, english: string, locale: Translated) => string | undefined,
  folder = LOCALES,
): Promise<number> {
  let changed = 0;
  for (const locale of TRANSLATED) {
    for (const part of PARTS) {
      const file = join(folder, locale, `${part}.po`);
      const existing = readFileSync(file, 'utf8');
      const catalogue = await read(locale, file);
      const before = changed;
      for (const [id, entry] of Object.entries(catalogue)) {
        const text = textOf(id, entry.message ?? id, locale);
        if (text === undefined || text === entry.translation) continue;
        catalogue[id] = { ...entry, translation: text };
        changed += 1;
      }
      if (changed > before) writeFileSync(file, await po.serialize(catalogue, { ...context(locale, file), existing }));
    }
  }
  return changed;
}
