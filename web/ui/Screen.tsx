import { Trans, useLingui } from '@lingui/react/macro';
import { createContext, type ReactNode, useContext, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { Icon } from './Icon.tsx';
import type { IconName } from './icons.ts';

/** The first screen of a page was not navigated to: its title must not take the focus from where the browser put it. */
let isFirstScreen = true;

/** What stands after the tabs on every screen. */
export const AfterTabs = createContext<ReactNode>(undefined);

interface ScreenProps {
  readonly title: string;
  /** The sign says it all on Home: there the title is for readers alone. */
  readonly hideTitle?: boolean;
  /** Where the arrow leads; without one the title is large. */
  readonly back?: string;
  readonly action?: ReactNode;
  /** What the thumb may want, above the tabs. */
  readonly dock?: ReactNode;
  readonly tabs?: boolean;
  /** `two`: on a wide window the first child stands left, the others right. */
  readonly layout?: 'one' | 'two';
  readonly children: ReactNode;
}

/** Every screen in the same order: title, sign or content, dock, tabs. */
export function Screen({ title, hideTitle, back, action, dock, tabs = true, layout = 'one', children }: ScreenProps) {
  const { t } = useLingui();
  const heading = useRef<HTMLHeadingElement>(null);
  const hasFoot = dock !== undefined || tabs;
  useEffect(() => {
    document.title = `${title} · ZeusDrive`;
  }, [title]);
  useEffect(() => {
    if (isFirstScreen) isFirstScreen = false;
    else {
      heading.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    // Once per screen: a title that changes while it is open is read as part of what changed.
  }, []);
  const h1 = (
    <>
      <h1 ref={heading} tabIndex={-1} className={hideTitle ? 'vh' : undefined}>
        {title}
      </h1>
      {hasFoot && (
        <a className="skip" href="#foot">
          <Trans>To the buttons</Trans>
        </a>
      )}
    </>
  );
  return (
    <main className="phone">
      {hideTitle ? h1 : undefined}
      <div className={`body body--${layout}`}>
        {hideTitle ? undefined : (
          <div className={back === undefined ? 'head' : 'head head--sub'}>
            {back !== undefined && (
              <Link className="iconbtn" href={back} aria-label={t`Back`}>
                <Icon name="arrow-left" />
              </Link>
            )}
            {h1}
            {action}
          </div>
        )}
        {children}
      </div>
      {hasFoot && (
        <div className="foot" id="foot" tabIndex={-1}>
          {dock !== undefined && <div className="dock">{dock}</div>}
          {tabs && <Tabs />}
        </div>
      )}
    </main>
  );
}

function Tabs() {
  const { t } = useLingui();
  return (
    <nav className="tabs" aria-label={t`Main`}>
      <Tab href="/" icon="house" root="">
        <Trans>Home</Trans>
      </Tab>
      <Tab href="/ask" icon="route" root="ask">
        <Trans>Ask</Trans>
      </Tab>
      <Tab href="/credits" icon="wallet" root="credits">
        <Trans>Credits</Trans>
      </Tab>
      <Tab href="/settings" icon="sliders-horizontal" root="settings">
        <Trans>Settings</Trans>
      </Tab>
      {useContext(AfterTabs)}
    </nav>
  );
}

interface TabProps {
  readonly href: string;
  readonly icon: IconName;
  /** The first part of the addresses this tab stands for. */
  readonly root: string;
  readonly children: ReactNode;
}

function Tab({ href, icon, root, children }: TabProps) {
  const [path] = useLocation();
  const isCurrent = path.split('/')[1] === root;
  return (
    <Link className="tab" href={href} aria-current={isCurrent ? 'page' : undefined}>
      <Icon name={icon} />
      {children}
    </Link>
  );
}
