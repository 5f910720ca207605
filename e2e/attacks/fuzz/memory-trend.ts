import type { Memory } from './server-messages.ts';

export interface MemorySample extends Memory {
  /** Pieces sent before it was taken. */
  readonly at: number;
}

export interface MemoryTrend {
  readonly samples: number;
  /** Median of the first and of the last third after the warm-up, in MB. */
  readonly heapMb: readonly [number, number];
  readonly rssMb: readonly [number, number];
  /** Of that, what neither V8's heap nor buffers account for: code, stacks, SQLite, and what malloc keeps. */
  readonly besideHeapMb: readonly [number, number];
  /** Least squares over the samples after the warm-up: bytes of heap for a thousand pieces. */
  readonly heapBytesPerThousand: number;
  readonly lagMs: { readonly p99: number; readonly most: number };
}

/** Caches fill, code is compiled, SQLite takes its pages: what is measured before that is no trend. */
const WARM_UP = 0.3;

export function memoryTrend(all: readonly MemorySample[]): MemoryTrend {
  const samples = all.slice(Math.floor(all.length * WARM_UP));
  const third = Math.max(1, Math.floor(samples.length / 3));
  const ends = (of: (sample: MemorySample) => number): readonly [number, number] => [
    median(samples.slice(0, third).map(of)) / 1e6,
    median(samples.slice(-third).map(of)) / 1e6,
  ];
  return {
    samples: samples.length,
    heapMb: ends(held),
    rssMb: ends(({ rss }) => rss),
    besideHeapMb: ends(({ rss, heapTotal, external }) => rss - heapTotal - external),
    heapBytesPerThousand: 1000 * slope(samples.map((sample) => [sample.at, held(sample)])),
    lagMs: {
      p99: median(samples.map(({ lagMs }) => lagMs.p99)),
      most: Math.max(0, ...all.map(({ lagMs }) => lagMs.most)),
    },
  };
}

/** What the garbage collector left: of JavaScript, and of buffers outside its heap. */
const held = ({ heapUsed, external }: Memory): number => heapUsed + external;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

function slope(points: readonly (readonly [number, number])[]): number {
  const count = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  const across = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const along = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return across === 0 ? 0 : along / across;
}
