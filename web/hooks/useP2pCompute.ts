import { useCallback, useState, useSyncExternalStore } from 'react';
import { useApp } from '../app-context.ts';
import type { Compute, ComputeView } from '../compute/view.ts';
import type { TurnOnProblem } from '../data/device.ts';

/** What a screen needs of computing on this phone: how it stands, and the switch. */
export interface P2pCompute {
  readonly view: ComputeView;
  /** When the state or its reason last changed, as far as this page saw. */
  readonly since: number;
  /** A switch-on is under way. */
  readonly isTurningOn: boolean;
  /** How far its self-test has come, 0 … 1; nothing before and after. */
  readonly testing: number | undefined;
  /** Why the last switch-on failed. */
  readonly problem: TurnOnProblem | undefined;
  /**
   * Tests this phone, stores the consent to this version, then computes. True when it did. The driver must have read that
   * version's text; `scope` is what it covers, absent = as agreed to before. Aborted, nothing is agreed to.
   */
  readonly turnOn: (consentVersion: number, signal?: AbortSignal, scope?: 'all') => Promise<boolean>;
  /** Ends at once, then tells the server. Nothing is asked. */
  readonly turnOff: () => Promise<void>;
}

export function useP2pCompute(): P2pCompute {
  const { compute, device } = useApp();
  const subscribe = useCallback((onChange: () => void) => subscribeWhileVisible(compute, onChange), [compute]);
  const view = useSyncExternalStore(subscribe, () => compute.view());
  const since = useSyncExternalStore(subscribe, () => lastChangeOf(compute));
  const [isTurningOn, setTurningOn] = useState(false);
  const [testing, setTesting] = useState<number>();
  const [problem, setProblem] = useState<TurnOnProblem>();

  async function turnOn(consentVersion: number, signal?: AbortSignal, scope?: 'all'): Promise<boolean> {
    setTurningOn(true);
    setTesting(0);
    setProblem(undefined);
    try {
      const decided = await device.optIn(consentVersion, { onTest: setTesting, signal, scope });
      if (decided.ok) await compute.enable();
      else if (decided.error.kind !== 'stopped') setProblem(decided.error);
      return decided.ok;
    } catch {
      // The part of the app that computes did not load: a network's fault as a rule, and the next try loads it again.
      setProblem({ kind: 'unreached' });
      return false;
    } finally {
      setTurningOn(false);
      setTesting(undefined);
    }
  }

  async function turnOff(): Promise<void> {
    setProblem(undefined);
    // Both begin now: neither a slow link nor a worker may hold up the other.
    await Promise.all([compute.disable(), device.optOut()]);
  }

  return { view, since, isTurningOn, testing, problem, turnOn, turnOff };
}

/** Nobody looks at a hidden page: it draws nothing, and once when it is shown again. */
function subscribeWhileVisible(compute: Compute, onChange: () => void): () => void {
  const tell = (): void => {
    if (!document.hidden) onChange();
  };
  const unsubscribe = compute.subscribe(tell);
  document.addEventListener('visibilitychange', tell);
  return () => {
    unsubscribe();
    document.removeEventListener('visibilitychange', tell);
  };
}

/** When each page's computing last changed its state or reason. Beside the screens, so that leaving Home forgets nothing. */
const lastChanges = new WeakMap<Compute, { readonly key: string; readonly at: number }>();

function lastChangeOf(compute: Compute): number {
  const { state, reason } = compute.view();
  const key = `${state} ${reason}`;
  const known = lastChanges.get(compute);
  if (known?.key === key) return known.at;
  const at = Date.now();
  lastChanges.set(compute, { key, at });
  return at;
}
