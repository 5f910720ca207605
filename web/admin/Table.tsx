import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';

export interface Column<Row> {
  /** Empty above buttons: they say themselves what they do. */
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly isNumber?: boolean;
}

interface TableProps<Row> {
  /** What is in it, for who cannot see the panel around it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  /** What is said where there is no row. */
  readonly empty: ReactNode;
}

/** Rows on a desk. On a narrow window each is a card that names its cells itself. */
export function Table<Row>({ label, columns, rows, keyOf, empty }: TableProps<Row>) {
  if (rows.length === 0) return <p className="meta">{empty}</p>;
  return (
    <table className="desk-table" aria-label={label}>
      <thead className="vh">
        <tr>
          {columns.map(({ title, isNumber }) => (
            <th key={title} scope="col" className={isNumber ? 'rt' : undefined}>
              {title || (
                <span className="vh">
                  <Trans>What can be done</Trans>
                </span>
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ title, cell, isNumber }) => (
              <td key={title} data-title={title} className={isNumber ? 'rt' : undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
