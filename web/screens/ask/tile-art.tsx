/** What each tile's answer looks like, drawn small. Shapes, not data. */
import type { ReactNode } from 'react';

function Art({ children }: { readonly children: ReactNode }) {
  return (
    <div className="gl">
      <svg viewBox="0 0 150 64" fill="none" aria-hidden="true">
        {children}
      </svg>
    </div>
  );
}

const ROUTE_STOPS = [
  [6, 52],
  [44, 22],
  [84, 46],
  [120, 14],
] as const;

export function RouteArt() {
  return (
    <Art>
      <path
        d="M6 52C26 50 22 20 44 22s18 28 40 24 14-34 36-32 16 10 22 8"
        stroke="var(--go)"
        strokeWidth="3.5"
        strokeLinecap="round"
      />
      <g fill="var(--surface)" stroke="var(--ink)" strokeWidth="2.5">
        {ROUTE_STOPS.map(([x, y]) => (
          <circle key={x} cx={x} cy={y} r="4.5" />
        ))}
      </g>
      <circle cx="142" cy="22" r="5.5" fill="var(--ink)" />
    </Art>
  );
}

const WEEK = [7, 10, 15, 21, 28, 35, 43, 48, 52, 52, 51, 45, 37, 29, 21, 15, 10, 7, 5];

export function WeekArt() {
  return (
    <Art>
      <path fill="var(--line-strong)" d={WEEK.map((height, i) => `M${i * 8} 62v${-height}h5.5v${height}z`).join('')} />
    </Art>
  );
}

const OFFERS = [128, 96, 58, 34];

export function OffersArt() {
  return (
    <Art>
      <path
        fill="var(--line-strong)"
        d={OFFERS.map((width, i) => `M0 ${2 + i * 16}h${width}v10h${-width}z`).join('')}
      />
    </Art>
  );
}

const ZONES = [
  [34, 38, 7],
  [94, 22, 10],
  [132, 50, 5],
] as const;

export function ZonesArt() {
  return (
    <Art>
      <g stroke="var(--line-strong)" strokeWidth="2.5">
        {ZONES.map(([x, y, r]) => (
          <circle key={x} cx={x} cy={y} r={r} />
        ))}
      </g>
      <g fill="var(--line-strong)">
        {ZONES.flatMap(([x, y, r]) =>
          [0, 1, 2, 3, 4, 5].map((i) => (
            <circle
              key={`${x}-${i}`}
              cx={x + Math.cos(i * 2.4) * (r + (i % 3) * 3)}
              cy={y + Math.sin(i * 2.4) * (r - 2 + (i % 2) * 5)}
              r="2.4"
            />
          )),
        )}
      </g>
    </Art>
  );
}
