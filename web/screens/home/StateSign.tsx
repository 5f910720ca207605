import { Trans, useLingui } from '@lingui/react/macro';
import { Suspense } from 'react';
import type { ComputeView } from '../../compute/view.ts';
import { timeOfDay } from '../../ui/format.ts';
import { Sign } from '../../ui/Sign.tsx';
import { laterPart } from '../later.ts';
import type { HomeState } from './home-state.ts';

const GoingSign = laterPart(() => import('./GoingSign.tsx'));

interface StateSignProps {
  readonly state: HomeState;
  readonly view: ComputeView;
  readonly ceiling: number;
}

/** Computing and ready show the promise's own measure, large, over its strip; every other state says why in large letters. */
export function StateSign({ state, view, ceiling }: StateSignProps) {
  const { i18n, t } = useLingui();
  const since = timeOfDay(state.since);
  const isGoing = state.name === 'computing' || state.name === 'ready';
  const hasSince = state.name !== 'off' && state.name !== 'unsupported' && state.name !== 'offline';
  const isOff = state.name === 'off' && state.tone === 'off';
  const isReady = state.name === 'ready';
  const aside = isReady ? t`no work` : state.isByUs ? t`by us` : t`since ${since}`;
  return (
    <Sign tone={state.tone} icon={state.icon} word={i18n._(state.word)} {...((hasSince || state.isByUs) && { aside })}>
      {isGoing ? (
        <Suspense
          fallback={
            <p className="sign-big" aria-busy="true">
              {isReady && i18n._(state.sentence)}
            </p>
          }
        >
          <GoingSign state={state} view={view} ceiling={ceiling} />
        </Suspense>
      ) : (
        <>
          {isOff && <p className="num num-hero off">{i18n._(state.word)}</p>}
          {state.big && (
            <p className="num num-hero">
              {state.big.value}
              {state.big.unit && <i>{state.big.unit}</i>}
            </p>
          )}
          <p className={isOff || state.big ? 'sign-say' : 'sign-big'}>
            {state.name === 'offline' && <Trans>Offline since {since}. </Trans>}
            {i18n._(state.sentence)}
          </p>
          {state.more && <p className="sign-more">{i18n._(state.more)}</p>}
        </>
      )}
    </Sign>
  );
}
