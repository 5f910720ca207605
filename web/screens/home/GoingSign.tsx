import { Trans, useLingui } from '@lingui/react/macro';
import type { ComputeView } from '../../compute/view.ts';
import { tenths } from '../../ui/format.ts';
import { ShareStrip } from '../../ui/ShareStrip.tsx';
import type { HomeState } from './home-state.ts';

interface GoingSignProps {
  readonly state: HomeState;
  readonly view: ComputeView;
  readonly ceiling: number;
}

/** The promise's own measure, large, over its strip. It comes with the code that computes: before that there is no share. */
export default function GoingSign({ state, view, ceiling }: GoingSignProps) {
  const { i18n } = useLingui();
  const isReady = state.name === 'ready';
  return (
    <>
      <div className="sign-num">
        <span className="num num-hero">
          {tenths(view.share)}
          <i>%</i>
        </span>
        <p>
          <Trans>
            of this phone’s
            <br />
            CPU, last 60 s
          </Trans>
        </p>
      </div>
      {isReady && <p className="sign-say">{i18n._(state.sentence)}</p>}
      {state.more && <p className="sign-more">{i18n._(state.more)}</p>}
      <ShareStrip shares={view.shares} ceiling={ceiling} isQuiet={isReady && view.share < 0.05} />
    </>
  );
}
