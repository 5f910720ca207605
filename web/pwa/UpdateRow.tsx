import { Trans } from '@lingui/react/macro';
import { useApp } from '../app-context.ts';
import { useObservable } from '../hooks/useObservable.ts';
import { Icon } from '../ui/Icon.tsx';
import { appUpdate } from './app-state.ts';
import { applyUpdate } from './keep-app.ts';
import './pwa.css';

/** A newer app waits. It is applied on a tap, and never by itself. */
export default function UpdateRow() {
  const { compute } = useApp();
  const update = useObservable(appUpdate);
  if (update === 'none') return undefined;
  return (
    <section className="card offer" role="status">
      <Icon name="download" />
      <p className="m">
        <Trans>New version ready</Trans>
        {update === 'after_part' && (
          <small>
            <Trans>It is applied when this part is done.</Trans>
          </small>
        )}
        {update === 'taken_over' && (
          <small>
            <Trans>It runs in another tab already.</Trans>
          </small>
        )}
      </p>
      {update !== 'after_part' && (
        <button type="button" className="btn btn--line btn--sm" onClick={() => applyUpdate(compute)}>
          <Trans>Update</Trans>
        </button>
      )}
    </section>
  );
}
