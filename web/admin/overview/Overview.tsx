import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { OverviewView } from '../../../shared/protocol/rest.ts';
import type { Loaded } from '../../data/resource.ts';
import { valueOf } from '../../data/resource.ts';
import { money } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { type FromServer, useServer } from '../desk.ts';
import { DeskPage } from '../DeskPage.tsx';
import { Answer, Panel } from '../Panel.tsx';
import { Checks } from './Checks.tsx';
import { Fleet } from './Fleet.tsx';
import { Inbox } from './Inbox.tsx';
import { Live } from './Live.tsx';
import { Money } from './Money.tsx';
import { NeedsSomebody } from './NeedsSomebody.tsx';
import { Queue } from './Queue.tsx';
import { Waits } from './Waits.tsx';
import { Work } from './Work.tsx';

/** How often it is asked for while somebody looks. */
const EVERY_MS = 5_000;

/** What an admin looks at first: what waits for them, the phones, the queue, the work, the checks, the money. */
export function Overview({ notice }: { readonly notice: ReactNode }) {
  const { t } = useLingui();
  const view = useServer<OverviewView>('/api/admin/overview', EVERY_MS);
  const { loaded } = view;
  if (loaded.state !== 'ready')
    return (
      <DeskPage title={t`Overview`} notice={notice}>
        <Whole {...view} />
        <Inbox />
      </DeskPage>
    );
  const { value } = loaded;
  return (
    <DeskPage title={t`Overview`} notice={notice} aside={<Standing loaded={loaded} />}>
      <NeedsSomebody view={value} />
      <Fleet fleet={value.fleet} />
      <Queue view={value} />
      <Waits waits={value.waits} />
      <Money view={value} />
      <Work units={value.units} />
      <Checks checks={value.checks} units={value.units} />
      <Inbox />
    </DeskPage>
  );
}

/** Nothing of it is there yet, or will be: said once, not in each panel. */
function Whole({ loaded, refresh }: FromServer<OverviewView>) {
  return (
    <Panel question={<Trans>How does it go?</Trans>}>
      <Answer
        loaded={loaded}
        refresh={refresh}
        loading={<Trans>Counting phones, work and money</Trans>}
        failed={<Trans>The figures did not load. Phones and requests go on as they were.</Trans>}
      >
        {() => undefined}
      </Answer>
    </Panel>
  );
}

/** Beside the title: whether it runs, at which price, and how old all of this is. */
function Standing({ loaded }: { readonly loaded: Loaded<OverviewView> }) {
  const value = valueOf(loaded);
  if (!value || loaded.state !== 'ready') return undefined;
  const { isOn, priceMicros } = value.programme;
  const price = money(priceMicros);
  return (
    <>
      <span className={isOn ? 'mk mk--posted' : 'mk mk--bad'}>
        <Icon name={isOn ? 'activity' : 'power'} size="s" />
        {isOn ? <Trans>Running</Trans> : <Trans>Stopped</Trans>}
      </span>
      <span className="mk">
        <Trans>{price} a unit</Trans>
      </span>
      <Live at={loaded.at} isStale={loaded.problem !== undefined} />
    </>
  );
}
