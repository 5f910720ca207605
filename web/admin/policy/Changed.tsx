import { useLingui } from '@lingui/react/macro';
import { shown, wordsOf } from './field-words.ts';

/** "Price of a unit: $0.04" */
export function Changed({ changes }: { readonly changes: Readonly<Record<string, number>> }) {
  const { i18n } = useLingui();
  return (
    <span>
      {Object.entries(changes).map(([name, value]) => {
        const words = wordsOf(name);
        return (
          <span key={name} className="desk-line">
            {`${words ? i18n._(words.name) : name}: `}
            <b>{shown(name, value)}</b>
          </span>
        );
      })}
    </span>
  );
}
