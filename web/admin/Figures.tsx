import type { ReactNode } from 'react';

export interface Figure {
  readonly key: string;
  readonly name: ReactNode;
  readonly value: ReactNode;
}

/** Names and their values, a line each. */
export function Figures({ rows }: { readonly rows: readonly Figure[] }) {
  return (
    <dl className="desk-figures">
      {rows.map(({ key, name, value }) => (
        <div key={key}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
