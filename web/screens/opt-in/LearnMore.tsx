import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { Me } from '../../../shared/protocol/app.ts';
import { Icon } from '../../ui/Icon.tsx';
import type { IconName } from '../../ui/icons.ts';
import { Screen } from '../../ui/Screen.tsx';
import { EnableOrNot, useEnabling } from './EnableOrNot.tsx';
import { ScopeInWords } from './ScopeInWords.tsx';
import './opt-in.css';

/** Terms 8.5 and the energy disclosure, word for word. */
export default function LearnMore({ me }: { readonly me: Me }) {
  const { t } = useLingui();
  const enabling = useEnabling(me);
  return (
    <Screen
      title={t`What you would agree to`}
      back="/opt-in"
      tabs={false}
      dock={
        <div className="opt-dock">
          <EnableOrNot enabling={enabling} />
        </div>
      }
    >
      {enabling.failure}
      <section className="card doc">
        <p className="tag">
          <Trans>Terms of Service 8.5</Trans>
        </p>
        <h2>
          <Trans>Shared Compute</Trans>
        </h2>
        <p>
          <Trans>By enabling Shared Compute, you agree to:</Trans>
        </p>
        <ul>
          <li>
            <Trans>ZeusDrive may use your device's CPU when idle</Trans>
          </li>
          <li>
            <Trans>Usage is monitored and throttled</Trans>
          </li>
          <li>
            <Trans>No personal data is processed on your device</Trans>
          </li>
          <li>
            <Trans>You may disable at any time</Trans>
          </li>
          <li>
            <Trans>Participation is entirely voluntary</Trans>
          </li>
        </ul>
      </section>
      <ScopeInWords />
      <section className="card doc">
        <p className="tag">
          <Trans>Energy disclosure</Trans>
        </p>
        <h2>
          <Trans>Estimated impact of Shared Compute:</Trans>
        </h2>
        <dl>
          <Impact icon="battery-medium" name={t`Battery`}>
            <Trans>&lt;1% drain per hour</Trans>
          </Impact>
          <Impact icon="arrow-down-up" name={t`Data`}>
            <Trans>~0.5MB per day (WiFi preferred)</Trans>
          </Impact>
          <Impact icon="thermometer" name={t`Heat`}>
            <Trans>Minimal (automatic throttle if hot)</Trans>
          </Impact>
        </dl>
      </section>
    </Screen>
  );
}

interface ImpactProps {
  readonly icon: IconName;
  readonly name: string;
  readonly children: ReactNode;
}

function Impact({ icon, name, children }: ImpactProps) {
  return (
    <div>
      <dt>
        <Icon name={icon} />
        {name}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
