import { Trans, useLingui } from '@lingui/react/macro';
import { useCallback, useState } from 'react';
import { Link } from 'wouter';
import type { ConsentTextView, DeviceView, Me, ScopeView } from '../../../shared/protocol/app.ts';
import { ok, refuse, type Result } from '../../../shared/result.ts';
import { useApp } from '../../app-context.ts';
import type { Api, Problem } from '../../data/api.ts';
import type { Device } from '../../data/device.ts';
import { useLoaded } from '../../hooks/useLoaded.ts';
import { dayAndMonth } from '../../ui/format.ts';
import { Screen } from '../../ui/Screen.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { ScopeSwitches } from './ScopeSwitches.tsx';

interface AgreedTo {
  readonly view: DeviceView;
  readonly text: ConsentTextView | undefined;
}

/** Version, date, what it covers, and the text as it was agreed to. Less of it is a switch away; more asks again. */
export function Agreed({ me }: { readonly me: Me }) {
  const { t } = useLingui();
  const { api, device, compute } = useApp();
  const { loaded, refresh } = useLoaded(useCallback(() => load(api, device), [api, device]));
  const [problem, setProblem] = useState<Problem>();
  const retry = (): void => void refresh();
  const title = t`What you agreed to`;

  async function narrow(scope: ScopeView): Promise<void> {
    setProblem(undefined);
    // Work of the class that goes is on this phone: it stops first, and goes on with what is left.
    const isRunning = compute.view().state !== 'off';
    if (isRunning) await compute.disable();
    const reply = await device.narrow(scope);
    if (isRunning) await compute.enable();
    if (!reply.ok) setProblem(reply.error);
    await refresh();
  }

  const { consent } = (loaded.state === 'ready' && loaded.value?.view) || {};
  return (
    <Screen title={title} back="/settings" layout="one">
      {loaded.state === 'loading' && (
        <Loading onRetry={retry}>
          <Trans>Getting what you agreed to</Trans>
        </Loading>
      )}
      {loaded.state === 'failed' && (
        <Failure problem={loaded.problem} onRetry={retry}>
          <Trans>What you agreed to is safe with us, and holds.</Trans>
        </Failure>
      )}
      {loaded.state === 'ready' && !consent && (
        <Empty title={<Trans>Nothing yet</Trans>}>
          <Trans>Shared Compute is off on this phone unless you agree to it.</Trans>{' '}
          <Link className="textlink" href="/opt-in/more">
            <Trans>What you would agree to</Trans>
          </Link>
        </Empty>
      )}
      {loaded.state === 'ready' && loaded.value && consent && (
        <>
          <Standing consent={consent} current={me.programme.consentVersion} />
          {problem && (
            <Failure problem={problem} onRetry={retry}>
              <Trans>It could not be changed. What you agreed to before holds.</Trans>
            </Failure>
          )}
          {consent.isGranted && <ScopeSwitches scope={consent.scope} onNarrow={(scope) => void narrow(scope)} />}
          {loaded.value.text && <TextAsAgreed text={loaded.value.text} />}
        </>
      )}
    </Screen>
  );
}

async function load(api: Api, device: Device): Promise<Result<AgreedTo | undefined, Problem>> {
  if (!device.read()) return ok(undefined); // never asked here: no device, or none that has agreed
  const view = await device.view();
  if (!view.ok) return view;
  const version = view.value.consent?.version;
  if (version === undefined) return ok({ view: view.value, text: undefined });
  const text = await api.get<ConsentTextView>(`/api/consent-texts/${version}`);
  return text.ok ? ok({ view: view.value, text: text.value.body }) : refuse(text.error);
}

interface StandingProps {
  readonly consent: NonNullable<DeviceView['consent']>;
  readonly current: number;
}

function Standing({ consent: { version, isGranted, at }, current }: StandingProps) {
  const date = dayAndMonth(at);
  return (
    <section className="card mine">
      <p>
        {isGranted ? (
          <Trans>
            Version {version}, agreed to on {date}.
          </Trans>
        ) : (
          <Trans>
            Version {version}, turned off on {date}. Nothing runs.
          </Trans>
        )}
      </p>
      {isGranted && version !== current && (
        <p className="meta">
          <Trans>There is a newer text. Nothing runs until you have read and agreed to it.</Trans>{' '}
          <Link className="textlink" href="/opt-in">
            <Trans>Read it</Trans>
          </Link>
        </p>
      )}
    </section>
  );
}

/** As stored by version, in the language it was agreed to in. */
function TextAsAgreed({ text: { sections, hash } }: { readonly text: ConsentTextView }) {
  const short = hash.slice(0, 16);
  return (
    <section className="card mine" lang="en">
      {sections.map(({ title, lines }) => (
        <div key={title}>
          <h2>{title}</h2>
          <ul>
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      ))}
      <p className="meta">
        <Trans>
          This text’s fingerprint (SHA-256): <span className="mono">{short}</span>
        </Trans>
      </p>
    </section>
  );
}
