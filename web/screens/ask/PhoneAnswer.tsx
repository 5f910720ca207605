import { Trans, useLingui } from '@lingui/react/macro';
import { useApp } from '../../app-context.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { seconds } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Screen } from '../../ui/Screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { routePlan } from '../../../wasm/kinds/route-plan/kind.ts';
import { useAskAgain } from '../../hooks/useAskAgain.ts';
import { AnswerAge } from './AnswerAge.tsx';
import { RouteDock, RouteResult } from './RouteResult.tsx';
import './ask.css';

/** An answer that was computed here and is nowhere else. */
export default function PhoneAnswer({ id }: { readonly id: number }) {
  const { t } = useLingui();
  const { asks } = useApp();
  const found = useObservable(asks).find((answer) => answer.id === id);
  const again = useAskAgain(found?.asked);
  if (!found) {
    return (
      <Screen title={t`Your route`} back="/ask" dock={<RouteDock asked={undefined} />}>
        <Empty title={<Trans>This answer is gone</Trans>}>
          <Trans>
            It was computed on this phone and kept only while the page was open. Asking again takes a moment.
          </Trans>
        </Empty>
      </Screen>
    );
  }
  const { asked, answer, at, tookMs } = found;
  const count = answer.tour.length;
  const took = seconds(Math.max(tookMs, 1000));
  return (
    <Screen
      title={t`Your route, ${count} stops`}
      back="/ask"
      layout="two"
      dock={<RouteDock asked={asked} answer={answer} />}
    >
      <div className="result">
        <AnswerAge kind={routePlan.name} at={at} onAgain={again} />
        <RouteResult asked={asked} answer={answer} />
      </div>
      <section className="card rc">
        <h2>
          <Icon name="receipt-text" size="s" />
          <Trans>Receipt</Trans>
          <span className="r">
            {tookMs < 1000 ? <Trans>in less than a second</Trans> : <Trans>{took} from asking</Trans>}
          </span>
        </h2>
        <ul className="rows">
          <li>
            <Icon name="smartphone" />
            <span className="m">
              <Trans>Answered on this phone</Trans>
              <small>
                <Trans>Your stops went nowhere</Trans>
              </small>
            </span>
          </li>
          <li>
            <Icon name="wallet" />
            <span className="m">
              <Trans>No units used</Trans>
              <small>
                <Trans>Gone when you close this page</Trans>
              </small>
            </span>
          </li>
        </ul>
      </section>
    </Screen>
  );
}
