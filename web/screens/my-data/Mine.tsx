import { Trans, useLingui } from '@lingui/react/macro';
import { useCallback, useState } from 'react';
import type { ErasureView, Me } from '../../../shared/protocol/app.ts';
import { ok } from '../../../shared/result.ts';
import { useApp } from '../../app-context.ts';
import type { Api } from '../../data/api.ts';
import { useLoaded } from '../../hooks/useLoaded.ts';
import { megabytes } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Screen } from '../../ui/Screen.tsx';
import { Failure, Loading } from '../../ui/states.tsx';
import { download } from './download.ts';
import { EraseCard } from './EraseCard.tsx';

/** Take everything along as one file, or have it erased. */
export function Mine({ me }: { readonly me: Me }) {
  const { t } = useLingui();
  const { api } = useApp();
  const { loaded, refresh } = useLoaded(useCallback(() => loadErasure(api), [api]));
  const retry = (): void => void refresh();
  return (
    <Screen title={t`My data`} back="/settings" layout="one">
      <section className="card mine">
        <h2>
          <Trans>Take it along</Trans>
        </h2>
        <p className="meta">
          <Trans>
            Everything stored about you as one file: account, phones, agreements, requests and answers, credits. Its
            first lines say how to read it. Only which pieces of work we check is left out.
          </Trans>
        </p>
        <ExportButton path="/api/me/export" name="zeusdrive-my-data.json" label={t`Download everything`} />
        <ExportButton path="/api/me/statement.csv" name="zeusdrive-statement.csv" label={t`Download the statement`} />
      </section>
      {loaded.state === 'loading' && (
        <Loading onRetry={retry}>
          <Trans>Counting what would be erased</Trans>
        </Loading>
      )}
      {loaded.state === 'failed' && (
        <Failure problem={loaded.problem} onRetry={retry}>
          <Trans>What an erasure would take could not be counted. Nothing was erased.</Trans>
        </Failure>
      )}
      {loaded.state === 'ready' && <EraseCard me={me} what={loaded.value} />}
    </Screen>
  );
}

async function loadErasure(api: Api) {
  const reply = await api.get<ErasureView>('/api/me/erasure');
  return reply.ok ? ok(reply.value.body) : reply;
}

type Progress = { readonly state: 'idle' | 'done' | 'failed' } | { readonly state: 'coming'; readonly bytes: number };

interface ExportButtonProps {
  readonly path: string;
  readonly name: string;
  readonly label: string;
}

function ExportButton({ path, name, label }: ExportButtonProps) {
  const [progress, setProgress] = useState<Progress>({ state: 'idle' });
  const isComing = progress.state === 'coming';
  function begin(): void {
    if (isComing) return;
    setProgress({ state: 'coming', bytes: 0 });
    download(path, name, (bytes) => setProgress({ state: 'coming', bytes })).then(
      () => setProgress({ state: 'done' }),
      () => setProgress({ state: 'failed' }),
    );
  }
  return (
    <>
      <button type="button" className="btn btn--line" aria-disabled={isComing} onClick={begin}>
        <Icon name="download" />
        {label}
      </button>
      <p className="meta" role="status">
        <ProgressLine progress={progress} />
      </p>
    </>
  );
}

function ProgressLine({ progress }: { readonly progress: Progress }) {
  switch (progress.state) {
    case 'idle':
      return undefined;
    case 'done':
      return <Trans>It is among your downloads.</Trans>;
    case 'failed':
      return <Trans>It did not arrive. Nothing has changed: try again.</Trans>;
    case 'coming': {
      const size = megabytes(progress.bytes);
      return <Trans>{size} so far</Trans>;
    }
  }
}
