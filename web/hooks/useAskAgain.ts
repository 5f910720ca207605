import { useLocation } from 'wouter';
import { useApp } from '../app-context.ts';
import type { AskedRoute } from '../kinds/route-plan/asked-route.ts';

/** Opens the form with the same stops; without them it opens empty and says why. */
export function useAskAgain(asked: AskedRoute | undefined): () => void {
  const { asks } = useApp();
  const [, navigate] = useLocation();
  return () => {
    asks.prepare(asked);
    navigate(asked ? '/ask/route' : '/ask/route?gone');
  };
}
