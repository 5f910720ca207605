import { Trans } from '@lingui/react/macro';
import { Icon } from '../../ui/Icon.tsx';
import { togglePause } from './pause.ts';

/** The rest of the day without computing, and back again: one tap each, nothing is asked. */
export default function PauseButton({ isPaused }: { readonly isPaused: boolean }) {
  return (
    <button type="button" className="btn btn--line" onClick={() => togglePause(isPaused)}>
      <Icon name={isPaused ? 'activity' : 'pause'} />
      {isPaused ? <Trans>Resume</Trans> : <Trans>Pause for today</Trans>}
    </button>
  );
}
