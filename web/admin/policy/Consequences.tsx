import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';

/** What a change of the policy brings, before it is made. */
export const changeConsequences = (isMoney: boolean): readonly { readonly key: string; readonly line: ReactNode }[] =>
  isMoney
    ? [
        {
          key: 'two',
          line: <Trans>It moves money: nothing changes until another admin approves, within 24 hours.</Trans>,
        },
        { key: 'new', line: <Trans>It is for new work. What is pending or posted stays as it is.</Trans> },
      ]
    : [{ key: 'once', line: <Trans>It holds at once. Open phones hear of it within a second.</Trans> }];
