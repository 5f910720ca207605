import { Trans, useLingui } from '@lingui/react/macro';
import type { PeopleView, PersonView, RoleChangeReply } from '../../../shared/protocol/account.ts';
import { useApp } from '../../app-context.ts';
import { valueOf } from '../../data/resource.ts';
import { useDesk, useServer } from '../desk.ts';
import { Dialog } from '../Dialog.tsx';
import { ROLE_WORDS, roleFrom, ROLES } from './role-words.ts';

interface ChangeRoleProps {
  readonly person: Pick<PersonView, 'accountId' | 'name' | 'role'>;
  readonly onClose: () => void;
  readonly onChange: () => void;
}

/** Another role for somebody: proposed, for another admin or the console to approve. */
export function ChangeRole({ person: { accountId, name, role }, onClose, onChange }: ChangeRoleProps) {
  const { i18n } = useLingui();
  const { api } = useApp();
  const { act } = useDesk();
  const admins = valueOf(useServer<PeopleView>('/api/admin/people?role=admin&limit=2').loaded)?.admins;
  const isAlone = admins !== undefined && admins <= 1;
  async function propose(fields: FormData): Promise<void> {
    onClose();
    const body = { accountId, role: roleFrom(fields.get('role')) };
    if (await act<RoleChangeReply>(() => api.post('/api/admin/role-changes', { body }))) onChange();
  }
  return (
    <Dialog
      title={<Trans>Another role for {name}?</Trans>}
      consequences={[
        {
          key: 'second',
          line: isAlone ? (
            <Trans>There is no other admin: it waits up to 24 hours until it is approved on the console.</Trans>
          ) : (
            <Trans>Nothing changes until another admin approves, within 24 hours.</Trans>
          ),
        },
        { key: 'admin', line: <Trans>An admin sees all of this desk, and may change what is on it.</Trans> },
        { key: 'money', line: <Trans>Credits and phones stay as they are.</Trans> },
      ]}
      undo={<Trans>To undo it, propose the old role again.</Trans>}
      keep={<Trans>Keep the role</Trans>}
      act={<Trans>Propose</Trans>}
      onAct={(fields) => void propose(fields)}
      onClose={onClose}
    >
      <div className="desk-field">
        <label htmlFor="new-role">
          <Trans>New role</Trans>
        </label>
        <select id="new-role" name="role">
          {ROLES.filter((other) => other !== role).map((other) => (
            <option key={other} value={other}>
              {i18n._(ROLE_WORDS[other])}
            </option>
          ))}
        </select>
      </div>
    </Dialog>
  );
}
