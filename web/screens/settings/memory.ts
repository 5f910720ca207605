/** Chromium alone has it, in an isolated page. */
interface MeasuresMemory {
  measureUserAgentSpecificMemory?(): Promise<MemoryMeasurement>;
}
interface MemoryMeasurement {
  readonly bytes: number;
  readonly breakdown: readonly {
    readonly bytes: number;
    readonly attribution: readonly { readonly scope: string }[];
  }[];
}

/** Bytes of the page's workers, and of the page with them. */
export interface PageMemory {
  readonly workers: number;
  readonly all: number;
}

/** What the browser says that this page holds, after its next collection: seconds later. Nothing where it does not say. */
export async function measureMemory(
  of: MeasuresMemory = performance as MeasuresMemory,
): Promise<PageMemory | undefined> {
  try {
    const measured = await of.measureUserAgentSpecificMemory?.();
    if (!measured) return undefined;
    const inWorkers = measured.breakdown.filter(({ attribution }) =>
      attribution.some(({ scope }) => scope.endsWith('WorkerGlobalScope')),
    );
    return { workers: inWorkers.reduce((sum, { bytes }) => sum + bytes, 0), all: measured.bytes };
  } catch {
    return undefined; // refused: not isolated, or too often
  }
}
