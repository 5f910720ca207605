import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { KeysView, NewKey } from '../../../shared/protocol/account.ts';
import { useApp } from '../../app-context.ts';
import { dayAndMonth } from '../../ui/format.ts';
import { CopyOnce } from '../CopyOnce.tsx';
import { useDesk, useServer } from '../desk.ts';
import { Dialog } from '../Dialog.tsx';
import { Answer, Panel } from '../Panel.tsx';
import { Table } from '../Table.tsx';

type Key = KeysView['keys'][number];

/** Keys of scripts, of everybody; new ones are one's own. */
export function Keys() {
  const { t } = useLingui();
  const { api } = useApp();
  const { act, nameOf } = useDesk();
  const { loaded, refresh } = useServer<KeysView>('/api/admin/keys');
  const [made, setMade] = useState<NewKey>();
  const [chosen, setChosen] = useState<Key>();
  async function make(name: string): Promise<void> {
    const key = await act<NewKey>(() => api.post('/api/account/keys', { body: { name } }));
    if (!key) return;
    setMade(key);
    void refresh();
  }
  async function revoke({ id }: Key): Promise<void> {
    setChosen(undefined);
    if (await act(() => api.delete(`/api/admin/keys/${id}`))) void refresh();
  }
  return (
    <Panel question={<Trans>Which scripts act for people?</Trans>} note={<Trans>API keys</Trans>} span={5}>
      <form
        className="desk-row"
        onSubmit={(event) => {
          event.preventDefault();
          const name = new FormData(event.currentTarget).get('name');
          void make(typeof name === 'string' ? name : '');
        }}
      >
        <div className="desk-field">
          <label htmlFor="key-name">
            <Trans>A key of mine, for</Trans>
          </label>
          <input id="key-name" name="name" required maxLength={40} pattern=".*\S.*" />
        </div>
        <button type="submit" className="deskbtn">
          <Trans>Make a key</Trans>
        </button>
      </form>
      {made && (
        <CopyOnce key={made.id} label={<Trans>Shown this once: keep it like a password.</Trans>} text={made.token} />
      )}
      <Answer
        loaded={loaded}
        refresh={refresh}
        loading={<Trans>Loading the keys</Trans>}
        failed={<Trans>Keys work as they did.</Trans>}
      >
        {({ keys }) => (
          <Table
            label={t`API keys`}
            columns={[
              {
                title: t`For`,
                cell: ({ name, prefix }) => (
                  <span>
                    <bdi>{name}</bdi> <span className="mono">{prefix}</span>
                  </span>
                ),
              },
              { title: t`Of`, cell: ({ accountId }) => <bdi>{nameOf(accountId)}</bdi> },
              {
                title: t`Last used`,
                cell: ({ lastUsedAt }) => (lastUsedAt === null ? <Trans>never</Trans> : dayAndMonth(lastUsedAt)),
              },
              {
                title: '',
                cell: (key) => (
                  <button
                    type="button"
                    className="deskbtn"
                    aria-label={t`Revoke the key ${key.name}`}
                    onClick={() => setChosen(key)}
                  >
                    <Trans>Revoke</Trans>
                  </button>
                ),
                isNumber: true,
              },
            ]}
            rows={keys}
            keyOf={({ id }) => id}
            empty={<Trans>None. A key lets a script do what its owner may.</Trans>}
          />
        )}
      </Answer>
      {chosen && (
        <Dialog
          title={<Trans>Revoke the key {chosen.name}?</Trans>}
          consequences={[
            { key: 'stop', line: <Trans>Scripts that use it stop at their next request.</Trans> },
            { key: 'jobs', line: <Trans>Requests that run go on.</Trans> },
          ]}
          undo={<Trans>There is no undo: its owner makes another one.</Trans>}
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
