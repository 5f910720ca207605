import { whole } from '../../ui/format.ts';

export interface BarRow {
  readonly key: string;
  readonly label: string;
  readonly count: number;
}

/** Counts, the largest first, each with a bar as long as its share of the largest. */
export function BarRows({ rows, label }: { readonly rows: readonly BarRow[]; readonly label: string }) {
  const sorted = rows.toSorted((a, b) => b.count - a.count);
  const most = sorted[0]?.count ?? 1;
  return (
    <ul className="bar-rows" aria-label={label}>
      {sorted.map((row) => (
        <li key={row.key}>
          <span>{row.label}</span>
          <i aria-hidden="true">
            <i style={{ width: `${(row.count / most) * 100}%` }} />
          </i>
          <b>{whole(row.count)}</b>
        </li>
      ))}
    </ul>
  );
}
