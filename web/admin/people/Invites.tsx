import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { InvitesView } from '../../../shared/protocol/account.ts';
import type { InviteView } from '../../../shared/protocol/app.ts';
import { useApp } from '../../app-context.ts';
import { dayAndMonth } from '../../ui/format.ts';
import { CopyOnce } from '../CopyOnce.tsx';
import { useDesk, useServer } from '../desk.ts';
import { Dialog } from '../Dialog.tsx';
import { Answer, Panel } from '../Panel.tsx';
import { Table } from '../Table.tsx';
import { ROLE_WORDS, roleFrom } from './role-words.ts';

type Invite = InvitesView['invites'][number];

/** Links that let one person in. */
export function Invites() {
  const { t, i18n } = useLingui();
  const { api } = useApp();
  const { act, nameOf } = useDesk();
  const { loaded, refresh } = useServer<InvitesView>('/api/admin/invites');
  const [link, setLink] = useState<string>();
  const [chosen, setChosen] = useState<Invite>();
  async function invite(fields: FormData): Promise<void> {
    const body = { role: roleFrom(fields.get('role')) };
    const made = await act<InviteView>(() => api.post('/api/invites', { body }));
    if (!made) return;
    setLink(new URL(made.path, location.href).href);
    void refresh();
  }
  async function revoke({ id }: Invite): Promise<void> {
    setChosen(undefined);
    if (await act(() => api.delete(`/api/admin/invites/${encodeURIComponent(id)}`))) void refresh();
  }
  return (
    <Panel question={<Trans>Who may come in?</Trans>} note={<Trans>one person each, 30 days</Trans>} span={7}>
      <form
        className="desk-row"
        onSubmit={(event) => {
          event.preventDefault();
          void invite(new FormData(event.currentTarget));
        }}
      >
        <div className="desk-field">
          <label htmlFor="invite-role">
            <Trans>Invite as</Trans>
          </label>
          <select id="invite-role" name="role">
            <option value="driver">{i18n._(ROLE_WORDS.driver)}</option>
            <option value="tester">{i18n._(ROLE_WORDS.tester)}</option>
          </select>
        </div>
        <button type="submit" className="deskbtn">
          <Trans>Make a link</Trans>
        </button>
      </form>
      {link !== undefined && (
        <CopyOnce key={link} label={<Trans>Shown this once: send it to one person.</Trans>} text={link} />
      )}
      <Answer
        loaded={loaded}
        refresh={refresh}
        loading={<Trans>Loading the invites</Trans>}
        failed={<Trans>Links that were sent still work.</Trans>}
      >
        {({ invites }) => (
          <Table
            label={t`Invites`}
            columns={[
              { title: t`Role`, cell: ({ role }) => i18n._(ROLE_WORDS[role]) },
              { title: t`Until`, cell: ({ expiresAt }) => dayAndMonth(expiresAt) },
              {
                title: t`Let in`,
                cell: ({ accountId }) =>
                  accountId === null ? <Trans>nobody yet</Trans> : <bdi>{nameOf(accountId)}</bdi>,
              },
              {
                title: '',
                cell: (one) =>
                  one.accountId === null && (
                    <button type="button" className="deskbtn" onClick={() => setChosen(one)}>
                      <Trans>Revoke</Trans>
                    </button>
                  ),
                isNumber: true,
              },
            ]}
            rows={invites}
            keyOf={({ id }) => id}
            empty={<Trans>None yet. Make a link and send it to somebody.</Trans>}
          />
        )}
      </Answer>
      {chosen && (
        <Dialog
          title={<Trans>Take this invite back?</Trans>}
          consequences={[{ key: 'link', line: <Trans>Its link lets nobody in any more.</Trans> }]}
          undo={<Trans>There is no undo: make another link.</Trans>}
          keep={<Trans>Keep it</Trans>}
          act={<Trans>Revoke</Trans>}
          isDangerous
          onAct={() => void revoke(chosen)}
          onClose={() => setChosen(undefined)}
        />
      )}
    </Panel>
  );
}
