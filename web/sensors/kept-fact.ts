import type { Signal, Source } from '../../shared/agent/governor/signals.ts';

/** A fact as it was last said. */
export interface KeptFact<Value> {
  readonly fact: () => Signal<Value>;
  /** It is so now; nothing: not known any more. Calls back if that is news. */
  readonly say: (value: Value | undefined) => void;
  /** It still is so. */
  readonly sayAgain: () => void;
}

export function keepFact<Value>(source: Source, now: () => number, changed: () => void): KeptFact<Value> {
  let kept: Signal<Value>;
  return {
    fact: () => kept,
    say(value) {
      const isNews = JSON.stringify(value) !== JSON.stringify(kept?.value);
      kept = value === undefined ? undefined : { value, source, at: now() };
      if (isNews) changed();
    },
    sayAgain() {
      if (kept) kept = { ...kept, at: now() };
    },
  };
}
