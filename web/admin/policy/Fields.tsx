import { Trans, useLingui } from '@lingui/react/macro';
import type { PolicyFieldView, PolicyView } from '../../../shared/protocol/rest.ts';
import type { Loaded } from '../../data/resource.ts';
import { Answer, Panel } from '../Panel.tsx';
import { Table } from '../Table.tsx';
import { shown, wordsOf } from './field-words.ts';

interface FieldsProps {
  readonly loaded: Loaded<PolicyView>;
  readonly refresh: () => Promise<void>;
  readonly onChange: (field: PolicyFieldView) => void;
}

/** Each number: what it is, what it may be, and why it is there. */
export function Fields({ loaded, refresh, onChange }: FieldsProps) {
  const { t, i18n } = useLingui();
  const version = loaded.state === 'ready' ? loaded.value.version : undefined;
  return (
    <Panel
      question={<Trans>Which numbers hold?</Trans>}
      note={version === undefined ? undefined : <Trans>policy {version}</Trans>}
    >
      <Answer
        loaded={loaded}
        refresh={refresh}
        loading={<Trans>Loading the policy</Trans>}
        failed={<Trans>The policy holds as it is.</Trans>}
      >
        {({ fields }) => (
          <Table
            label={t`Numbers of the policy`}
            columns={[
              {
                title: t`Number`,
                cell: ({ name }) => {
                  const words = wordsOf(name);
                  return words ? (
                    <span>
                      {i18n._(words.name)}
                      <small>{i18n._(words.why)}</small>
                    </span>
                  ) : (
                    <span className="mono">{name}</span>
                  );
                },
              },
              { title: t`Now`, cell: ({ name, value }) => <b>{shown(name, value)}</b>, isNumber: true },
              { title: t`Least`, cell: ({ name, least }) => shown(name, least), isNumber: true },
              { title: t`Most`, cell: ({ name, most }) => shown(name, most), isNumber: true },
              { title: t`A change needs`, cell: ({ isMoney }) => (isMoney ? t`two admins` : t`one admin`) },
              {
                title: '',
                cell: (field) => {
                  const words = wordsOf(field.name);
                  const name = words ? i18n._(words.name) : field.name;
                  return (
                    <button
                      type="button"
                      className="deskbtn"
                      aria-label={t`Change: ${name}`}
                      onClick={() => onChange(field)}
                    >
                      <Trans>Change</Trans>
                    </button>
                  );
                },
                isNumber: true,
              },
            ]}
            rows={fields}
            keyOf={({ name }) => name}
            empty={<Trans>No number may be set here.</Trans>}
          />
        )}
      </Answer>
    </Panel>
  );
}
