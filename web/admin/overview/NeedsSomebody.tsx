import { Plural, Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { OverviewView } from '../../../shared/protocol/rest.ts';
import { when, whole } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Panel } from '../Panel.tsx';

/** Less than this share of the budget is soon none. */
const LITTLE_LEFT = 0.1;

interface Item {
  readonly key: string;
  readonly is: 'wrong' | 'waits' | 'good';
  readonly what: ReactNode;
  readonly more?: ReactNode;
  readonly href?: string;
}

/** What somebody has to do, first; then what was looked at and is well. */
export function NeedsSomebody({ view }: { readonly view: OverviewView }) {
  const items = [...itemsOf(view)];
  const open = items.filter(({ is }) => is !== 'good').length;
  return (
    <Panel question={<Trans>What needs a person?</Trans>} span={4}>
      <p className="ans">
        <span className="num">{whole(open)}</span>
        {open === 0 ? <Trans>Nothing waits for you.</Trans> : <Trans>open</Trans>}
      </p>
      <ul className="needs">
        {items.map(({ key, is, what, more, href }) => (
          <li key={key} className={`needs--${is}`}>
            <Icon name={is === 'good' ? 'circle-check' : is === 'wrong' ? 'octagon-x' : 'clock'} size="s" />
            <span>
              {href === undefined ? <b>{what}</b> : <Link href={href}>{what}</Link>}
              {more !== undefined && <small>{more}</small>}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function* itemsOf({ programme, waiting, log, money, checks, feedbackToday }: OverviewView): Generator<Item> {
  if (log?.fault)
    yield {
      ...{ key: 'log', is: 'wrong', href: '/admin/audit-log' },
      ...(log.fault.device === undefined
        ? { what: <Trans>The audit log is damaged</Trans>, more: <Trans>record {log.fault.record}</Trans> }
        : { what: <Trans>The log and the database disagree</Trans>, more: <Trans>phone {log.fault.device}</Trans> }),
    };
  if (!programme.isOn)
    yield {
      ...{ key: 'off', is: 'waits', href: '/admin/policy' },
      what: <Trans>The programme is off</Trans>,
      more: <Trans>No phone gets work.</Trans>,
    };
  if (money.freeMicros < money.phaseBudgetMicros * LITTLE_LEFT)
    yield {
      ...{ key: 'budget', is: 'waits', href: '/admin/policy' },
      what: <Trans>The budget is nearly spent</Trans>,
      more: <Trans>When it is, no phone gets paid work.</Trans>,
    };
  if (waiting.roles > 0)
    yield {
      ...{ key: 'roles', is: 'waits', href: '/admin/people' },
      what: <Plural value={waiting.roles} one="# role waits" other="# roles wait" />,
      more: <Trans>for a second admin, a day at most</Trans>,
    };
  if (waiting.policy > 0)
    yield {
      ...{ key: 'policy', is: 'waits', href: '/admin/policy' },
      what: <Plural value={waiting.policy} one="# change of policy waits" other="# changes of policy wait" />,
      more: <Trans>for a second admin, a day at most</Trans>,
    };
  if (waiting.adjustments > 0)
    yield {
      ...{ key: 'adjustments', is: 'waits', href: '/admin/adjustments' },
      what: <Plural value={waiting.adjustments} one="# adjustment waits" other="# adjustments wait" />,
      more: <Trans>for a second admin, a day at most</Trans>,
    };
  if (checks.findings.day > 0)
    yield {
      ...{ key: 'findings', is: 'waits' },
      what: <Plural value={checks.findings.day} one="# wrong result found" other="# wrong results found" />,
      more: <Trans>in the last 24 hours, and voided</Trans>,
    };
  if (feedbackToday > 0)
    yield {
      ...{ key: 'feedback', is: 'waits' },
      what: <Plural value={feedbackToday} one="# message" other="# messages" />,
      more: <Trans>in the last 24 hours, below</Trans>,
    };
  if (!log) yield { key: 'log', is: 'good', what: <Trans>The audit log is being read</Trans> };
  else if (!log.fault) {
    const time = when(log.at);
    const records = whole(log.count);
    yield {
      ...{ key: 'log', is: 'good', href: '/admin/audit-log' },
      what: <Trans>The audit log is whole</Trans>,
      more: (
        <Trans>
          {records} records, read {time}
        </Trans>
      ),
    };
  }
}
