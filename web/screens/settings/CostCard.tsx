import { Trans } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { GOVERNOR_POLICY } from '../../../shared/agent/governor/signals.ts';
import type { ComputeView } from '../../compute/view.ts';
import { useApp } from '../../app-context.ts';
import { megabytes, percent } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { measureMemory, type PageMemory } from './memory.ts';

/** What lending costs this phone, as far as a page can measure it, and plainly what it cannot. */
export default function CostCard({ view }: { readonly view: ComputeView }) {
  const { compute } = useApp();
  const memory = useMemory();
  const bytesToday = compute.signals()?.bytesToday;
  const share = percent(view.share);
  return (
    <>
      <h2 className="sec">
        <Trans>What it costs this phone</Trans>
      </h2>
      <section className="card list">
        <ul className="rows">
          <li>
            <Icon name="gauge" />
            <span className="m">
              <Trans>CPU of the worker, last 60 s</Trans>
              <small>
                <Trans>measured</Trans>
              </small>
            </span>
            <span className="a">{share}</span>
          </li>
          {bytesToday !== undefined && <DataRow bytes={bytesToday} />}
          <li>
            <Icon name="cpu" />
            <span className="m">
              <Trans>Memory of the worker</Trans>
              <small>
                <MemoryText memory={memory} />
              </small>
            </span>
            {memory?.is === 'known' && <span className="a">{megabytes(memory.value.workers)}</span>}
          </li>
          <li>
            <Icon name="battery-medium" />
            <span className="m">
              <Trans>Battery</Trans>
              <small>
                <Trans>
                  No page can measure what the computing alone takes. We say no number until we have measured one.
                </Trans>
              </small>
            </span>
          </li>
        </ul>
      </section>
    </>
  );
}

function DataRow({ bytes }: { readonly bytes: number }) {
  const cap = megabytes(GOVERNOR_POLICY.bytesADay);
  return (
    <li>
      <Icon name="arrow-down-up" />
      <span className="m">
        <Trans>Data today</Trans>
        <small>
          <Trans>measured; at {cap} it rests until midnight</Trans>
        </small>
      </span>
      <span className="a">{megabytes(bytes)}</span>
    </li>
  );
}

function MemoryText({ memory }: { readonly memory: Memory | undefined }) {
  if (!memory) return <Trans>measuring</Trans>;
  if (memory.is === 'unknown') return <Trans>this browser does not say</Trans>;
  const all = megabytes(memory.value.all);
  return <Trans>measured; the whole app {all}</Trans>;
}

type Memory = { readonly is: 'unknown' } | { readonly is: 'known'; readonly value: PageMemory };

/** Once, when the card opens: each measurement waits for a collection of garbage. */
function useMemory(): Memory | undefined {
  const [memory, setMemory] = useState<Memory>();
  useEffect(() => {
    let isOpen = true;
    void measureMemory().then((value) => isOpen && setMemory(value ? { is: 'known', value } : { is: 'unknown' }));
    return () => {
      isOpen = false;
    };
  }, []);
  return memory;
}
