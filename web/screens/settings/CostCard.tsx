import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import type { StudyResult } from '../../../shared/agent/battery-study.ts';
import { GOVERNOR_POLICY } from '../../../shared/agent/governor/signals.ts';
import type { ComputeView } from '../../compute/view.ts';
import { useApp } from '../../app-context.ts';
import { limitsHere } from '../../data/limits-here.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { megabytes, percent, whole } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { measureMemory, type PageMemory } from './memory.ts';

/** What lending costs this phone, as far as a page can measure it, and plainly what it cannot. */
export default function CostCard({ view }: { readonly view: ComputeView }) {
  const { compute } = useApp();
  const memory = useMemory();
  const signals = compute.signals();
  const bytesToday = signals?.bytesToday;
  const costs = signals?.study.costs;
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
                <BatteryText study={signals?.study} />
              </small>
            </span>
            {costs && <span className="a">{perHour(costs.percentAnHour)}</span>}
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

/** Nothing is claimed before blocks with and without lending have shown it, and how sure it is stands beside it. */
function BatteryText({ study }: { readonly study: StudyResult | undefined }) {
  const { measuresBattery } = useObservable(limitsHere);
  if (!measuresBattery) return <Trans>not measured: you turned it off in your limits</Trans>;
  if (!study) return <Trans>measuring</Trans>;
  const hours = whole(Math.floor(study.hours));
  const needed = whole(Math.round(study.hoursNeeded));
  if (!study.costs) {
    return (
      <Trans>
        not enough data yet ({hours} h of about {needed} h). On battery, some half hours run without it, to compare.
      </Trans>
    );
  }
  const within = perHour(study.costs.plusMinus);
  return (
    <Trans>
      measured over {hours} h on battery, with and without; give or take {within}
    </Trans>
  );
}

function perHour(percentAnHour: number): string {
  const amount = percent(percentAnHour);
  return t`${amount} an hour`;
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
