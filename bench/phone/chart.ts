const BLOCKS = ' ▁▂▃▄▅▆▇█';
const ROWS = 6;

/**
 * One column each, from 0 up to one and a half times the line, which runs through where it is free: a share above it stands
 * out of it. What is higher than the chart fills it.
 */
export function chart(shares: readonly number[], line: number): string {
  const perRow = (1.5 * line) / ROWS;
  const rows: string[] = [];
  for (let row = ROWS - 1; row >= 0; row--) {
    const isLine = row === Math.round(line / perRow);
    const cells = shares.map((share) => {
      const eighths = Math.max(0, Math.min(8, Math.round((8 * (share - row * perRow)) / perRow)));
      return eighths === 0 && isLine ? '─' : (BLOCKS[eighths] ?? ' ');
    });
    const label = isLine ? `${+(100 * line).toFixed(1)} %` : '';
    rows.push(`${label.padStart(6)} │${cells.join('')}`);
  }
  return rows.join('\n');
}
