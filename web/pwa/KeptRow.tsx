import { Trans } from '@lingui/react/macro';
import { useObservable } from '../hooks/useObservable.ts';
import { appKept } from './app-state.ts';

/** Whether the app opens without a network; the one place where it is said that it does not. */
export function KeptRow() {
  const kept = useObservable(appKept);
  switch (kept) {
    case 'opening':
      return undefined;
    case 'kept':
      return <Trans>Opens without a network too.</Trans>;
    case 'no_room':
      return <Trans>Needs a network to open: its files do not fit on this phone.</Trans>;
    case 'no_support':
    case 'refused':
      return <Trans>Needs a network to open: this browser keeps no app, as in a private window.</Trans>;
  }
}
