import { Trans } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { seconds, when } from '../../ui/format.ts';
import { useApp } from '../../app-context.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { Icon } from '../../ui/Icon.tsx';

/** Younger than this it is as good as now. */
const NOW_MS = 2_000;

/** How old the figures are. Not read aloud: it changes every second. */
export function Live({ at, isStale }: { readonly at: number; readonly isStale: boolean }) {
  const { connection } = useApp();
  const { isOnline } = useObservable(connection);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const time = when(at);
  if (isStale || !isOnline)
    return (
      <span className="desk-live desk-live--stale" role="status">
        <Icon name="clock" size="s" />
        {isOnline ? <Trans>Not up to date: from {time}</Trans> : <Trans>Offline: from {time}</Trans>}
      </span>
    );
  const age = seconds(now - at);
  return (
    <span className="desk-live">
      <i aria-hidden="true" />
      {now - at < NOW_MS ? <Trans>now</Trans> : <Trans>{age} ago</Trans>}
    </span>
  );
}
