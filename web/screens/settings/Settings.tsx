import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Me } from '../../../shared/protocol/app.ts';
import { chooseTheme, themeChoice } from '../../boot/theme.ts';
import { useP2pCompute } from '../../hooks/useP2pCompute.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Screen } from '../../ui/Screen.tsx';
import { Segment } from '../../ui/Segment.tsx';
import { DataRows } from '../my-data/DataRows.tsx';
import { MyData } from '../my-data/MyData.tsx';
import './settings.css';

interface SettingsProps {
  readonly me: Me;
  /** One of the screens about one's own data, which come with this one. */
  readonly page?: string;
}

export default function Settings({ me, page }: SettingsProps) {
  return page === undefined ? <AllSettings me={me} /> : <MyData me={me} page={page} />;
}

function AllSettings({ me }: { readonly me: Me }) {
  const { t } = useLingui();
  const { view } = useP2pCompute();
  const [theme, setTheme] = useState(themeChoice);
  const { name } = me;
  return (
    <Screen title={t`Settings`}>
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
      <DataRows />
      <h2 className="h2 sec">
        <Trans>About</Trans>
      </h2>
      <section className="card list">
        <ul className="rows">
          <li>
            <span className="m">
              <Trans>Signed in as {name}</Trans>
              <small>
                <Trans>Phones that work for you never see this name.</Trans>
              </small>
            </span>
          </li>
          <li>
            <span className="m">
              ZeusDrive
              <small>
                <Trans>Icons by Lucide (ISC). Letters: Overpass (OFL).</Trans>
              </small>
            </span>
          </li>
        </ul>
      </section>
    </Screen>
  );
}
