import { Trans } from '@lingui/react/macro';
import { useLocation } from 'wouter';
import { useP2pCompute } from '../../hooks/useP2pCompute.ts';
import { Icon } from '../../ui/Icon.tsx';
import { togglePause } from './pause.ts';
import { isStopped } from './stopped.ts';

/** They have their own, larger. */
const WITH_OWN = ['/', '/settings/ai-performance/shared-compute'];

/** The rest of the day without computing, and back again: one tap beside the tabs, whatever screen is open. */
export default function PauseTab() {
  const { view } = useP2pCompute();
  const [path] = useLocation();
  const mayRun = view.state !== 'off' && view.state !== 'unsupported' && !isStopped(view);
  if (!mayRun || WITH_OWN.includes(path)) return undefined;
  return (
    <button type="button" className="tab tab--pause" onClick={() => togglePause(view.isPaused)}>
      <Icon name={view.isPaused ? 'activity' : 'pause'} />
      {view.isPaused ? <Trans>Resume</Trans> : <Trans>Pause</Trans>}
    </button>
  );
}
