import { Plural, Trans } from '@lingui/react/macro';
import type { JobView } from '../../../shared/protocol/rest.ts';
import { Empty } from '../../ui/states.tsx';

/** What its asker called off: what it took, and what came back. */
export function Cancelled({ job: { units, spentUnits = units } }: { readonly job: JobView }) {
  return (
    <Empty title={<Trans>You cancelled this</Trans>}>
      <Trans>There is no answer, and nothing is charged. Phones that had begun are paid for what they do.</Trans>{' '}
      <Plural
        value={spentUnits}
        one="# unit of your day’s allowance is used;"
        other="# units of your day’s allowance are used;"
      />{' '}
      <Plural value={units - spentUnits} one="# is yours again." other="# are yours again." />
    </Empty>
  );
}
