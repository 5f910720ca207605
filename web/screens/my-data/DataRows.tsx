import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon } from '../../ui/Icon.tsx';
import type { IconName } from '../../ui/icons.ts';

/** Settings → Your data. */
export function DataRows() {
  return (
    <>
      <h2 className="h2 sec">
        <Trans>Your data</Trans>
      </h2>
      <section className="card list">
        <ul className="rows">
          <DataRow page="mine" icon="download" title={<Trans>My data</Trans>}>
            <Trans>Take it along, or erase it</Trans>
          </DataRow>
          <DataRow page="agreed" icon="file-check" title={<Trans>What you agreed to</Trans>}>
            <Trans>The text, when, and for what</Trans>
          </DataRow>
          <DataRow page="shared" icon="eye" title={<Trans>What is shared</Trans>}>
            <Trans>Who sees what, and for how long</Trans>
          </DataRow>
        </ul>
      </section>
    </>
  );
}

interface DataRowProps {
  readonly page: string;
  readonly icon: IconName;
  readonly title: ReactNode;
  readonly children: ReactNode;
}

function DataRow({ page, icon, title, children }: DataRowProps) {
  return (
    <li>
      <Link className="row" href={`/settings/data/${page}`}>
        <Icon name={icon} />
        <span className="m">
          {title}
          <small>{children}</small>
        </span>
        <Icon name="chevron-right" size="s" />
      </Link>
    </li>
  );
}
