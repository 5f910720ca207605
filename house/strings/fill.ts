/** What `fill` takes: translations by sentence, or by Lingui's id of it. Other fields of an entry (why, where) are notes. */
import { type Entry, TRANSLATED, type Translated } from './catalogues.ts';
import { judge } from './judge.ts';

export type Fill = Readonly<Record<string, Partial<Readonly<Record<Translated, string>>>>>;

/** The space before a unit: a line never breaks there. */
const UNIT = /([\d}]) (?=%|s\b|MB\b)/g;

/** The good ones; an empty text is one not translated yet. */
export function compiled(given: Fill, entries: readonly Entry[]) {
  const known = new Set(entries.map(({ english }) => english));
  return (id: string, english: string, locale: Translated): string | undefined => {
    const text = (given[english] ?? given[id])?.[locale];
    return text && known.has(english) && !judge(english, text, locale) ? text.replace(UNIT, '$1\u00A0') : undefined;
  };
}

/** What is not written, each with its reason. */
export function refusals(given: Fill, entries: readonly Entry[]): string[] {
  const englishOf = new Map(
    entries.flatMap(({ id, english }) => [[id, english] as const, [english, english] as const]),
  );
  return Object.entries(given).flatMap(([key, texts]) => {
    const english = englishOf.get(key);
    if (english === undefined) return [`${JSON.stringify(key)}: no such sentence; run \`npm run extract\``];
    return TRANSLATED.flatMap((locale) => {
      const judged = texts[locale] ? judge(english, texts[locale], locale) : undefined;
      return judged ? [`${locale} ${JSON.stringify(key)}: ${judged.says}`] : [];
    });
  });
}
