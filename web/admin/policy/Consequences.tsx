import { Plural, Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { Consequence } from '../../../shared/protocol/rest.ts';
import { money, whole } from '../../ui/format.ts';
import type { Preview } from './preview.ts';

type Lines = readonly { readonly key: string; readonly line: ReactNode }[];

/** What a change of the policy brings, as the server computes it from what is here now. */
export function consequenceLines(preview: Preview, isMoney: boolean): Lines {
  const rule = isMoney
    ? [
        {
          key: 'two',
          line: <Trans>It moves money: nothing changes until another admin approves, within 24 hours.</Trans>,
        },
      ]
    : [];
  switch (preview.state) {
    case 'none':
      return rule;
    case 'asked':
      return [...rule, { key: 'asked', line: <Trans>Computing what it brings</Trans> }];
    case 'failed':
      return [
        ...rule,
        { key: 'failed', line: <Trans>What it brings could not be computed. Nothing was changed.</Trans> },
      ];
    case 'said':
      return [...rule, ...preview.preview.consequences.map((one) => ({ key: one.code, line: <Line {...one} /> }))];
  }
}

/** For whoever decides on it: the same, without the rule that brought it to them. */
export const decisionLines = (preview: Preview): Lines => consequenceLines(preview, false);

function Line({ code, before, after }: Consequence) {
  const [was, is] = [whole(before), whole(after)];
  switch (code) {
    case 'budget_units':
      return (
        <Trans>
          The unspent budget pays <b>{was}</b> units now, <b>{is}</b> then.
        </Trans>
      );
    case 'budget_free': {
      const [free, then] = [money(before), money(after)];
      return (
        <Trans>
          Unspent: <b>{free}</b> now, <b>{then}</b> then.
        </Trans>
      );
    }
    case 'budget_in_use': {
      const missing = money(-after);
      return (
        <Trans>
          It is <b>{missing}</b> less than what is spent or promised: approving it will be refused.
        </Trans>
      );
    }
    case 'day_cost': {
      const [old, next] = [money(before), money(after)];
      return (
        <Trans>
          The work of the last 24 hours costs <b>{old}</b> now, <b>{next}</b> then.
        </Trans>
      );
    }
    case 'running_jobs':
      return (
        <span>
          <Plural
            value={before}
            one="# request runs and keeps its price."
            other="# requests run and keep their price."
          />{' '}
          <Trans>What is pending or posted stays as it is.</Trans>
        </span>
      );
    case 'waiting_units':
      return <Plural value={before} one="# unit waits now." other="# units wait now." />;
    case 'phones_told':
      return (
        <Plural
          value={before}
          one="# phone with an open link hears of it within a second."
          other="# phones with an open link hear of it within a second."
        />
      );
    case 'askers_at_limit':
      return (
        <Trans>
          People who can ask no more today: <b>{was}</b> now, <b>{is}</b> then.
        </Trans>
      );
    case 'enrolling_at_limit':
      return (
        <Trans>
          Accounts that can add no phone today: <b>{was}</b> now, <b>{is}</b> then.
        </Trans>
      );
    case 'links_over':
      return (
        <Trans>
          Open links beyond the limit: <b>{was}</b> now, <b>{is}</b> then. They stay until they close.
        </Trans>
      );
    case 'phones_at_limit':
      return (
        <Trans>
          Phones that have used up their day: <b>{was}</b> now, <b>{is}</b> then.
        </Trans>
      );
    case 'next_write':
      return (
        <Trans>
          It holds from the next write on: <b>{was}</b> now, <b>{is}</b> then.
        </Trans>
      );
  }
}
