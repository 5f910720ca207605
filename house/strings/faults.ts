/** The catalogues' faults, for the check to print and for a translator to fill. */
import { readEntries, type Entry, type Translated } from './catalogues.ts';
import { judge, type Judged } from './judge.ts';
import type { Outcome } from '../spawn-quietly.ts';

export interface Faulty extends Entry, Judged {}

export const faultsOf = (entries: readonly Entry[]): Faulty[] =>
  entries.flatMap((entry) => {
    const judged = judge(entry.english, entry.text, entry.locale);
    return judged ? [{ ...entry, ...judged }] : [];
  });

/** What a translator needs, by sentence; with "es" and "fil" filled it is what `fill` takes. */
export type Untranslated = Record<string, Partial<Record<Translated, string>> & { why: string; where: string }>;

export function untranslated(faulty: readonly Faulty[]): Untranslated {
  const found: Untranslated = {};
  for (const { english, locale, text, says, fault, where } of faulty) {
    const why = [found[english]?.why, fault === 'missing' ? '' : `${locale}: ${says}`].filter(Boolean).join('; ');
    found[english] = { ...found[english], [locale]: text, why, where: where.join(' ') };
  }
  return found;
}

/** A step of `npm run check`: one line for each sentence, with the sources that say it. */
export async function checkStrings(): Promise<Outcome> {
  const faulty = faultsOf(await readEntries());
  const lines = faulty.map(
    ({ file, english, says, where }) => `${file}: ${JSON.stringify(english)} (${where.join(' ')}): ${says}`,
  );
  const advice = '`npm run -s strings` prints them as JSON, `npm run strings -- fill FILE.json` writes them in';
  return { ok: faulty.length === 0, output: [...lines, advice].join('\n') };
}
