import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import type { PolicyBody, PolicyChangeView, PolicyFieldView, PolicyView } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';
import { useDesk, useServer } from '../desk.ts';
import { DeskPage } from '../DeskPage.tsx';
import { ApproveChange } from './ApproveChange.tsx';
import { ChangeField } from './ChangeField.tsx';
import { Fields } from './Fields.tsx';
import { History } from './History.tsx';
import { Lever } from './Lever.tsx';
import { UndoChange } from './UndoChange.tsx';

/** What a click has asked for and a dialog asks about. */
type Asked =
  | { readonly kind: 'field'; readonly field: PolicyFieldView }
  | { readonly kind: 'undo'; readonly change: PolicyChangeView }
  | { readonly kind: 'approve'; readonly change: PolicyChangeView };

/** The numbers that hold, the lever of the whole programme, and every change there was. */
export function PolicyPage({ notice }: { readonly notice: ReactNode }) {
  const { t } = useLingui();
  const { api } = useApp();
  const { act } = useDesk();
  const { loaded, refresh } = useServer<PolicyView>('/api/admin/policy');
  const [asked, setAsked] = useState<Asked>();
  const close = (): void => setAsked(undefined);

  async function propose(body: PolicyBody): Promise<void> {
    close();
    if (await act<PolicyChangeView>(() => api.put('/api/admin/policy', { body }))) void refresh();
  }
  async function decide({ id }: PolicyChangeView, isApproved: boolean): Promise<void> {
    close();
    const path = `/api/admin/policy/${id}/verdict`;
    if (await act<PolicyChangeView>(() => api.post(path, { body: { isApproved } }))) void refresh();
  }
  const policy = loaded.state === 'ready' ? loaded.value : undefined;

  return (
    <DeskPage title={t`Policy`} notice={notice}>
      <Lever />
      <History
        loaded={loaded}
        refresh={refresh}
        onReject={(change) => void decide(change, false)}
        onApprove={(change) => setAsked({ kind: 'approve', change })}
        onUndo={(change) => setAsked({ kind: 'undo', change })}
      />
      <Fields loaded={loaded} refresh={refresh} onChange={(field) => setAsked({ kind: 'field', field })} />
      {asked?.kind === 'field' && (
        <ChangeField field={asked.field} onPropose={(body) => void propose(body)} onClose={close} />
      )}
      {asked?.kind === 'approve' && (
        <ApproveChange change={asked.change} onApprove={() => void decide(asked.change, true)} onClose={close} />
      )}
      {asked?.kind === 'undo' && policy && (
        <UndoChange policy={policy} change={asked.change} onPropose={(body) => void propose(body)} onClose={close} />
      )}
    </DeskPage>
  );
}
