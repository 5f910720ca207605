import './lane-art.css';

/** Our mark as a landscape: bars under the lane line. The same shape every time, like a logo; it measures nothing. */
export function LaneArt() {
  return (
    <div className="art">
      <svg aria-hidden="true">
        {/* On a wide window the same stretch of road again, never a larger one. */}
        <pattern id="lane-art" width={WIDTH} height="128" patternUnits="userSpaceOnUse">
          <path d={BARS} fill="var(--go-bar)" />
        </pattern>
        <rect width="100%" height="128" fill="url(#lane-art)" />
        <line x2="100%" y1="24" y2="24" stroke="var(--go-on)" strokeWidth="4" strokeDasharray="26 18" />
      </svg>
    </div>
  );
}

/** Heights of the drawing in the design, from the ground. */
const HEIGHTS = [
  64, 52, 64, 57, 74, 69, 69, 62, 64, 68, 59, 54, 66, 58, 63, 62, 49, 55, 46, 54, 51, 58, 54, 44, 65, 55, 71, 70, 64,
  72, 62, 67, 74, 58, 57, 65, 72, 64, 63, 63, 56, 54, 42, 48,
];
const WIDTH = 390;
const STEP = WIDTH / HEIGHTS.length;
const BARS = HEIGHTS.map((height, i) => `M${(2 + i * STEP).toFixed(1)} 128v${-height}h4.9v${height}z`).join('');
