export interface Part {
  readonly key: string;
  readonly label: string;
  readonly value: number;
  readonly shown: string;
  /** Each differs by pattern as well as by colour: plain, dotted, hatched, empty. */
  readonly look: 'plain' | 'dotted' | 'hatched' | 'empty';
}

/** Parts of a whole, side by side, and what each is. Without a whole the bar is empty. */
export function PartsBar({ parts }: { readonly parts: readonly Part[] }) {
  const all = parts.reduce((sum, { value }) => sum + value, 0);
  return (
    <div className="parts">
      <div className="parts-bar" aria-hidden="true">
        {parts
          .filter(({ value }) => value > 0)
          .map(({ key, value, look }) => (
            <i key={key} className={`part part--${look}`} style={{ flexGrow: value / all }} />
          ))}
      </div>
      <ul className="parts-key">
        {parts.map(({ key, label, shown, look }) => (
          <li key={key}>
            <i className={`part part--${look}`} aria-hidden="true" />
            <b>{shown}</b> {label}
          </li>
        ))}
      </ul>
    </div>
  );
}
