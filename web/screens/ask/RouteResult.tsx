import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { RouteAnswer } from '../../../wasm/kinds/route-plan/codec.ts';
import { useAskAgain } from '../../hooks/useAskAgain.ts';
import { type AskedRoute, lengthAsGiven } from '../../kinds/route-plan/asked-route.ts';
import { orderedText } from '../../kinds/route-plan/ordered-text.ts';
import { RouteMap } from '../../kinds/route-plan/RouteMap.tsx';
import { InstallAfterAnswer } from '../../pwa/InstallRow.tsx';
import { lengthOf, type Length, upToTenths, whole } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';

interface RouteResultProps {
  /** Nothing where this page did not ask: stops are not kept on the phone. */
  readonly asked: AskedRoute | undefined;
  readonly answer: RouteAnswer;
}

/** The route before and after, drawn and in numbers. */
export function RouteResult({ asked, answer }: RouteResultProps) {
  if (!asked) return <OrderAlone answer={answer} />;
  const before = lengthAsGiven(asked.spec);
  const saved = before > 0 ? Math.max(0, (100 * (before - answer.length)) / before) : 0;
  return (
    <div className="result">
      <section className="card map">
        <RouteMap stops={asked.spec.stops} tour={answer.tour} />
        <p className="key">
          <span>
            <i className="k1" />
            <Trans>new order</Trans>
          </span>
          <span>
            <i className="k2" />
            <Trans>as you gave it</Trans>
          </span>
        </p>
      </section>
      <section className="cmp">
        <div className="fig">
          <span className="k">
            <Trans>As given</Trans>
          </span>
          <Figure length={lengthOf(before, asked.isMetres)} tone="was" />
        </div>
        <Icon name="arrow-right" />
        <div className="fig">
          <span className="k">
            <Trans>New order</Trans>
          </span>
          <Figure length={lengthOf(answer.length, asked.isMetres)} />
        </div>
        <div className="fig save">
          <span className="k">
            <Trans>Shorter by</Trans>
          </span>
          <span className="v">
            {saved >= 10 ? whole(saved) : upToTenths(saved)}
            <i>{'\u00A0'}%</i>
          </span>
        </div>
      </section>
      <p className="meta pad">
        {asked.isMetres ? (
          <Trans>A round trip in straight lines; roads are longer.</Trans>
        ) : (
          <Trans>A round trip, in the unit of your coordinates.</Trans>
        )}
      </p>
      <InstallAfterAnswer />
    </div>
  );
}

function Figure({ length: { value, unit }, tone }: { readonly length: Length; readonly tone?: 'was' }) {
  return (
    <span className={tone ? `v ${tone}` : 'v'}>
      {value}
      {unit !== '' && (
        <i>
          {'\u00A0'}
          {unit}
        </i>
      )}
    </span>
  );
}

/** The order still says where to go: numbers are places in the list that was sent. */
function OrderAlone({ answer }: { readonly answer: RouteAnswer }) {
  const order = answer.tour.map((stop) => whole(stop + 1)).join(', ');
  return (
    <section className="card state">
      <p className="t">
        <Trans>The order</Trans>
      </p>
      <p className="order">{order}</p>
      <p className="meta">
        <Trans>
          Numbers are places in the list you sent. The stops themselves are not kept on this phone, so there is no map.
        </Trans>
      </p>
    </section>
  );
}

interface RouteDockProps {
  readonly asked: AskedRoute | undefined;
  readonly answer?: RouteAnswer;
}

/** Take the order along, or ask again. */
export function RouteDock({ asked, answer }: RouteDockProps) {
  const again = useAskAgain(asked);
  const button = answer && asked ? 'btn btn--line btn--sq' : 'btn btn--line';
  return (
    <>
      {answer && asked && <CopyOrder asked={asked} answer={answer} />}
      <button type="button" className={button} onClick={again}>
        <Icon name="rotate-cw" />
        <Trans>Ask again</Trans>
      </button>
    </>
  );
}

function CopyOrder({ asked, answer }: { readonly asked: AskedRoute; readonly answer: RouteAnswer }) {
  const { t } = useLingui();
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(orderedText(asked, answer.tour));
      setState('copied');
    } catch {
      setState('refused');
    }
  }
  const said = { idle: t`Copy this order`, copied: t`Copied`, refused: t`Copying was refused` }[state];
  return (
    <button type="button" className="btn btn--cta" onClick={() => void copy()}>
      <Icon name={state === 'copied' ? 'check' : 'list-ordered'} />
      <span aria-live="polite">{said}</span>
    </button>
  );
}
