import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { HOUR } from '../../../shared/time.ts';
import { timeOfDay } from '../../ui/format.ts';
import { Table } from '../Table.tsx';

/** An hour of it; null: nothing was measured, which is a gap and no zero. */
export interface HourValue {
  readonly from: number;
  readonly value: number | null;
}

interface HourChartProps {
  readonly shape: 'bars' | 'line';
  /** Its finding, for who cannot see it; and what stands in each column of its table. */
  readonly finding: string;
  readonly label: string;
  readonly hourTitle: string;
  readonly valueTitle: string;
  /** Oldest first, without holes; the last one is not over. */
  readonly hours: readonly HourValue[];
  readonly show: (value: number) => string;
  /** Where its axis ends, above the largest value, and how a round value on it is shown. */
  readonly topOf: (largest: number) => number;
  readonly showRound: (value: number) => string;
}

/** A value an hour, from zero up. The words stand beside the drawing, so that they keep their size. */
export function HourChart({
  shape,
  finding,
  label,
  hourTitle,
  valueTitle,
  hours,
  show,
  topOf,
  showRound,
}: HourChartProps) {
  const top = topOf(Math.max(0, ...hours.map(({ value }) => value ?? 0)));
  const last = hours.at(-1);
  return (
    <>
      <div className="chart" role="img" aria-label={finding}>
        <div className="chart-y" aria-hidden="true">
          <span>{showRound(top)}</span>
          <span>{showRound(top / 2)}</span>
          <span>{showRound(0)}</span>
        </div>
        <div className="chart-plot">
          {shape === 'bars' ? <Bars hours={hours} top={top} /> : <Line hours={hours} top={top} />}
        </div>
        <div className="chart-x" aria-hidden="true">
          {[0, 12].map((i) => (
            <span key={i}>{timeOfDay(hours[i]?.from ?? 0)}</span>
          ))}
          <span>
            <Trans>now</Trans>
          </span>
        </div>
      </div>
      <AsTable>
        <Table
          label={label}
          columns={[
            { title: hourTitle, cell: ({ from }) => <HourOf from={from} isOver={from !== last?.from} /> },
            { title: valueTitle, cell: ({ value }) => (value === null ? '–' : show(value)), isNumber: true },
          ]}
          rows={hours.toReversed()}
          keyOf={({ from }) => from}
          empty=""
        />
      </AsTable>
    </>
  );
}

function HourOf({ from, isOver }: { readonly from: number; readonly isOver: boolean }) {
  const [begin, end] = [timeOfDay(from), timeOfDay(from + HOUR)];
  return isOver ? (
    <Trans>
      {begin} to {end}
    </Trans>
  ) : (
    <Trans>since {begin}</Trans>
  );
}

/** The same, to be read. */
function AsTable({ children }: { readonly children: ReactNode }) {
  return (
    <details className="chart-table">
      <summary>
        <Trans>View as table</Trans>
      </summary>
      {children}
    </details>
  );
}

const HEIGHT = 100;

interface DrawnProps {
  readonly hours: readonly HourValue[];
  readonly top: number;
}

function Bars({ hours, top }: DrawnProps) {
  return (
    <svg viewBox={`0 0 ${hours.length} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {hours.map(({ from, value }, i) => {
        const height = ((value ?? 0) / top) * HEIGHT;
        const isOver = i < hours.length - 1;
        return (
          <rect
            key={from}
            className={isOver ? 'chart-bar' : 'chart-bar chart-bar--going'}
            x={i + 0.12}
            y={HEIGHT - height}
            width={0.76}
            height={height}
          />
        );
      })}
    </svg>
  );
}

function Line({ hours, top }: DrawnProps) {
  const points = hours.map(({ value }, i) => ({
    x: (i + 0.5) / hours.length,
    y: value === null ? undefined : 1 - value / top,
  }));
  const drawn = points.filter(({ y }) => y !== undefined);
  const end = drawn.at(-1);
  // A gap begins a new stroke; what stands alone between two gaps is a dot.
  const path = points
    .map(({ x, y }, i) => {
      if (y === undefined) return '';
      const isAlone = points[i - 1]?.y === undefined && points[i + 1]?.y === undefined;
      const at = `${x * hours.length} ${y * HEIGHT}`;
      return `${points[i - 1]?.y === undefined ? 'M' : 'L'}${at}${isAlone ? `L${at}` : ''}`;
    })
    .join('');
  return (
    <>
      <svg viewBox={`0 0 ${hours.length} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="chart-line" d={path} vectorEffect="non-scaling-stroke" />
      </svg>
      {end?.y !== undefined && <i className="chart-dot" style={{ left: `${end.x * 100}%`, top: `${end.y * 100}%` }} />}
    </>
  );
}
