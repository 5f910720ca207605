import './lane-art.css';

/** Our mark as a landscape: bars under the lane line. The same shape every time, like a logo; it measures nothing. */
export function LaneArt() {
  return (
    <div className="art">
      <svg viewBox="0 0 390 128" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
        <path d={BARS} fill="var(--go-bar)" />
        <path d="M0 24H390" stroke="var(--go-on)" strokeWidth="4" strokeDasharray="26 18" />
      </svg>
    </div>
  );
}

/** Heights of the drawing in the design, from the ground. */
const HEIGHTS = [
  64, 52, 64, 57, 74, 69, 69, 62, 64, 68, 59, 54, 66, 58, 63, 62, 49, 55, 46, 54, 51, 58, 54, 44, 65, 55, 71, 70, 64,
  72, 62, 67, 74, 58, 57, 65, 72, 64, 63, 63, 56, 54, 42, 48,
];
const STEP = 390 / HEIGHTS.length;
const BARS = HEIGHTS.map((height, i) => `M${(2 + i * STEP).toFixed(1)} 128v${-height}h4.9v${height}z`).join('');
