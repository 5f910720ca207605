import { Plural, Trans } from '@lingui/react/macro';
import type { ComputeView } from '../../compute/view.ts';
import { megabytes, whole } from '../../ui/format.ts';

/** What it cost so far, as counted by this page. What cannot be measured yet is not guessed. */
export function Facts({ view }: { readonly view: ComputeView }) {
  const data = megabytes(view.bytes);
  return (
    <div className="facts">
      <div>
        <b>{data}</b>
        <Trans>data since opening</Trans>
      </div>
      <div>
        <b>{whole(view.unitsDone)}</b>
        <Plural value={view.unitsDone} one="part done here" other="parts done here" />
      </div>
      <div>
        <b>{whole(view.cores)}</b>
        <Plural value={view.cores} one="core counted" other="cores counted" />
      </div>
    </div>
  );
}
