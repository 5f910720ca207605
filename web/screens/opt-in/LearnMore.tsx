import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { Me } from '../../../shared/protocol/app.ts';
import { Icon } from '../../ui/Icon.tsx';
import type { IconName } from '../../ui/icons.ts';
import { Screen } from '../../ui/Screen.tsx';
import { EnableOrNot, useEnabling } from './EnableOrNot.tsx';
import { EnglishFirst, TranslationNote } from './EnglishFirst.tsx';
import { ScopeInWords } from './ScopeInWords.tsx';
import './opt-in.css';

/** Terms 8.5 and the energy disclosure, word for word; then what they mean, what a peer could learn, and the version. */
export default function LearnMore({ me }: { readonly me: Me }) {
  const { t } = useLingui();
  const enabling = useEnabling(me);
  const { consentVersion } = me.programme;
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
      <TranslationNote />
      <section className="card doc">
        <p className="tag">
          <EnglishFirst>
            <Trans>Terms of Service 8.5</Trans>
          </EnglishFirst>
        </p>
        <h2>
          <Trans>Shared Compute</Trans>
        </h2>
        <p>
          <EnglishFirst>
            <Trans>By enabling Shared Compute, you agree to:</Trans>
          </EnglishFirst>
        </p>
        <ul>
          <li>
            <EnglishFirst>
              <Trans>ZeusDrive may use your device's CPU when idle</Trans>
            </EnglishFirst>
          </li>
          <li>
            <EnglishFirst>
              <Trans>Usage is monitored and throttled</Trans>
            </EnglishFirst>
          </li>
          <li>
            <EnglishFirst>
              <Trans>No personal data is processed on your device</Trans>
            </EnglishFirst>
          </li>
          <li>
            <EnglishFirst>
              <Trans>You may disable at any time</Trans>
            </EnglishFirst>
          </li>
          <li>
            <EnglishFirst>
              <Trans>Participation is entirely voluntary</Trans>
            </EnglishFirst>
          </li>
        </ul>
      </section>
      <ScopeInWords />
      <section className="card doc">
        <p className="tag">
          <EnglishFirst>
            <Trans>Energy disclosure</Trans>
          </EnglishFirst>
        </p>
        <h2>
          <EnglishFirst>
            <Trans>Estimated impact of Shared Compute:</Trans>
          </EnglishFirst>
        </h2>
        <dl>
          <Impact icon="battery-medium" name={<Trans>Battery</Trans>}>
            <EnglishFirst>
              <Trans>&lt;1% drain per hour</Trans>
            </EnglishFirst>
          </Impact>
          <Impact icon="arrow-down-up" name={<Trans>Data</Trans>}>
            <EnglishFirst>
              <Trans>~0.5MB per day (WiFi preferred)</Trans>
            </EnglishFirst>
          </Impact>
          <Impact icon="thermometer" name={<Trans>Heat</Trans>}>
            <EnglishFirst>
              <Trans>Minimal (automatic throttle if hot)</Trans>
            </EnglishFirst>
          </Impact>
        </dl>
      </section>
      <section className="card doc">
        <h2>
          <Trans>What your phone shares</Trans>
        </h2>
        <ul>
          <li>
            <Trans>Computing time, for a part of somebody’s request, while the phone is idle</Trans>
          </li>
          <li>
            <Trans>The results, how long they took, and by which rule it rests</Trans>
          </li>
          <li>
            <Trans>A key that tells this phone from others, and the number of its cores</Trans>
          </li>
        </ul>
        <h2>
          <Trans>What it never shares</Trans>
        </h2>
        <ul>
          <li>
            <Trans>Your name, your place, your contacts, your files, your battery level</Trans>
          </li>
          <li>
            <Trans>What you ask: small requests stay here, large ones reach other phones disguised</Trans>
          </li>
        </ul>
      </section>
      <section className="card doc">
        <h2>
          <Trans>What a determined peer could learn</Trans>
        </h2>
        <p>
          <Trans>
            A large route is moved, turned, mirrored and shuffled before other phones get it. That hides who and where
            from a casual look. Somebody determined still sees how many stops there are and the shape they make, and
            with a list of addresses may find the one place where that shape fits. No name, no account, no time and no
            money goes with it, nor which phone asked.
          </Trans>
        </p>
      </section>
      <p className="meta pad">
        <Trans>Version {consentVersion} of this agreement. If it grows, we ask you again.</Trans>
      </p>
    </Screen>
  );
}

interface ImpactProps {
  readonly icon: IconName;
  readonly name: ReactNode;
  readonly children: ReactNode;
}

function Impact({ icon, name, children }: ImpactProps) {
  return (
    <div>
      <dt>
        <Icon name={icon} />
        <span>
          <EnglishFirst>{name}</EnglishFirst>
        </span>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
