import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import type { AdjustmentBody, AdjustmentsView, AdjustmentView } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';
import { valueOf } from '../../data/resource.ts';
import { useDesk, useServer } from '../desk.ts';
import { DeskPage } from '../DeskPage.tsx';
import { Adjust } from './Adjust.tsx';
import { ApproveAdjustment } from './ApproveAdjustment.tsx';
import { Adjustments } from './Adjustments.tsx';
import { WhoseCredits } from './WhoseCredits.tsx';

/** What a click has asked for and a dialog asks about. */
type Asked =
  | { readonly kind: 'adjust'; readonly accountId: number }
  | { readonly kind: 'approve'; readonly adjustment: AdjustmentView };

const PATH = '/api/admin/adjustments';

/** Credits adjusted by hand: what was, what waits, and another one. */
export function AdjustmentsPage({ notice }: { readonly notice: ReactNode }) {
  const { t } = useLingui();
  const { api } = useApp();
  const { act } = useDesk();
  const [before, setBefore] = useState<number>();
  const { loaded, refresh } = useServer<AdjustmentsView>(before === undefined ? PATH : `${PATH}?before=${before}`);
  const [asked, setAsked] = useState<Asked>();
  const close = (): void => setAsked(undefined);

  async function adjust(body: AdjustmentBody): Promise<void> {
    close();
    // One key for all tries: after a proof, or when no answer came, it is still one adjustment.
    const call = { body, idempotencyKey: crypto.randomUUID() };
    if (await act<AdjustmentView>(() => api.post(PATH, call))) void refresh();
  }
  async function decide({ id }: AdjustmentView, isApproved: boolean): Promise<void> {
    close();
    if (await act<AdjustmentView>(() => api.post(`${PATH}/${id}/verdict`, { body: { isApproved } }))) void refresh();
  }

  return (
    <DeskPage title={t`Credits`} notice={notice}>
      <Adjustments
        loaded={loaded}
        refresh={refresh}
        isNewest={before === undefined}
        onPage={setBefore}
        onReject={(adjustment) => void decide(adjustment, false)}
        onApprove={(adjustment) => setAsked({ kind: 'approve', adjustment })}
      />
      <WhoseCredits onChoose={(accountId) => setAsked({ kind: 'adjust', accountId })} />
      {asked?.kind === 'adjust' && (
        <Adjust
          accountId={asked.accountId}
          limits={valueOf(loaded)?.limits}
          onAdjust={(body) => void adjust(body)}
          onClose={close}
        />
      )}
      {asked?.kind === 'approve' && (
        <ApproveAdjustment
          adjustment={asked.adjustment}
          onApprove={() => void decide(asked.adjustment, true)}
          onClose={close}
        />
      )}
    </DeskPage>
  );
}
