import { Trans } from '@lingui/react/macro';
import { limitsHere } from '../../data/limits-here.ts';
import { midnightAfter } from '../../data/limits.ts';
import { Icon } from '../../ui/Icon.tsx';

/** The rest of the day without computing, and back again: one tap each, nothing is asked. */
export default function PauseButton({ isPaused }: { readonly isPaused: boolean }) {
  const toggle = (): void => void limitsHere.change({ pausedUntil: isPaused ? undefined : midnightAfter(Date.now()) });
  return (
    <button type="button" className="btn btn--line" onClick={toggle}>
      <Icon name={isPaused ? 'activity' : 'pause'} />
      {isPaused ? <Trans>Resume</Trans> : <Trans>Pause for today</Trans>}
    </button>
  );
}
