import { Trans } from '@lingui/react/macro';
import type { DeviceState } from '../../../shared/protocol/app.ts';
import { Icon } from '../../ui/Icon.tsx';

/** Field by field and word for word what goes along. */
export function Attached({ state }: { readonly state: DeviceState }) {
  return (
    <section className="card attached">
      <h2>
        <Icon name="eye" size="s" />
        <Trans>What goes along</Trans>
      </h2>
      <dl className="mono">
        {Object.entries(state).map(([field, value]) => (
          <div key={field}>
            <dt>{field}</dt>
            <dd>{String(value)}</dd>
          </div>
        ))}
      </dl>
      <p className="meta">
        <Trans>
          Your account goes along, so that we know whose phone it is. Not your battery level, not where you are, not
          what you asked.
        </Trans>
      </p>
    </section>
  );
}
