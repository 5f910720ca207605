import { Trans } from '@lingui/react/macro';
import { useState } from 'react';
import type { JobView } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';
import type { Problem } from '../../data/api.ts';
import { valueOf } from '../../data/resource.ts';
import { withJob } from '../../data/services.ts';
import { Icon } from '../../ui/Icon.tsx';

/** Calling a request off: one tap, and a way to try again when nobody heard. `onOver`: it had its answer already. */
export function useCancelling(jobId: number, onOver: () => void) {
  const { api, jobs } = useApp();
  const [state, setState] = useState<'idle' | 'cancelling' | Problem>('idle');
  async function cancel(): Promise<void> {
    setState('cancelling');
    const reply = await api.delete<JobView>(`/api/jobs/${jobId}`);
    if (reply.ok) return jobs.put(withJob(valueOf(jobs.read()) ?? [], reply.value.body));
    const isOver = reply.error.kind === 'refused' && reply.error.code === 'job_over';
    setState(isOver ? 'idle' : reply.error);
    if (isOver) onOver();
  }
  return {
    isBusy: state === 'cancelling',
    problem: typeof state === 'string' ? undefined : state,
    cancel: () => void (state !== 'cancelling' && cancel()),
  };
}

export function CancelButton({ isBusy, onCancel }: { readonly isBusy: boolean; readonly onCancel: () => void }) {
  return (
    <button type="button" className="btn btn--line" aria-disabled={isBusy} onClick={onCancel}>
      <Icon name="x" />
      {isBusy ? <Trans>Cancelling</Trans> : <Trans>Cancel this request</Trans>}
    </button>
  );
}
