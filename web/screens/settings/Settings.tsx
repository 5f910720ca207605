import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { chooseDockSide, dockSide } from '../../boot/dock-side.ts';
import { appVersion } from '../../data/device-state.ts';
import { Link } from 'wouter';
import type { Me } from '../../../shared/protocol/app.ts';
import { chooseTheme, themeChoice } from '../../boot/theme.ts';
import { useP2pCompute } from '../../hooks/useP2pCompute.ts';
import InstallRow from '../../pwa/InstallRow.tsx';
import { KeptRow } from '../../pwa/KeptRow.tsx';
import UpdateRow from '../../pwa/UpdateRow.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Screen } from '../../ui/Screen.tsx';
import { Segment } from '../../ui/Segment.tsx';
import { DataRows } from '../my-data/DataRows.tsx';
import { LanguageRow } from './LanguageRow.tsx';
import { SignOut } from './SignOut.tsx';
import './settings.css';

export default function Settings({ me }: { readonly me: Me }) {
  const { t } = useLingui();
  const { view } = useP2pCompute();
  const [theme, setTheme] = useState(themeChoice);
  const [side, setSide] = useState(dockSide);
  const version = appVersion();
  const { name } = me;
  return (
    <Screen title={t`Settings`}>
      <UpdateRow />
      <InstallRow />
      <h2 className="h2 sec">
        <Trans>AI &amp; Performance</Trans>
      </h2>
      <section className="card list">
        <ul className="rows">
          <li>
            <Link className="row" href="/settings/ai-performance/shared-compute">
              <Icon name="activity" />
              <span className="m">
                <Trans>Shared Compute</Trans>
                <small>
                  <Trans>Lend a little of this phone while it is idle</Trans>
                </small>
              </span>
              <span className="a">{view.state === 'off' ? <Trans>Off</Trans> : <Trans>On</Trans>}</span>
              <Icon name="chevron-right" size="s" />
            </Link>
          </li>
        </ul>
      </section>
      <h2 className="h2 sec">
        <Trans>Account</Trans>
      </h2>
      <section className="card list">
        <ul className="rows">
          <li>
            <Link className="row" href="/settings/account">
              <Icon name="shield-check" />
              <span className="m">
                <Trans>Signing in</Trans>
                <small>
                  {me.isKept === false ? (
                    <Trans>No way back yet: with this phone you would lose your account</Trans>
                  ) : (
                    <Trans>Passkeys, email, and where you are signed in</Trans>
                  )}
                </small>
              </span>
              <Icon name="chevron-right" size="s" />
            </Link>
          </li>
          {me.role === 'admin' && (
            <li>
              <Link className="row" href="/admin">
                <Icon name="gauge" />
                <span className="m">
                  <Trans>Admin desk</Trans>
                  <small>
                    <Trans>People, policy, audit log</Trans>
                  </small>
                </span>
                <Icon name="chevron-right" size="s" />
              </Link>
            </li>
          )}
        </ul>
      </section>
      <DataRows />
      <h2 className="h2 sec">
        <Trans>Appearance</Trans>
      </h2>
      <Segment
        label={t`Appearance`}
        value={theme}
        options={[
          { value: 'system', text: t`As the phone` },
          { value: 'light', text: t`Light` },
          { value: 'dark', text: t`Dark` },
        ]}
        onChange={(choice) => {
          chooseTheme(choice);
          setTheme(choice);
        }}
      />
      <LanguageRow />
      <h2 className="h2 sec">
        <Trans>Buttons when the phone lies on its side</Trans>
      </h2>
      <Segment
        label={t`Buttons when the phone lies on its side`}
        value={side}
        options={[
          { value: 'left', text: t`Left` },
          { value: 'right', text: t`Right` },
        ]}
        onChange={(choice) => {
          chooseDockSide(choice);
          setSide(choice);
        }}
      />
      <h2 className="h2 sec">
        <Trans>Help and feedback</Trans>
      </h2>
      <section className="card list">
        <ul className="rows">
          <li>
            <Link className="row" href="/settings/help">
              <Icon name="circle-question-mark" />
              <span className="m">
                <Trans>Help</Trans>
                <small>
                  <Trans>Why it rests, battery, data, what others see</Trans>
                </small>
              </span>
              <Icon name="chevron-right" size="s" />
            </Link>
          </li>
          <li>
            <Link className="row" href="/settings/feedback">
              <Icon name="message-square" />
              <span className="m">
                <Trans>Feedback</Trans>
                <small>
                  <Trans>A problem, an idea: a person reads it</Trans>
                </small>
              </span>
              <Icon name="chevron-right" size="s" />
            </Link>
          </li>
        </ul>
      </section>
      <h2 className="h2 sec">
        <Trans>About</Trans>
      </h2>
      <section className="card list">
        <ul className="rows">
          <li>
            <span className="m">
              {/* Not as a value of the sentence: what looks like a tag in a name would be read as one of ours. */}
              <Trans>
                Signed in as <Name of={name} />
              </Trans>
              <small>
                <Trans>Phones that work for you never see this name.</Trans>
              </small>
            </span>
          </li>
          <li>
            <span className="m">
              <Trans>ZeusDrive, version {version}</Trans>
              <small>
                <KeptRow />
              </small>
              <small>
                <Trans>Icons by Lucide (ISC). Letters: Overpass (OFL).</Trans>
              </small>
            </span>
          </li>
        </ul>
      </section>
      <SignOut isKept={me.isKept !== false} />
    </Screen>
  );
}

const Name = ({ of }: { readonly of: string }) => <bdi className="any">{of}</bdi>;
