import { Trans, useLingui } from '@lingui/react/macro';
import { percent, upToTenths } from './format.ts';

const SECONDS = 60;
const WIDTH = 314;
/** Where the lane line lies, from the top; and the ground, where bars stand. A strip without work is lower: it is all air. */
const LANE = 18;
const BASE = 108;
const QUIET_BASE = 62;
const STEP = WIDTH / SECONDS;
const BAR = 3.2;
/** A second without work is a dot on the ground: a gap, not a missing value. */
const DOT = 2;

interface ShareStripProps {
  /** Per second, percent of this device, newest last. */
  readonly shares: readonly number[];
  /** The line that is never passed, percent. */
  readonly ceiling: number;
  /** Nothing is computed: the line and the ground are the picture. */
  readonly isQuiet: boolean;
}

/**
 * Our mark: sixty bars under a dashed lane line. It steps and never glides; two paths, so that a step is two
 * attributes. A second over the line is cut off a little above it, with a notch, so that it is seen for what it is.
 */
export function ShareStrip({ shares, ceiling, isQuiet }: ShareStripProps) {
  const { t } = useLingui();
  const base = isQuiet ? QUIET_BASE : BASE;
  const line = upToTenths(ceiling);
  const last = shares.slice(-SECONDS);
  const isAbove = last.some((share) => share > ceiling);
  const label = isAbove
    ? t`Share of this phone's CPU, second by second, for the last 60 seconds. Some seconds above ${line} percent.`
    : t`Share of this phone's CPU, second by second, for the last 60 seconds. All below ${line} percent.`;
  const text = percent(ceiling);
  return (
    <div className="stripbox">
      <span className="lim">
        <Trans>{text} line: never above</Trans>
      </span>
      <svg viewBox={`0 -2 ${WIDTH} ${base + 2}`} role="img" aria-label={label}>
        <path d={barsPath(last, ceiling, base)} fill="var(--bars)" />
        <path d={dotsPath(last, base)} fill="var(--bars)" opacity=".45" />
        <path d={`M0 ${LANE}H${WIDTH}`} stroke="currentColor" strokeWidth="3.5" strokeDasharray="13 9" />
      </svg>
      <div className="sign-foot">
        <span>
          <Trans>60 s ago</Trans>
        </span>
        <span>
          <Trans>now</Trans>
        </span>
      </div>
    </div>
  );
}

const xOf = (index: number, count: number): number => 1 + (SECONDS - count + index) * STEP;
const isWork = (share: number): boolean => share > 0.005;

function barsPath(shares: readonly number[], ceiling: number, base: number): string {
  const scale = (base - LANE) / ceiling;
  return shares
    .map((share, i) => {
      if (!isWork(share)) return '';
      const x = xOf(i, shares.length).toFixed(1);
      const top = Math.max(base - share * scale, LANE / 2);
      const bar = `M${x} ${base}V${top.toFixed(1)}h${BAR}V${base}z`;
      return share > ceiling ? `${bar}M${x} ${LANE / 2 - 4}h${BAR}v2h-${BAR}z` : bar;
    })
    .join('');
}

/** Also where there is no value yet: the line alone would look broken on a page just opened. */
function dotsPath(shares: readonly number[], base: number): string {
  return Array.from({ length: SECONDS }, (_, i) => {
    const share = shares[shares.length - SECONDS + i] ?? 0;
    return isWork(share) ? '' : `M${xOf(i, SECONDS).toFixed(1)} ${base - DOT}h${BAR}v${DOT}h-${BAR}z`;
  }).join('');
}
