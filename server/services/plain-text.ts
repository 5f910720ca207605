/**
 * Nothing that is not seen, and nothing that turns or buries what stands beside it: controls, directions, joiners, lone
 * surrogates, private characters; what Unicode lists as ignored when drawn (fillers are letters by category, and blank); line
 * and paragraph separators; the empty Braille cell. Two names that look the same are otherwise too easy to make.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Accents upon accents, which grow over the lines above. No script stacks four. */
const PILE = /\p{M}{4}/u;
/** Whether an emoji is drawn in colours: keyboards add it, and it says nothing. */
const DRAWN_AS = /[\uFE0E\uFE0F]/g;

const composed = (text: string): string => text.normalize('NFKC').replaceAll(DRAWN_AS, '').trim();

/** What was typed as a display name, as it is kept: NFKC, 1 to 24 letters, all of them seen. Nothing when it cannot be one. */
export function displayName(typed: string): string | undefined {
  const name = composed(typed);
  const isPlain = !UNSEEN.test(name) && !PILE.test(name);
  return isPlain && name.length >= 1 && Array.from(name).length <= 24 ? name : undefined;
}

/** One line that somebody wrote for themselves and others read (what a key is called): what may not be seen is left out. */
export const plainLine = (text: string): string =>
  composed(text)
    .replaceAll(new RegExp(UNSEEN, 'gu'), '')
    .replaceAll(/\p{M}{4,}/gu, '')
    .trim();
