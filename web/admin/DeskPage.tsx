import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { Icon } from '../ui/Icon.tsx';
import type { IconName } from '../ui/icons.ts';

interface DeskPageProps {
  readonly title: string;
  /** Beside the title: how things stand. */
  readonly aside?: ReactNode;
  /** A proof that is asked for, or what was refused. */
  readonly notice: ReactNode;
  readonly children: ReactNode;
}

/** Rail, title, panels: every page of the desk. */
export function DeskPage({ title, aside, notice, children }: DeskPageProps) {
  const { t } = useLingui();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ZeusDrive`;
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [title]);
  return (
    <div className="desk">
      <main className="desk-main">
        <div className="desk-top">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {aside}
        </div>
        {notice}
        <div className="desk-grid">{children}</div>
      </main>
      <nav className="rail" aria-label={t`Admin`}>
        <RailLink href="/admin" icon="gauge">
          <Trans>Overview</Trans>
        </RailLink>
        <RailLink href="/admin/people" icon="smartphone">
          <Trans>People</Trans>
        </RailLink>
        <RailLink href="/admin/adjustments" icon="wallet">
          <Trans>Credits</Trans>
        </RailLink>
        <RailLink href="/admin/policy" icon="sliders-horizontal">
          <Trans>Policy</Trans>
        </RailLink>
        <RailLink href="/admin/audit-log" icon="history">
          <Trans>Audit log</Trans>
        </RailLink>
        <RailLink href="/" icon="house">
          <Trans>The app</Trans>
        </RailLink>
      </nav>
    </div>
  );
}

interface RailLinkProps {
  readonly href: string;
  readonly icon: IconName;
  readonly children: ReactNode;
}

function RailLink({ href, icon, children }: RailLinkProps) {
  const [path] = useLocation();
  const isHere = path === href || (href !== '/' && href !== '/admin' && path.startsWith(`${href}/`));
  return (
    <Link className="nav" href={href} aria-current={isHere ? 'page' : undefined}>
      <Icon name={icon} />
      {children}
    </Link>
  );
}
