/** What a sentence holds besides words: placeholders, tags, and its plurals. */
import { compileMessageOrThrow, type CompiledMessage } from '@lingui/message-utils/compileMessage';

export interface Shape {
  /** "{name}", "<0>", "</0>", and of choices "{count, plural}": each once, in order of the alphabet. */
  readonly parts: readonly string[];
  readonly plurals: readonly Plural[];
}

interface Plural {
  readonly name: string;
  /** Each case with whether it says the number. */
  readonly cases: ReadonlyMap<string, boolean>;
}

/** Throws where the sentence is no ICU MessageFormat. */
export function shapeOf(message: string): Shape {
  const parts = new Set<string>();
  const plurals: Plural[] = [];
  const visit = (tokens: CompiledMessage): void => {
    for (const token of tokens) {
      if (typeof token === 'string') {
        for (const [tag] of token.matchAll(/<\/?\d+\/?>/g)) parts.add(tag);
        continue;
      }
      const [name, type, format] = token;
      parts.add(type === undefined ? `{${name}}` : `{${name}, ${type}}`);
      if (typeof format !== 'object' || format === null) continue;
      const choices = Object.entries(format as Readonly<Record<string, CompiledMessage | number | undefined>>);
      const cases = choices.filter((choice): choice is [string, CompiledMessage] => isMessage(choice[1]));
      cases.forEach(([, inner]) => visit(inner));
      plurals.push({ name, cases: new Map(cases.map(([key, inner]) => [key, JSON.stringify(inner).includes('"#"')])) });
    }
  };
  visit(compileMessageOrThrow(message));
  return { parts: [...parts].sort(), plurals };
}

const isMessage = (value: unknown): value is CompiledMessage => Array.isArray(value) || typeof value === 'string';
